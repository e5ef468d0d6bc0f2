"""Overdue climbs: unaccepted → reminded → grid leader → deputy → director."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.cases.alerts import alert_about
from core.cases.clocks import Desk, desk_of, next_climb
from core.cases.events import note_event
from core.cases.queries import assignee_of
from core.cases.routing import leader_of
from core.cases.rules import OPEN, SERVICE, Channel, Level, What, level_above
from core.cases.tables import CaseRow
from core.staff.tables import StaffRow
from core.tasks.locks import claim_due
from core.tasks.people import deputy_of, director_of, duty_person


def climbs_due(now: datetime) -> Select[int]:
    """Find whether a case is to climb."""
    return select(CaseRow.id).where(CaseRow.status.in_(OPEN), CaseRow.climb_at <= now)


def climb_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Let every case climb whose time has come; returns how many did.

    A case climbs while nobody accepts it, and again once its promise is broken. Each step is a
    text and an event.
    """
    due = claim_due(
        session, CaseRow, CaseRow.climb_at, CaseRow.status.in_(OPEN), now=now, limit=limit
    )
    for case in due:
        _climb(session, case, now)
    return len(due)


def _climb(session: Session, case: CaseRow, now: datetime) -> None:
    desk = desk_of(session, case.community_id)
    overdue = now >= case.due_at
    level, person = _next_person(session, case, desk, now, overdue=overdue)
    case.escalation_level = int(level)
    case.climb_at = next_climb(case, desk, now)
    what = What.OVERDUE if overdue else What.CLIMBED
    if level == Level.REMINDED:
        what = What.REMINDED
    event = note_event(
        session,
        case,
        what=what,
        actor=SERVICE,
        channel=Channel.SCHEDULER,
        now=now,
        words=person.key if person else "",
    )
    wording = f"sms.alert.{what.value}"
    holder = assignee_of(session, case) if overdue else None
    for staff in dict.fromkeys((person, holder)):
        if staff is not None:
            alert_about(session, case, desk, staff=staff, wording=wording, event=event, now=now)


def _next_person(
    session: Session, case: CaseRow, desk: Desk, now: datetime, *, overdue: bool
) -> tuple[Level, StaffRow | None]:
    """Return the next level and who is told; levels of somebody who has the case are skipped."""
    level = level_above(case.escalation_level, overdue=overdue)
    person = _person_at(session, case, desk, level, now)
    while level not in (Level.REMINDED, Level.DIRECTOR) and (
        person is None or person.id == case.assignee_id
    ):
        level = Level(level + 1)
        person = _person_at(session, case, desk, level, now)
    return level, person


def _person_at(
    session: Session, case: CaseRow, desk: Desk, level: Level, now: datetime
) -> StaffRow | None:
    if level is Level.REMINDED:
        holder = assignee_of(session, case)
        return holder or duty_person(session, desk.community, now, desk.calendar)
    if level is Level.GRID_LEADER:
        leader = leader_of(session, case)
        return leader or duty_person(session, desk.community, now, desk.calendar)
    if level is Level.DEPUTY:
        return deputy_of(session, desk.community)
    return director_of(session, desk.community)
