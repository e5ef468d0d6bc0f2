"""Rules of calls: how states follow one another, and what counts as a missed call."""

from __future__ import annotations

import enum
from datetime import timedelta


class CallState(enum.StrEnum):
    """Where a call stands at the provider."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"


class CallPurpose(enum.StrEnum):
    """Why there is a call."""

    RESIDENT = "resident"  # somebody rang us
    CALLBACK = "callback"
    PROGRESS = "progress"
    ALARM = "alarm"
    LISTEN = "listen"
    RESERVATION = "reservation"  # somebody with a landline only ordered a reward


_RANKS: dict[CallState, int] = {
    CallState.QUEUED: 0,
    CallState.RINGING: 1,
    CallState.IN_PROGRESS: 2,
}
_FINAL_RANK = 3

ENDED_STATES = frozenset(state for state in CallState if state not in _RANKS)

GO_ON_WITHIN = timedelta(minutes=30)  # ringing again that soon is offered to go on
SWEEP_AFTER = timedelta(seconds=60)  # what was said so far is in a case by then
LONGEST_CALL = timedelta(hours=4)  # the provider ends a call then, whatever we hear of it
QUIET_CALL = timedelta(minutes=30)  # no key, no recording for that long: the line broke
CALL_BACK_MINUTES = 15  # office time until somebody has rung a missed caller
NOTE_WITHIN = timedelta(minutes=15)  # a conversation leaves a line by then
OLD_AGE = 75

_RECORDING_RANKS = {"": 0, "in-progress": 1, "completed": 2, "absent": 2, "failed": 2}


def read_state(status: str) -> CallState | None:
    """Read a provider's word for a call's state; None for a word that we do not know.

    >>> read_state("in-progress")
    <CallState.IN_PROGRESS: 'in_progress'>
    """
    try:
        return CallState(status.strip().lower().replace("-", "_"))
    except ValueError:
        return None


def follows(earlier: str, later: CallState) -> bool:
    """Tell whether ``later`` may replace ``earlier``: late and reordered reports may not.

    >>> follows("completed", CallState.RINGING)
    False
    """
    return _rank(CallState(earlier)) < _rank(later)


def recording_follows(earlier: str, later: str) -> bool:
    """Tell whether a recording's later status may replace its earlier one."""
    return _RECORDING_RANKS.get(earlier, 0) < _RECORDING_RANKS.get(later, 0)


def _rank(state: CallState) -> int:
    return _RANKS.get(state, _FINAL_RANK)
