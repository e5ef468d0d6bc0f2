"""Who answers for what: the duty person, the grid leader, the people above."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow, GridRow
from core.sla.hours import next_opening
from core.sla.workdays import WorkCalendar
from core.staff.queries import night_list, on_duty, staff_by_key
from core.staff.rules import Role
from core.staff.tables import StaffRow

# Whoever may be made responsible for a case; volunteers and points keepers help, they do not.
CARRIER_ROLES = frozenset(
    {
        Role.DUTY_CLERK,
        Role.GRID_WORKER,
        Role.GRID_LEADER,
        Role.PROPERTY,
        Role.DEPUTY,
        Role.DIRECTOR,
    }
)


def can_carry(staff: StaffRow) -> bool:
    """Tell whether somebody may be made responsible for a case."""
    return staff.left_at is None and not CARRIER_ROLES.isdisjoint(staff.roles)


def duty_person(
    session: Session, community: CommunityRow, now: datetime, calendar: WorkCalendar
) -> StaffRow | None:
    """Return whose desk it is: on duty now, else first when the office opens, else by night."""
    opening = next_opening(office_of(community), calendar, now)
    people = [
        *on_duty(session, community, now, calendar),
        *on_duty(session, community, opening, calendar),
        *night_list(session, community),
    ]
    carriers = [person for person in people if can_carry(person)]
    return carriers[0] if carriers else None


def grid_leader(session: Session, community_id: int, grid_id: int | None) -> StaffRow | None:
    """Return the grid leader 网格长 of a grid."""
    grid = session.get(GridRow, grid_id) if grid_id is not None else None
    return staff_by_key(session, community_id, grid.leader_key) if grid else None


def deputy_of(session: Session, community: CommunityRow) -> StaffRow | None:
    """Return the deputy director 副主任."""
    return staff_by_key(session, community.id, office_of(community).deputy)


def director_of(session: Session, community: CommunityRow) -> StaffRow | None:
    """Return the director 主任."""
    return staff_by_key(session, community.id, office_of(community).director)
