"""Working days 工作日: the State Council's calendar with the community's own days over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

PROMISED_WORKDAYS = 3  # "三个工作日内", regional press, 2024-12-19

_ONE_DAY = timedelta(days=1)
_FRIDAY = 5

# 正月初一 by the civil calendar, GB/T 33661-2017. The State Council's notice only names the
# first day off, which may be the eve or earlier, so it cannot be read from there.
_LUNAR_NEW_YEARS = """
2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23
2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24
2040-02-12 2041-02-01 2042-01-22 2043-02-10 2044-01-30 2045-02-17 2046-02-06 2047-01-26
2048-02-14 2049-02-02 2050-01-23
"""
_LUNAR_NEW_YEAR_DAYS = frozenset(map(date.fromisoformat, _LUNAR_NEW_YEARS.split()))


class UnknownYear(LookupError):
    """The State Council has not announced the days off of this year, as far as we know."""

    def __init__(self, day: date) -> None:
        super().__init__(f"no notice for {day.year} yet")
        self.day = day


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: ``local`` wins over ``official``, that over the weekday.

    ``official`` and ``local`` hold the exceptions only: a day → whether it is worked.
    """

    official: Mapping[date, bool]
    first_year: int
    last_known_year: int
    local: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Tell whether the office works on ``day``.

        :raises UnknownYear: if no notice covers that year, since a guess would silently move
            a promise made to a resident.
        """
        named = self._named(day)
        if named is not None:
            return named
        if not self.first_year <= day.year <= self.last_known_year:
            raise UnknownYear(day)
        return is_weekday(day)

    def guess(self, day: date) -> tuple[bool, bool]:
        """Return (is a workday, provisional); never raises.

        >>> WorkCalendar({}, 2026, 2026).guess(date(2027, 1, 4))
        (True, True)
        """
        try:
            return self.is_workday(day), False
        except UnknownYear:
            return is_weekday(day), True

    def is_holiday(self, day: date) -> bool:
        """Tell whether ``day`` is named as a day off, and not merely a weekend."""
        return self._named(day) is False

    def add_workdays(self, day: date, count: int) -> tuple[date, bool]:
        """Return the ``count``-th working day after ``day``, and whether that is provisional.

        ``day`` itself is not counted (Civil Code of the PRC, art. 201).

        :raises OverflowError: beyond the year 9999.

        >>> WorkCalendar({}, 2026, 2026).add_workdays(date(2026, 11, 27), 3)
        (datetime.date(2026, 12, 2), False)
        """
        provisional = False
        while count > 0:
            day += _ONE_DAY
            worked, guessed = self.guess(day)
            provisional = provisional or guessed
            count -= worked
        return day, provisional

    def _named(self, day: date) -> bool | None:
        if day in self.local:
            return self.local[day]
        return self.official.get(day)


def is_weekday(day: date) -> bool:
    """Tell Monday to Friday.

    >>> is_weekday(date(2026, 11, 28))
    False
    """
    return day.isoweekday() <= _FRIDAY


def is_lunar_new_year(day: date) -> bool:
    """Tell Spring Festival's first day 正月初一, on which nobody is rung (2024 to 2050)."""
    return day in _LUNAR_NEW_YEAR_DAYS


def workdays_of(
    calendar: WorkCalendar, days: Iterable[date], *, count: int = PROMISED_WORKDAYS
) -> list[dict[str, object]]:
    """Say for each day of receipt when the answer is due, ready for JSON.

    :raises OverflowError: beyond the year 9999.
    """
    looks: list[dict[str, object]] = []
    for day in days:
        due_on, provisional = calendar.add_workdays(day, count)
        looks.append(
            {
                "date": day.isoformat(),
                "due_on": due_on.isoformat(),
                "provisional": provisional,
            }
        )
    return looks
