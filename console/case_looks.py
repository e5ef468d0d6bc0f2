"""What the pages show of a case, gathered in one reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.services import Visit
from core.access.rules import Right, covers
from core.alarms.queries import alarm_calls_of, alarm_of_case
from core.alarms.tables import AlarmCallRow, AlarmRow
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.calls.queries import recordings_of_case
from core.calls.tables import RecordingRow
from core.cases.finding import estate_names
from core.cases.queries import events_of
from core.cases.rules import CaseStatus, Move, Urgency, is_allowed, shown_number
from core.cases.standing import standings_of
from core.cases.tables import CaseEventRow, CaseRow
from core.cases.texting import can_be_texted
from core.communities.plans import Plan, plan_of
from core.communities.queries import community_by_id, grids_of, office_of
from core.communities.tables import EstateRow, GridRow
from core.outbox.rules import OutboxKind
from core.outbox.tables import OutboxRow
from core.residents.queries import resident_by_id, residents_of_phone
from core.residents.tables import ResidentRow
from core.sound.tables import SoundRow
from core.staff.queries import staff_of
from core.staff.tables import StaffRow
from core.tasks.people import can_carry
from core.tasks.queries import open_tasks_of_case
from core.tasks.tables import TaskRow

_MOST_NEIGHBOURS = 12


@dataclass(frozen=True)
class Line:
    """One case in a list."""

    case: CaseRow
    number: str
    name: str
    where: str
    holder: str
    is_late: bool
    left: str
    rings: bool  # an emergency that nobody has acknowledged


@dataclass(frozen=True)
class Sound:
    """A recording with what was heard in it."""

    row: RecordingRow
    words: str
    is_here: bool


@dataclass(frozen=True)
class CaseLook:
    """One case with its whole history."""

    line: Line
    resident: ResidentRow | None
    events: Sequence[CaseEventRow]
    messages: Sequence[OutboxRow]
    sounds: Sequence[Sound]
    tasks: Sequence[TaskRow]
    callbacks: Sequence[tuple[CallbackRow, Sequence[CallbackAttemptRow]]]
    alarm: AlarmRow | None
    alarm_calls: Sequence[AlarmCallRow]
    grid: str
    moves: frozenset[Move]
    may_hear: bool
    may_be_texted: bool
    carriers: Sequence[StaffRow]
    people: Mapping[str, str]  # staff key → name
    staff_names: Mapping[int, str]
    neighbours: Sequence[Line]
    sharers: Sequence[ResidentRow]  # whose telephone it is, where nobody knows whose case it is
    merged_into: str
    area_code: str
    plan: Plan | None  # of the estate, where the building is known

    @property
    def building(self) -> str:
        """Return the building that the case is about."""
        return self.line.case.place.split("-")[0]

    @property
    def unit(self) -> str:
        """Return the unit, where it is known."""
        return self.line.case.place.partition("-")[2].partition("-")[0]


def lines_of(session: Session, visit: Visit, cases: Iterable[CaseRow]) -> list[Line]:
    """Return what a list shows of each case, with three queries however many there are."""
    rows = list(cases)
    estates = estate_names(session, visit.access.community_id)
    wanted = {row.resident_id for row in rows if row.resident_id is not None}
    residents = {
        row.id: row.name
        for row in session.scalars(select(ResidentRow).where(ResidentRow.id.in_(wanted)))
    }
    holders = {row.id: row.name for row in _staff(session, visit)}
    urgent = [row.id for row in rows if row.urgency == Urgency.EMERGENCY]
    ringing = set(
        session.scalars(
            select(AlarmRow.case_id).where(
                AlarmRow.case_id.in_(urgent), AlarmRow.state == "ringing"
            )
        )
    )
    return [
        Line(
            case=row,
            number=shown_number(row.number),
            name=residents.get(row.resident_id or 0, ""),
            where=f"{estates.get(row.estate_id or 0, '')}{row.place}",
            holder=holders.get(row.assignee_id or 0, ""),
            is_late=row.closed_at is None and row.due_at < visit.now,
            left=visit.words.left(row.due_at) if row.closed_at is None else "",
            rings=row.id in ringing,
        )
        for row in rows
    ]


def look_at(session: Session, visit: Visit, case: CaseRow) -> CaseLook:
    """Return everything that the page of one case shows."""
    staff = _staff(session, visit)
    alarm = alarm_of_case(session, case.id)
    grid = session.get(GridRow, case.grid_id) if case.grid_id is not None else None
    merged = session.get(CaseRow, case.merged_into_id) if case.merged_into_id else None
    office = office_of(community_by_id(session, case.community_id))
    may_hear = covers(
        visit.access, Right.RECORDINGS, grid_id=case.grid_id, holder_id=case.assignee_id
    )
    return CaseLook(
        line=lines_of(session, visit, [case])[0],
        resident=resident_by_id(session, case.resident_id),
        events=events_of(session, case.id),
        messages=_messages(session, case),
        sounds=_sounds(session, case) if may_hear else [],
        tasks=open_tasks_of_case(session, case.id),
        callbacks=_callbacks(session, case),
        alarm=alarm,
        alarm_calls=alarm_calls_of(session, alarm.id) if alarm else [],
        grid=grid.name if grid else "",
        moves=moves_of(session, visit, case, visit.now),
        may_hear=may_hear,
        may_be_texted=can_be_texted(session, case),
        carriers=[row for row in staff if row.left_at is None and can_carry(row)],
        people={row.key: row.name for row in staff},
        staff_names={row.id: row.name for row in staff},
        neighbours=_neighbours(session, visit, case),
        sharers=[]
        if case.resident_id is not None
        else residents_of_phone(session, case.community_id, case.phone),
        merged_into=shown_number(merged.number) if merged else "",
        area_code=office.area_code,
        plan=_plan(session, case),
    )


def moves_of(session: Session, visit: Visit, case: CaseRow, now: datetime) -> frozenset[Move]:
    """Return the moves that this person may make now, as the rules of cases say."""
    if not covers(visit.access, Right.MOVE_CASES, grid_id=case.grid_id, holder_id=case.assignee_id):
        rung = standings_of(session, case, visit.actor, now)
        if not rung:
            return frozenset()
    standings = standings_of(session, case, visit.actor, now)
    status = CaseStatus(case.status)
    return frozenset(move for move in Move if is_allowed(move, status, standings))


def templates_of(visit: Visit, look: CaseLook) -> list[str]:
    """Return the sentences that staff most often text, filled for this case."""
    slots: dict[str, Any] = {
        "number": look.line.number,
        "person": look.line.holder or visit.name,
        "day": visit.words.day(look.line.case.due_at.astimezone(visit.zone).date()),
    }
    return [visit.words.t(f"reply.{name}", **slots) for name in _REPLIES]


_REPLIES = ("coming", "parts", "asked_above", "not_home", "call_us")


def _plan(session: Session, case: CaseRow) -> Plan | None:
    """Return the plan of the estate, if the case's building stands on it."""
    building = case.place.split("-")[0]
    estate = session.get(EstateRow, case.estate_id) if case.estate_id and building else None
    if estate is None:
        return None
    grids = grids_of(session, case.community_id)
    named = [one for grid in grids if grid.estate_id == estate.id for one in grid.buildings]
    if not named and not estate.plan:
        places = select(ResidentRow.place).where(ResidentRow.estate_id == estate.id).distinct()
        named = [place.split("-")[0] for place in session.scalars(places)]
    plan = plan_of(estate.plan, [*named, building])
    return plan if plan.shows(building) else None


