"""Routes 派单规则: which person gets which category in which estate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.clocks import Desk
from core.cases.rules import Category, Urgency
from core.cases.tables import CaseRow
from core.communities.queries import routes_of
from core.communities.tables import EstateRow, RouteRow
from core.staff.queries import alarm_list, staff_by_key, staff_of
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.tasks.people import deputy_of, duty_person, grid_leader

_PROPERTY, _GRID_LEADER, _DUTY = "property", "grid_leader", "duty"
_ANY_CATEGORY = ("*", "")


def route(session: Session, case: CaseRow, desk: Desk, now: datetime) -> StaffRow | None:
    """Return who gets a case: by its route; an unknown place is the duty person's to find out.

    None only if everybody on every list has left.
    """
    duty = duty_person(session, desk.community, now, desk.calendar)
    fallback = duty or deputy_of(session, desk.community)
    if case.urgency == Urgency.EMERGENCY:
        people = alarm_list(session, desk.community, now, desk.calendar)
        return people[0] if people else fallback
    to = _route_of(routes_of(session, desk.community.id), case)
    return _person(session, case, to) or fallback


def leader_of(session: Session, case: CaseRow) -> StaffRow | None:
    """Return the grid leader of a case's grid."""
    return grid_leader(session, case.community_id, case.grid_id)


def _route_of(routes: Sequence[RouteRow], case: CaseRow) -> str:
    """Find the most special route: this estate before everywhere, this category before any."""
    for estate_id in (case.estate_id, None):
        for categories in ((case.category,), _ANY_CATEGORY):
            for row in routes:
                if row.estate_id == estate_id and row.category in categories:
                    return row.to
    return _GRID_LEADER if case.category != Category.REPAIR else _PROPERTY


def _person(session: Session, case: CaseRow, to: str) -> StaffRow | None:
    if to == _DUTY:
        return None
    if to == _GRID_LEADER:
        return leader_of(session, case)
    if to == _PROPERTY:
        return _property_contact(session, case) or leader_of(session, case)
    return staff_by_key(session, case.community_id, to)


def _property_contact(session: Session, case: CaseRow) -> StaffRow | None:
    """Return the property contact 物业 of the case's estate, if it has a property company."""
    estate = session.get(EstateRow, case.estate_id) if case.estate_id is not None else None
    if estate is None or estate.property_company is None:
        return None
    contacts = [
        person
        for person in staff_of(session, case.community_id)
        if Role.PROPERTY in person.roles and estate.key in person.estate_keys
    ]
    return contacts[0] if contacts else None
