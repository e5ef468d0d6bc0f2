"""When a standing order is due next, and when its case opens: pure, no I/O."""

from __future__ import annotations

import calendar as months
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.sla.workdays import WorkCalendar

_ONE_DAY = timedelta(days=1)
_VITAL_NEEDS = frozenset({"dialysis", "oxygen"})


class OrderKind(enum.StrEnum):
    """What is done for somebody again and again 定期帮办."""

    MEDICINE = "medicine"
    BATH = "bath"
    DELIVERY = "delivery"  # coal, rice, water
    OTHER = "other"


_EARLIER = frozenset({OrderKind.MEDICINE, OrderKind.DELIVERY})


class RunState(enum.StrEnum):
    """Where one time of a standing order stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"  # 1 as always
    SKIPPED = "skipped"  # 2 not this time
    PERSON = "person"  # 3: somebody talks to them
    MISSED = "missed"  # nobody answered in time: a person asks


class RoundState(enum.StrEnum):
    """Where one welfare call 平安电话 stands."""

    CALLING = "calling"
    CONTACT = "contact"  # the named contact is rung
    DOOR = "door"  # the grid leader goes there
    SAFE = "safe"


@dataclass(frozen=True)
class Rhythm:
    """Each month on a day, or each week on a weekday (Monday is 1)."""

    month_day: int | None = None
    weekday: int | None = None


# Three tries within 45 minutes, counted from the first ring.
WELFARE_TRIES = 3
WELFARE_AGAIN_MINUTES = 20
CONTACT_TRIES = 2
CONTACT_AGAIN_MINUTES = 5
DOOR_WITHIN = timedelta(minutes=30)


def is_vital(kind: OrderKind, needs: Sequence[str]) -> bool:
    """Tell whether an order must not be missed: medicine of dialysis, and oxygen."""
    return kind is OrderKind.MEDICINE and not _VITAL_NEEDS.isdisjoint(needs)


def next_day(rhythm: Rhythm, after: date) -> date:
    """Return the first day later than ``after`` on which an order falls.

    The 31st of a shorter month is its last day.

    >>> next_day(Rhythm(month_day=31), date(2026, 1, 31))
    datetime.date(2026, 2, 28)
    >>> next_day(Rhythm(weekday=3), date(2026, 11, 25))
    datetime.date(2026, 12, 2)
    """
    if rhythm.weekday is not None:
        return after + timedelta(days=(rhythm.weekday - after.isoweekday() - 1) % 7 + 1)
    this_month = _in_month(rhythm, after.year, after.month)
    if this_month > after:
        return this_month
    following = date(after.year, after.month, 28) + timedelta(days=4)
    return _in_month(rhythm, following.year, following.month)


def served_on(calendar: WorkCalendar, day: date, kind: OrderKind) -> date:
    """Return when it is done: on the day, or on the nearest working day that serves.

    What somebody would run out of comes earlier, never later; a bath waits for the next day.
    """
    step = -_ONE_DAY if kind in _EARLIER else _ONE_DAY
    while not calendar.guess(day)[0]:
        day += step
    return day


def workdays_before(calendar: WorkCalendar, day: date, count: int) -> date:
    """Return the ``count``-th working day before ``day``; ``day`` itself is not counted."""
    while count > 0:
        day -= _ONE_DAY
        count -= calendar.guess(day)[0]
    return day


def _in_month(rhythm: Rhythm, year: int, month: int) -> date:
    last = months.monthrange(year, month)[1]
    return date(year, month, min(rhythm.month_day or last, last))
