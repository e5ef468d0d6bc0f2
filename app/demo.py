"""What only a demo needs: what the desk's page asks of the service, and a clock that moves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.looks import cases_look, tasks_look
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.db import Database
from core.sla.hours import Window, local_day, opens_on
from core.sla.queries import calendar_of
from scheduler.demo_clock import ask_to_move, ask_to_stop, begin_at

if TYPE_CHECKING:
    from telephony.desk.web import DeskOffice

_MORNING = time(10, 30)
_LEFT = timedelta(hours=1)  # of the office hours, so that the story can be played
_AFTER_OPENING = timedelta(minutes=30)


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


def begin_in_office_hours(
    session: Session, community: CommunityRow, now: datetime
) -> datetime | None:
    """Let a new demo's clock begin while its office is open; None where nothing is moved."""
    office, calendar = office_of(community), calendar_of(session, community)
    day = local_day(office, now)
    windows: tuple[Window, ...] = ()
    while not windows:
        windows = tuple(
            (start, end) for start, end in opens_on(office, calendar, day) if now + _LEFT <= end
        )
        day += timedelta(days=1)
    opens = windows[0][0]
    if opens <= now:
        return None
    to = (opens + _AFTER_OPENING).astimezone(ZoneInfo(office.zone))
    return to if begin_at(session, now=now, to=to) else None


def stop_clock(database: Database) -> None:
    """Ask the scheduler to let the demo's clock stand; returns at once."""
    with database.transaction() as session:
        ask_to_stop(session)


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
        stop_clock=lambda: stop_clock(database),
        tasks_look=tasks_look,
    )
