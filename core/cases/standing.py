"""How somebody stands to a case, and whether that allows a move."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.queries import was_alarmed
from core.cases.queries import assignee_of
from core.cases.rules import (
    MOVES,
    RESIDENT,
    SERVICE,
    Actor,
    CaseStatus,
    Move,
    Standing,
    refusal_at,
    shown_number,
)
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, grids_of
from core.errors import Refusal
from core.sla.queries import calendar_of
from core.staff.queries import on_duty, staff_by_id
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.tasks.people import can_carry, grid_leader

_BY_ROLE: dict[Role, Standing] = {
    Role.DUTY_CLERK: Standing.DUTY,
    Role.DEPUTY: Standing.DEPUTY,
    Role.DIRECTOR: Standing.DIRECTOR,
}


def by(staff: StaffRow) -> Actor:
    """Return a member of staff as the actor of a move."""
    return Actor(staff.key, staff.id)


def standings_of(
    session: Session, case: CaseRow, actor: Actor, now: datetime
) -> frozenset[Standing]:
    """Return every way in which somebody stands to a case; nobody of another community has one."""
    if actor == RESIDENT:
        return frozenset({Standing.RESIDENT})
    if actor == SERVICE:
        return frozenset({Standing.SERVICE})
    staff = staff_by_id(session, actor.staff_id)
    if staff is None or staff.community_id != case.community_id or staff.left_at is not None:
        return frozenset()
    found = {standing for role, standing in _BY_ROLE.items() if role in staff.roles}
    tests = {
        Standing.ASSIGNEE: case.assignee_id == staff.id,
        Standing.GRID_LEADER: _leads(session, case, staff),
        Standing.ALARMED: was_alarmed(session, case_id=case.id, staff_id=staff.id),
        Standing.DUTY: _has_duty(session, case, staff, now),
    }
    return frozenset(found | {standing for standing, holds in tests.items() if holds})


def permit(session: Session, case: CaseRow, *, move: Move, actor: Actor, now: datetime) -> None:
    """Let a move pass.

    :raises Refusal: if the case does not stand where this move starts, or if the actor may not
        make it.
    """
    rule = MOVES[move]
    allowed = not rule.who.isdisjoint(standings_of(session, case, actor, now))
    if not allowed:
        holder = assignee_of(session, case)
        raise Refusal(
            "sms.refusal.not_yours",
            number=shown_number(case.number),
            name=holder.name if holder else "-",
        )
    status = CaseStatus(case.status)
    if status not in rule.starts:
        raise Refusal(refusal_at(status), number=shown_number(case.number))


def _leads(session: Session, case: CaseRow, staff: StaffRow) -> bool:
    """Tell whether somebody leads the case's grid, or one of its estate if that is all we know."""
    if case.grid_id is not None:
        leader = grid_leader(session, case.community_id, case.grid_id)
        return leader is not None and leader.id == staff.id
    if case.estate_id is None:
        return False
    return any(
        grid.estate_id == case.estate_id and grid.leader_key == staff.key
        for grid in grids_of(session, case.community_id)
    )


def _has_duty(session: Session, case: CaseRow, staff: StaffRow, now: datetime) -> bool:
    if not can_carry(staff):
        return False
    community = community_by_id(session, case.community_id)
    people = on_duty(session, community, now, calendar_of(session, community))
    return any(person.id == staff.id for person in people)