def _staff(session: Session, visit: Visit) -> Sequence[StaffRow]:
    here = staff_of(session, visit.access.community_id)
    gone = session.scalars(
        select(StaffRow).where(
            StaffRow.community_id == visit.access.community_id, StaffRow.left_at.is_not(None)
        )
    ).all()
    return [*here, *gone]


def _messages(session: Session, case: CaseRow) -> Sequence[OutboxRow]:
    return session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case.id, OutboxRow.kind != OutboxKind.FETCH)
        .order_by(OutboxRow.id)
    ).all()


def _sounds(session: Session, case: CaseRow) -> list[Sound]:
    found = []
    for row in recordings_of_case(session, case.id):
        kept = (
            session.execute(select(SoundRow.words).where(SoundRow.hash == row.sound_hash)).first()
            if row.sound_hash
            else None
        )
        words = row.typed_words or (kept.words if kept else "")
        found.append(Sound(row, words, kept is not None))
    return found


def _callbacks(
    session: Session, case: CaseRow
) -> list[tuple[CallbackRow, Sequence[CallbackAttemptRow]]]:
    rows = session.scalars(
        select(CallbackRow).where(CallbackRow.case_id == case.id).order_by(CallbackRow.id)
    ).all()
    return [
        (
            row,
            session.scalars(
                select(CallbackAttemptRow)
                .where(CallbackAttemptRow.callback_id == row.id)
                .order_by(CallbackAttemptRow.number)
            ).all(),
        )
        for row in rows
    ]


def _neighbours(session: Session, visit: Visit, case: CaseRow) -> list[Line]:
    """Return what else is open in the same building: where repeats are found."""
    building = case.place.split("-")[0]
    if not building or case.estate_id is None:
        return []
    rows = session.scalars(
        select(CaseRow)
        .where(
            CaseRow.community_id == case.community_id,
            CaseRow.closed_at.is_(None),
            CaseRow.estate_id == case.estate_id,
            (CaseRow.place == building) | CaseRow.place.startswith(f"{building}-"),
            CaseRow.id != case.id,
        )
        .order_by(CaseRow.due_at)
        .limit(_MOST_NEIGHBOURS)
    ).all()
    seen = [
        row
        for row in rows
        if covers(visit.access, Right.CASES, grid_id=row.grid_id, holder_id=row.assignee_id)
    ]
    return lines_of(session, visit, seen)
