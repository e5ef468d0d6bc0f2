"""What a case may become, and who may move it: tables, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from core.office import Ladder
from core.tasks.rules import RESIDENT as RESIDENT
from core.tasks.rules import SERVICE as SERVICE
from core.tasks.rules import Actor as Actor


class CaseStatus(enum.StrEnum):
    """Where a case stands."""

    DRAFT = "draft"  # the line broke, or somebody is still speaking
    RECEIVED = "received"
    DISPATCHED = "dispatched"  # 已派单
    ACCEPTED = "accepted"  # 已接单
    AWAITING_CONFIRMATION = "awaiting_confirmation"  # 办结, the resident has not said so yet
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Category(enum.StrEnum):
    """What a case is about 类别."""

    REPAIR = "repair"
    SANITATION = "sanitation"
    SAFETY = "safety"
    ERRAND = "errand"
    NEIGHBOUR = "neighbour"
    FACILITY = "facility"
    POLICY = "policy"
    SUGGESTION = "suggestion"
    OTHER = "other"


class Urgency(enum.StrEnum):
    """How soon 紧急程度."""

    EMERGENCY = "P0"  # danger to life or home
    SAME_DAY = "P1"
    NORMAL = "P2"


class Channel(enum.StrEnum):
    """The way something reached us, or was done."""

    SMS = "sms"
    CALL = "call"
    FORM = "form"
    CONSOLE = "console"
    STAFF = "staff"  # entered for somebody 代报
    SCHEDULER = "scheduler"


class Standing(enum.StrEnum):
    """How somebody stands to one case."""

    RESIDENT = "resident"
    SERVICE = "service"
    ASSIGNEE = "assignee"
    GRID_LEADER = "grid_leader"  # of the case's own grid
    DUTY = "duty"
    DEPUTY = "deputy"
    DIRECTOR = "director"
    ALARMED = "alarmed"  # was rung for this emergency or recording


class Move(enum.StrEnum):
    """What may be done to a case."""

    COMPLETE = "complete"
    DISPATCH = "dispatch"  # 派单
    ACCEPT = "accept"  # 接单
    TRANSFER = "transfer"  # 转派
    RETURN = "return"  # 退单
    ESCALATE = "escalate"  # 上报
    NOTE = "note"  # 备注
    CATEGORY = "category"
    TELL = "tell"  # 告知
    FEEDBACK = "feedback"  # the progress call was heard
    REPEAT = "repeat"
    IDENTIFY = "identify"
    DONE = "done"  # 办结
    CONFIRM = "confirm"  # the resident: solved
    REOPEN = "reopen"  # 重办
    WITHDRAW = "withdraw"  # 取消
    CLOSE = "close"  # 结案, without the resident
    MERGE = "merge"  # the same matter, said twice


class What(enum.StrEnum):
    """What an event of a case says happened."""

    STARTED = "started"  # a draft began
    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    ESCALATED = "escalated"
    NOTE = "note"
    OPINION = "opinion"  # what a member thinks of it; never told as progress
    CATEGORY = "category"
    TOLD = "told"
    FEEDBACK = "feedback"
    REPEAT = "repeat"
    HEARD = "heard"  # what a machine heard on a recording
    IDENTIFIED = "identified"
    DONE = "done"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
    CLIMBED = "climbed"
    OVERDUE = "overdue"
    RECOMPUTED = "recomputed"
    MERGED = "merged"
    TEXTED = "texted"  # staff wrote to the resident


@dataclass(frozen=True)
class Rule:
    """From where a move is allowed, where it leads (None: the status stays), and for whom."""

    starts: frozenset[CaseStatus]
    ends: CaseStatus | None
    who: frozenset[Standing]


_DRAFT = frozenset({CaseStatus.DRAFT})
_WAITING = frozenset({CaseStatus.RECEIVED, CaseStatus.DISPATCHED})
_AT_WORK = _WAITING | {CaseStatus.ACCEPTED}
OPEN = _AT_WORK | {CaseStatus.AWAITING_CONFIRMATION}
_EVERY = frozenset(CaseStatus)

_OURSELVES = frozenset({Standing.SERVICE})
_OFFICE = frozenset({Standing.DUTY, Standing.DEPUTY, Standing.DIRECTOR})
_CARRIERS = _OFFICE | {Standing.ASSIGNEE, Standing.GRID_LEADER}
_AT_HAND = _CARRIERS | {Standing.ALARMED}
_RESIDENT = frozenset({Standing.RESIDENT})

MOVES: dict[Move, Rule] = {
    Move.COMPLETE: Rule(_DRAFT, CaseStatus.RECEIVED, _OURSELVES | _RESIDENT),
    Move.DISPATCH: Rule(_WAITING, CaseStatus.DISPATCHED, _OURSELVES),
    Move.ACCEPT: Rule(_AT_WORK, CaseStatus.ACCEPTED, _AT_HAND),
    Move.TRANSFER: Rule(_AT_WORK, CaseStatus.DISPATCHED, _CARRIERS),
    Move.RETURN: Rule(_AT_WORK, CaseStatus.DISPATCHED, frozenset({Standing.ASSIGNEE})),
    Move.ESCALATE: Rule(_AT_WORK, CaseStatus.DISPATCHED, _CARRIERS),
    Move.NOTE: Rule(_EVERY, None, _AT_HAND | _OURSELVES),
    Move.CATEGORY: Rule(OPEN, None, _CARRIERS),
    Move.TELL: Rule(OPEN, None, _AT_HAND),
    Move.FEEDBACK: Rule(OPEN, None, _OURSELVES | _RESIDENT | _AT_HAND),
    Move.REPEAT: Rule(_EVERY, None, _OURSELVES | _RESIDENT | _AT_HAND),
    Move.IDENTIFY: Rule(_EVERY, None, _AT_HAND | _RESIDENT),
    Move.DONE: Rule(_AT_WORK, CaseStatus.AWAITING_CONFIRMATION, _AT_HAND),
    Move.CONFIRM: Rule(OPEN, CaseStatus.CLOSED, _RESIDENT | _CARRIERS),
    Move.REOPEN: Rule(
        frozenset({CaseStatus.AWAITING_CONFIRMATION, CaseStatus.CLOSED}),
        CaseStatus.DISPATCHED,
        _RESIDENT | _CARRIERS,
    ),
    Move.WITHDRAW: Rule(OPEN | _DRAFT, CaseStatus.WITHDRAWN, _RESIDENT),
    Move.CLOSE: Rule(OPEN, CaseStatus.CLOSED, _CARRIERS),
    Move.MERGE: Rule(OPEN | _DRAFT, CaseStatus.CLOSED, _CARRIERS),
}

# Why a move is refused where the case stands: the wording of the sentence.
_REFUSED_AT: dict[CaseStatus, str] = {
    CaseStatus.DRAFT: "sms.refusal.still_draft",
    CaseStatus.AWAITING_CONFIRMATION: "sms.refusal.already_done",
    CaseStatus.CLOSED: "sms.refusal.already_closed",
    CaseStatus.WITHDRAWN: "sms.refusal.already_withdrawn",
}


def is_allowed(move: Move, status: CaseStatus, standings: Iterable[Standing]) -> bool:
    """Tell whether somebody who stands so to a case may make this move from this status.

    >>> is_allowed(Move.ACCEPT, CaseStatus.DISPATCHED, [Standing.ASSIGNEE])
    True
    >>> is_allowed(Move.CONFIRM, CaseStatus.CLOSED, [Standing.RESIDENT])
    False
    """
    rule = MOVES[move]
    return status in rule.starts and not rule.who.isdisjoint(standings)


def refusal_at(status: CaseStatus) -> str:
    """Return the wording key that says why a case that stands there cannot be moved so."""
    return _REFUSED_AT.get(status, "sms.refusal.not_now")


def shown_number(number: int) -> str:
    """Write a case number as everybody sees it: four digits and up.

    >>> shown_number(158)
    '0158'
    """
    return f"{number:04d}"


class Level(enum.IntEnum):
    """How far a case has climbed."""

    NONE = 0
    REMINDED = 1
    GRID_LEADER = 2
    DEPUTY = 3
    DIRECTOR = 4


def level_above(level: int, *, overdue: bool) -> Level:
    """Return the level that an unaccepted or overdue case climbs to.

    An overdue one goes past the person responsible at once; from the director it goes no
    further, but is told again.

    >>> level_above(0, overdue=False).name, level_above(0, overdue=True).name
    ('REMINDED', 'GRID_LEADER')
    """
    start = max(level, Level.REMINDED) if overdue else level
    return Level(min(start + 1, Level.DIRECTOR))


def minutes_after(level: int, ladder: Ladder) -> int | None:
    """Return the office minutes from this level to the next; None at the top.

    >>> minutes_after(Level.NONE, Ladder()), minutes_after(Level.REMINDED, Ladder())
    (120, 120)
    """
    minutes = (
        0,
        ladder.remind_minutes,
        ladder.grid_leader_minutes,
        ladder.deputy_minutes,
        ladder.director_minutes,
    )
    if level >= Level.DIRECTOR:
        return None
    # two steps at the same minute must not become a loop without a pause
    return max(minutes[level + 1] - minutes[level], 1)
