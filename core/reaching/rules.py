"""What a call may end with, and whether another try follows: tables, no I/O."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta


class ReachPurpose(enum.StrEnum):
    """What a call is about; also the purpose of its row in the outbox."""

    CONSULTATION = "consultation"  # 协商: the household's answer is asked for
    RESULT = "consultation_result"
    NOTICE = "notice"  # 通知
    STANDING = "standing"  # 定期帮办: as always?
    WELFARE = "welfare"  # 平安电话
    WELFARE_CONTACT = "welfare_contact"  # the named contact of somebody who did not answer


class ReachState(enum.StrEnum):
    """Where a telephone to be reached stands."""

    PLANNED = "planned"
    RINGING = "ringing"
    ENDED = "ended"


class Outcome(enum.StrEnum):
    """How a try ended, or why there is none."""

    ANSWERED = "answered"  # a key said what was asked
    PERSON = "person"  # key 0
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"  # wants no notices
    STOPPED = "stopped"  # the matter is over
    EXPIRED = "expired"  # its time passed before anybody was reached
    SILENCE = "silence"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    HANG_UP = "hang_up"
    FAILED = "failed"


# After these nobody rings again; after all others the next try follows, while there is one.
ENDS = frozenset(
    {
        Outcome.ANSWERED,
        Outcome.PERSON,
        Outcome.WRONG_NUMBER,
        Outcome.REFUSED,
        Outcome.STOPPED,
        Outcome.EXPIRED,
    }
)
# Heard our voice, whether or not a key was pressed.
SOMEBODY_THERE = frozenset({Outcome.ANSWERED, Outcome.PERSON, Outcome.SILENCE, Outcome.HANG_UP})

OUTCOME_LOST_AFTER = timedelta(minutes=10)  # no status event came: look at what is known
PHONE_BUSY_FOR = timedelta(minutes=5)  # another call of ours rings there


def is_last(outcome: Outcome, *, tries: int, most_tries: int) -> bool:
    """Tell whether nobody rings again after a try with this outcome.

    >>> is_last(Outcome.MACHINE, tries=1, most_tries=3)
    False
    >>> is_last(Outcome.BUSY, tries=3, most_tries=3)
    True
    """
    return outcome in ENDS or tries >= most_tries


@dataclass(frozen=True)
class Manner:
    """How a telephone is rung: how often, how far apart, and at which hours."""

    most_tries: int = 2
    again_minutes: int = 240  # from one try to the next
    agreed: bool = False  # at that very hour, not in the calling windows: they asked for it
    optional: bool = False  # whoever wants no notices is not rung
