"""What only a demo needs: what the desk's page asks of the service, and a clock that moves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.looks import cases_look
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.db import Database
from core.sla.queries import calendar_of
from scheduler.demo_clock import ask_to_move

if TYPE_CHECKING:
    from telephony.desk.web import DeskOffice

_MORNING = time(10, 30)


def has_demo(database: Database) -> bool:
    """Tell whether a demo community is loaded; not while the database is away."""
    try:
        with database.reading() as session:
            return (
                session.scalar(select(CommunityRow.id).where(CommunityRow.demo).limit(1))
                is not None
            )
    except DBAPIError:
        return False


def next_morning(session: Session, community_id: int, now: datetime) -> datetime:
    """Return 10:30 on the next working day of a community.

    :raises LookupError: if there is no such community.
    """
    community = community_by_id(session, community_id)
    calendar = calendar_of(session, community)
    zone = ZoneInfo(office_of(community).zone)
    day = now.astimezone(zone).date() + timedelta(days=1)
    while not calendar.guess(day)[0]:
        day += timedelta(days=1)
    return datetime.combine(day, _MORNING, tzinfo=zone)


def move_clock(database: Database, to: datetime) -> None:
    """Ask the scheduler to walk the demo's clock forward; returns at once."""
    with database.transaction() as session:
        ask_to_move(session, to=to)


def desk_office(database: Database) -> DeskOffice:
    """Return what the desk's page asks of the service."""
    from telephony.desk.web import DeskOffice

    return DeskOffice(
        is_allowed=lambda: has_demo(database),
        cases_look=cases_look,
        next_morning=next_morning,
        move_clock=lambda to: move_clock(database, to),
    )
