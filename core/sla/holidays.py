"""The State Council's days off 放假调休: the shipped table, and notices loaded later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from chinese_calendar import constants

from core.sla.workdays import WorkCalendar


@cache
def _shipped() -> dict[date, bool]:
    """Read chinesecalendar's table once: a named day → whether it is worked."""
    off = dict.fromkeys(constants.holidays, False)
    return off | dict.fromkeys(constants.workdays, True)


def official_calendar(extra_days: Mapping[date, bool]) -> WorkCalendar:
    """Lay the notices that were loaded later over the shipped table; no local days yet.

    A year counts as announced once its 1 October is named: every notice names it, while a
    notice of the following year may name the end of December only.
    """
    return _official(tuple(sorted(extra_days.items())))


@lru_cache(maxsize=8)  # every webhook asks, and the answer changes once a year
def _official(extra_days: tuple[tuple[date, bool], ...]) -> WorkCalendar:
    official = _shipped() | dict(extra_days)
    announced = {day.year for day in official if (day.month, day.day) == (10, 1)}
    first = min(announced)
    last = first
    while last + 1 in announced:
        last += 1
    return WorkCalendar(official=official, first_year=first, last_known_year=last)
