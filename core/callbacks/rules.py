"""Rules of callbacks 回访 and progress calls: pure, without a database or a clock."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MOST_CALLS = 3
MOST_CALLS_A_DAY = 2
LEAST_DAYS = 2
LEAST_PARTS = 2  # morning, afternoon, evening
APART = timedelta(hours=4)
FIRST_CALL_AFTER = timedelta(hours=2)  # since "done", so that the resident could look
SURVEYED_AGAIN_AFTER = timedelta(days=7)
OUTCOME_LOST_AFTER = timedelta(minutes=15)  # no status came: the row itself is looked at
PHONE_BUSY_FOR = timedelta(minutes=10)  # another call of ours rings there
TEXT_WAITS_AT_MOST = timedelta(days=7)  # behind other questions, before a person asks


class CallbackKind(enum.StrEnum):
    """Why we ring: to ask whether it is solved, or to say where it stands."""

    CONFIRM = "confirm"
    PROGRESS = "progress"


class CallbackState(enum.StrEnum):
    """Where a callback stands."""

    PLANNED = "planned"
    RINGING = "ringing"
    TEXTED = "texted"
    ANSWERED = "answered"
    PERSON = "person"
    DROPPED = "dropped"


class Outcome(enum.StrEnum):
    """How one try ended; each is counted apart, and only ANSWERED is an answer."""

    ANSWERED = "answered"
    NOT_NOW = "not_now"  # key 2: not here, or later
    WRONG_NUMBER = "wrong_number"  # key 3
    PERSON = "person"  # key 0: connected to a person, who asks
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MACHINE = "machine"
    HANG_UP = "hang_up"
    SILENCE = "silence"
    FAILED = "failed"
    NOT_MADE = "not_made"  # its window had passed before it was placed; not counted as a try


class PersonReason(enum.StrEnum):
    """Why a person takes a callback over; names its wording."""

    NO_PHONE = "no_phone"
    WRONG_NUMBER = "wrong_number"
    OPTED_OUT = "opted_out"
    UNREACHED = "unreached"
    ASKED = "asked"


LIVE = frozenset(
    {
        CallbackState.PLANNED,
        CallbackState.RINGING,
        CallbackState.TEXTED,
        CallbackState.PERSON,
    }
)
# A key that somebody pressed: no label of the provider overrides it.
KEYED = frozenset({Outcome.ANSWERED, Outcome.NOT_NOW, Outcome.WRONG_NUMBER, Outcome.PERSON})


@dataclass(frozen=True)
class Try:
    """A call made, or one that could be made."""

    at: datetime
    day: date  # local
    part: str  # core.sla.hours.part_of_day


def overrides(known: str, outcome: Outcome) -> bool:
    """Tell whether a later outcome of the same try counts: a key always wins over a label.

    >>> overrides("machine", Outcome.NOT_NOW), overrides("not_now", Outcome.HANG_UP)
    (True, False)
    """
    if not known:
        return True
    return Outcome(known) not in KEYED and outcome in KEYED


def may_call(previous: Sequence[Try], candidate: Try) -> bool:
    """Tell whether the resident is not bothered too often: 4 h apart, two a day, three in all."""
    same_day = sum(made.day == candidate.day for made in previous)
    return (
        len(previous) < MOST_CALLS
        and same_day < MOST_CALLS_A_DAY
        and all(candidate.at - made.at >= APART for made in previous)
    )


def spreads(previous: Sequence[Try], candidate: Try) -> bool:
    """Tell whether three calls with ``candidate`` last see two days and two parts of the day."""
    tries = [*previous, candidate]
    if len(tries) < MOST_CALLS:
        return True
    days, parts = {made.day for made in tries}, {made.part for made in tries}
    return len(days) >= LEAST_DAYS and len(parts) >= LEAST_PARTS


def next_call(previous: Sequence[Try], candidates: Iterable[Try]) -> Try | None:
    """Return the next call of a callback, or None once it has had its calls.

    ``candidates`` are in order of time. A community with a single calling window a day has no
    second part of the day; then the first candidate that bothers nobody is taken.
    """
    fallback: Try | None = None
    for candidate in candidates:
        if not may_call(previous, candidate):
            continue
        if spreads(previous, candidate):
            return candidate
        fallback = fallback or candidate
    return fallback
