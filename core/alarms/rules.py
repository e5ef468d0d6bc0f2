"""Kinds of danger, and the ladder of an alarm: who is rung when."""

from __future__ import annotations

import enum
from datetime import timedelta


class AlarmKind(enum.StrEnum):
    """Why people are alarmed."""

    EMERGENCY = "emergency"
    RECORDING = "recording"  # somebody spoke after hours and nobody has heard it
    DRILL = "drill"


class AlarmState(enum.StrEnum):
    """Where an alarm stands."""

    RINGING = "ringing"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


class Danger(enum.StrEnum):
    """What threatens."""

    FIRE = "fire"
    GAS = "gas"
    MEDICAL = "medical"
    FALL = "fall"
    TRAPPED = "trapped"
    ELECTRIC = "electric"
    VIOLENCE = "violence"
    SUICIDE = "suicide"
    POISON = "poison"
    MISSING = "missing"
    OTHER = "other"


NEXT_PERSON_AFTER = timedelta(seconds=60)
LEADERS_AFTER = timedelta(minutes=3)
ASK_REACHED_AFTER = timedelta(minutes=5)  # 联系上了吗
SILENCE_IS_NO_AFTER = timedelta(seconds=60)  # after that question the ladder goes on
REALARM_EVERY = timedelta(minutes=3)

# A recording is heard first: the telephone rings only if nobody listened within a minute.
RINGS_AT_ONCE: dict[AlarmKind, bool] = {
    AlarmKind.EMERGENCY: True,
    AlarmKind.RECORDING: False,
    AlarmKind.DRILL: True,
}

# Whoever listened to a recording has judged it; after an emergency somebody must be reached.
ASKS_REACHED = frozenset({AlarmKind.EMERGENCY})


_OF_ONE_BODY = frozenset({Danger.MEDICAL, Danger.FALL, Danger.POISON, Danger.ELECTRIC})


def danger_of(word: str) -> Danger:
    """Read a kind of danger; what is unknown is still a danger.

    >>> danger_of("gas").value, danger_of("?").value
    ('gas', 'other')
    """
    return Danger(word) if word in set(Danger) else Danger.OTHER


def may_be_the_same(known: str, new: str) -> bool:
    """Tell whether two cries of one phone may be about the same thing; a fire is no missing man.

    >>> may_be_the_same("fall", "medical"), may_be_the_same("missing", "fire")
    (True, False)
    """
    kinds = {danger_of(known), danger_of(new)}
    return len(kinds) == 1 or Danger.OTHER in kinds or kinds <= _OF_ONE_BODY


def reply_key(danger: str) -> str:
    """Return the wording of the reply that goes out at once.

    >>> reply_key("fire")
    'sms.emergency.fire'
    """
    return f"sms.emergency.{danger_of(danger).value}"


def person_at(round_: int, people: int) -> int:
    """Return whose turn it is: the list starts over and never ends.

    >>> [person_at(number, 2) for number in range(4)]
    [0, 1, 0, 1]
    """
    return round_ % people
