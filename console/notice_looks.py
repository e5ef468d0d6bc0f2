"""What the pages show of a notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.services import Visit
from core.communities.queries import community_by_id
from core.notices.audience import people_in, telephones_of
from core.notices.opening import Draft, audience_of, second_person
from core.notices.queries import progress_of, stages_of
from core.notices.rules import ENDED, Progress, StageState
from core.notices.tables import NoticeRow, NoticeStageRow
from core.staff.tables import StaffRow


@dataclass(frozen=True)
class Line:
    """One notice in a list."""

    row: NoticeRow
    state: str
    who: str
    progress: Progress


@dataclass(frozen=True)
class Stage:
    """One stage of a notice."""

    row: NoticeStageRow
    who: str
    progress: Progress


@dataclass(frozen=True)
class Look:
    """One notice with its stages."""

    line: Line
    stages: Sequence[Stage]
    people: Mapping[int, str]
    is_live: bool  # something of it may still go out
    may_go_on: bool  # a stage waits for its turn, and none is under way
    is_asked: bool  # whoever looks is the second person whose word is waited for


@dataclass(frozen=True)
class Reached:
    """Whom a draft would reach, in telephones and people."""

    phones: int
    refused: int  # want no notices
    strangers: int  # a stranger answers there
    without: int  # people whom nothing can reach
    second: str  # who will be asked


def lines_of(session: Session, rows: Iterable[NoticeRow]) -> list[Line]:
    """Return what a list shows of each."""
    return [_line(session, row, stages_of(session, row.id)) for row in rows]


def look_at(session: Session, visit: Visit, row: NoticeRow) -> Look:
    """Return everything that the page of one shows."""
    stages = stages_of(session, row.id)
    under_way = any(one.state in (StageState.RUNNING, StageState.ASKED) for one in stages)
    people = select(StaffRow).where(StaffRow.community_id == visit.access.community_id)
    return Look(
        line=_line(session, row, stages),
        stages=[
            Stage(one, audience_of(one).shown, progress_of(session, row, one.id)) for one in stages
        ],
        people={person.id: person.name for person in session.scalars(people)},
        is_live=row.stopped_at is None and any(one.state not in ENDED for one in stages),
        may_go_on=row.stopped_at is None
        and not under_way
        and any(one.state == StageState.PROPOSED for one in stages),
        is_asked=any(
            one.state == StageState.ASKED and one.second_id == visit.access.staff_id
            for one in stages
        ),
    )


def reach_of_draft(session: Session, visit: Visit, drafted: Draft) -> Reached:
    """Count whom a draft would reach, and whom it would not."""
    community = community_by_id(session, visit.access.community_id)
    people = people_in(session, community.id, drafted.audience, visit.now)
    phones, without = telephones_of(session, community.id, people, drafted.channel)
    opener = session.get_one(StaffRow, visit.access.staff_id)
    return Reached(
        phones=sum(not phone.refused and not phone.stranger for phone in phones),
        refused=sum(phone.refused for phone in phones),
        strangers=sum(phone.stranger for phone in phones),
        without=without,
        second=second_person(session, community, opener).name,
    )


def _line(session: Session, row: NoticeRow, stages: Sequence[NoticeStageRow]) -> Line:
    """Say where a notice stands: as its last stage that was begun."""
    begun = [stage for stage in stages if stage.state != StageState.PROPOSED] or stages[:1]
    last = stages[-1]
    return Line(row, begun[-1].state, audience_of(last).shown, progress_of(session, row))
