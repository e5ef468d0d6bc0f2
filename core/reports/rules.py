"""Periods, figures and shares: what a report says, without a database."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


class Figure(enum.StrEnum):
    """What is counted of the cases received in a period. Silence is in none of the good ones."""

    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    EMERGENCY = "emergency"
    OPEN = "open"
    DECIDED = "decided"  # answered, or the first promise is past: the base of on time
    ON_TIME = "on_time"  # first effective feedback within three working days
    LATE = "late"
    REACHED = "reached"  # heard an effective feedback at all
    DONE = "done"
    ANSWERED = "answered"  # the resident said whether it is solved
    SOLVED = "solved"  # the resident said: it is
    RATED = "rated"
    SATISFIED = "satisfied"
    REOPENED = "reopened"


class Share(enum.StrEnum):
    """A rate: a figure over the figure that it is a part of."""

    ON_TIME = "on_time"
    REACHED = "reached"
    DONE = "done"
    ANSWERED = "answered"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    REOPENED = "reopened"


SHARES: Mapping[Share, tuple[Figure, Figure]] = {
    Share.ON_TIME: (Figure.ON_TIME, Figure.DECIDED),
    Share.REACHED: (Figure.REACHED, Figure.RECEIVED),
    Share.DONE: (Figure.DONE, Figure.RECEIVED),
    Share.ANSWERED: (Figure.ANSWERED, Figure.DONE),
    Share.SOLVED: (Figure.SOLVED, Figure.ANSWERED),
    Share.SATISFIED: (Figure.SATISFIED, Figure.RATED),
    Share.REOPENED: (Figure.REOPENED, Figure.DONE),
}


class Lasting(enum.StrEnum):
    """A length of time from receipt."""

    ACCEPTED = "accepted"
    ANSWERED = "feedback"
    DONE = "done"
    CLOSED = "closed"


class Dimension(enum.StrEnum):
    """By what the figures are parted."""

    ESTATE = "estate"
    GRID = "grid"
    CATEGORY = "category"
    CHANNEL = "channel"
    AGE = "age"
    HOLDER = "holder"


AGES = ("-59", "60-69", "70-79", "80-", "unknown")


@dataclass(frozen=True)
class Period:
    """A month or a year; the end is not included."""

    starts: date
    ends: date

    @property
    def is_year(self) -> bool:
        """Tell whether it is longer than a month."""
        return (self.ends - self.starts).days > 31


@dataclass
class Counts:
    """How many of each figure."""

    of: dict[Figure, int] = field(default_factory=lambda: dict.fromkeys(Figure, 0))

    def add(self, other: Mapping[Figure, int]) -> None:
        """Add what was counted elsewhere."""
        for figure, count in other.items():
            self.of[figure] += count

    def share(self, share: Share) -> tuple[int, int]:
        """Return numerator and denominator of a rate."""
        part, whole = SHARES[share]
        return self.of[part], self.of[whole]


def month_of(day: date) -> Period:
    """Return the month of a day.

    >>> month_of(date(2026, 12, 5)).ends
    datetime.date(2027, 1, 1)
    """
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Period(day.replace(day=1), following)


def year_of(day: date) -> Period:
    """Return the year of a day."""
    return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def before(period: Period) -> Period:
    """Return the month before a month, the year before a year."""
    if period.is_year:
        return year_of(date(period.starts.year - 1, 1, 1))
    year, month = period.starts.year, period.starts.month
    return month_of(date(year - (month == 1), (month - 2) % 12 + 1, 1))


def year_before(period: Period) -> Period:
    """Return the same month, or the year, one year before."""
    return Period(
        period.starts.replace(year=period.starts.year - 1),
        period.ends.replace(year=period.ends.year - 1),
    )


def week_before(today: date) -> Period:
    """Return the week, Monday to Sunday, before the one of a day."""
    monday = today - timedelta(days=today.weekday())
    return Period(monday - timedelta(days=7), monday)


def percentile(histogram: Iterable[tuple[int, int]], share: float) -> int | None:
    """Return the value that ``share`` of all do not exceed (nearest rank); None of nothing.

    >>> percentile([(10, 1), (20, 8), (90, 1)], 0.5), percentile([(10, 1), (20, 8), (90, 1)], 1.0)
    (20, 90)
    """
    ordered = sorted(histogram)
    wanted = share * sum(count for _, count in ordered)
    seen = 0
    for value, count in ordered:
        seen += count
        if seen >= wanted and seen > 0:
            return value
    return None


def percent(part: int, whole: int) -> str:
    """Write a rate, or a dash where there is nothing to be a part of.

    >>> percent(2, 3), percent(0, 0)
    ('66.7%', '—')
    """
    return f"{100 * part / whole:.1f}%" if whole else "—"
