"""The kinds of task, and the ladder of one that nobody did."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from core.office import Ladder


@dataclass(frozen=True)
class Actor:
    """Who does something: a resident, Linli itself, or a member of staff by key."""

    name: str
    staff_id: int | None = None


RESIDENT = Actor("resident")
SERVICE = Actor("service")


class TaskKind(enum.StrEnum):
    """What a person must do that is no case move 待办."""

    CALL_BACK = "call_back"  # 以人回拨
    WHO_IS_IT = "who_is_it"
    CALL_NOTE = "call_note"  # one line about a call that was taken
    DELIVERY_FAILED = "delivery_failed"
    TELL_RESIDENT = "tell_resident"  # ring or go before closing time
    WRONG_NUMBER = "wrong_number"
    ASK_PERSON = "ask_person"  # 人工
    LISTEN = "listen"
    EMERGENCY = "emergency"
    PICTURE = "picture"
    AT_THE_DOOR = "at_the_door"  # ring at these doors and ask 上门
    OTHER = "other"


class TaskState(enum.StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"


class Step(enum.StrEnum):
    """Who is told when a task was not done in time."""

    GRID_LEADER = "grid_leader"  # or somebody else on duty where there is none
    DEPUTY = "deputy"
    DIRECTOR = "director"


@dataclass(frozen=True)
class Rung:
    """One step of the ladder and how long (office minutes) until the next."""

    step: Step
    next_after_minutes: int


def rung_at(level: int, ladder: Ladder) -> Rung:
    """Return the step that an undone task takes from ``level``; the last one repeats.

    >>> rung_at(0, Ladder()).step.value, rung_at(9, Ladder()).step.value
    ('grid_leader', 'director')
    """
    steps = (
        Rung(Step.GRID_LEADER, ladder.deputy_minutes - ladder.grid_leader_minutes),
        Rung(Step.DEPUTY, ladder.director_minutes - ladder.deputy_minutes),
        Rung(Step.DIRECTOR, ladder.director_minutes),
    )
    rung = steps[min(level, len(steps) - 1)]
    # a community may set two steps to the same minute; a pause of nothing would ring for ever
    return Rung(rung.step, max(rung.next_after_minutes, 15))


def task_name(number: int) -> str:
    """Write a task's number as staff text it.

    >>> task_name(7)
    'T7'
    """
    return f"T{number}"
