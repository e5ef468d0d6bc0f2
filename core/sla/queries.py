"""The working calendar of a community, as the database knows it now."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow, OfficialDayRow
from core.sla.holidays import official_calendar
from core.sla.workdays import WorkCalendar


def calendar_of(session: Session, community: CommunityRow) -> WorkCalendar:
    """Return the calendar of a community: its own days over the State Council's."""
    local = {entry.day: entry.is_workday for entry in office_of(community).local_days}
    return replace(calendar_without_local(session), local=local)


def calendar_without_local(session: Session) -> WorkCalendar:
    """Return the State Council's calendar alone: the shipped table and loaded notices."""
    rows = session.execute(select(OfficialDayRow.day, OfficialDayRow.is_workday))
    return official_calendar({row.day: row.is_workday for row in rows})
