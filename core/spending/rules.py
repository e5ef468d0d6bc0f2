"""What one more text or call means for a day's allowance. Pure."""

from __future__ import annotations

import enum

from core.office import Limits

WARN_PERCENT = 80
_STAFF_SHARE = 2  # a flood of residents' texts must not silence the alerts to staff


class Kind(enum.StrEnum):
    """What is counted."""

    TEXTS = "texts"  # SMS segments
    CALLS = "calls"


class Whom(enum.StrEnum):
    """For whom it is, which decides how much of the allowance it may use."""

    EMERGENCY = "emergency"  # never held back
    STAFF = "staff"
    RESIDENT = "resident"


def allowed(limits: Limits, kind: Kind) -> int:
    """Return how many of a kind may leave a day."""
    return limits.texts_a_day if kind is Kind.TEXTS else limits.calls_a_day


def may_leave(spent: int, most: int, whom: Whom) -> bool:
    """Tell whether one more may leave when ``spent`` have left.

    >>> may_leave(100, 100, Whom.RESIDENT), may_leave(100, 100, Whom.STAFF)
    (False, True)
    >>> may_leave(10_000, 100, Whom.EMERGENCY)
    True
    """
    if whom is Whom.EMERGENCY:
        return True
    return spent < (most * _STAFF_SHARE if whom is Whom.STAFF else most)


def is_warned_at(spent: int, most: int) -> bool:
    """Tell whether so much is gone that people are told.

    >>> is_warned_at(79, 100), is_warned_at(80, 100)
    (False, True)
    """
    return spent * 100 >= most * WARN_PERCENT
