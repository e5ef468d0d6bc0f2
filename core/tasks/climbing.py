"""Tasks that nobody did in time climb: grid leader, deputy, director."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.residents.queries import residents_of_phone
from core.sla.hours import after_office_minutes
from core.sla.queries import calendar_of
from core.staff.queries import on_duty, staff_by_id
from core.staff.tables import StaffRow
from core.tasks.locks import claim_due
from core.tasks.people import deputy_of, director_of, grid_leader
from core.tasks.rules import Rung, Step, TaskState, rung_at
from core.tasks.tables import TaskRow
from core.tasks.telling import tell_about


def climbs_due(now: datetime) -> Select[int]:
    """Find whether a task is to climb."""
    return select(TaskRow.id).where(TaskRow.state == TaskState.OPEN, TaskRow.climb_at <= now)


def climb_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Remind the owners of tasks not done in time and tell the next person up."""
    due = claim_due(
        session,
        TaskRow,
        TaskRow.climb_at,
        TaskRow.state == TaskState.OPEN,
        now=now,
        limit=limit,
    )
    for task in due:
        _climb(session, task, now)
    return len(due)


def _climb(session: Session, task: TaskRow, now: datetime) -> None:
    community = community_by_id(session, task.community_id)
    office, calendar = office_of(community), calendar_of(session, community)
    rung = rung_at(task.escalation_level, office.ladder)
    task.escalation_level += 1
    task.climb_at = after_office_minutes(office, calendar, now, rung.next_after_minutes)
    owner = staff_by_id(session, task.owner_staff_id)
    if owner is not None:
        tell_about(session, community, task, owner, "sms.task.reminded", now=now)
    above = _above(session, community, task, rung, now)
    if above is not None and above.id != task.owner_staff_id:
        tell_about(session, community, task, above, "sms.task.climbed", now=now)
    session.flush()


def _above(
    session: Session, community: CommunityRow, task: TaskRow, rung: Rung, now: datetime
) -> StaffRow | None:
    if rung.step is Step.DIRECTOR:
        return director_of(session, community)
    if rung.step is Step.DEPUTY:
        return deputy_of(session, community)
    found = _leader_or_colleague(session, community, task, now)
    return found or deputy_of(session, community)


def _leader_or_colleague(
    session: Session, community: CommunityRow, task: TaskRow, now: datetime
) -> StaffRow | None:
    grids = [person.grid_id for person in residents_of_phone(session, community.id, task.phone)]
    leaders = [grid_leader(session, community.id, grid) for grid in grids]
    colleagues = on_duty(session, community, now, calendar_of(session, community))
    found = [
        person for person in (*leaders, *colleagues) if person and person.id != task.owner_staff_id
    ]
    return found[0] if found else None
