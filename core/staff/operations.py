"""Going on duty 值班 and off it 下班."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.sla.hours import is_open
from core.sla.workdays import WorkCalendar
from core.staff.queries import on_duty
from core.staff.tables import AbsenceRow, ShiftRow, StaffRow


def start_shift(session: Session, community: CommunityRow, staff: StaffRow, now: datetime) -> bool:
    """Put somebody on duty from now on; False if they were already."""
    session.execute(
        delete(AbsenceRow).where(AbsenceRow.staff_id == staff.id, AbsenceRow.until_at > now)
    )
    running = session.scalar(
        select(ShiftRow).where(ShiftRow.staff_id == staff.id, ShiftRow.ended_at.is_(None))
    )
    if running is not None:
        return False
    session.add(ShiftRow(community_id=community.id, staff_id=staff.id, started_at=now))
    session.flush()
    return True


def end_shift(
    session: Session,
    community: CommunityRow,
    staff: StaffRow,
    now: datetime,
    calendar: WorkCalendar,
) -> None:
    """Take somebody off duty until their next rostered day.

    :raises Refusal: ``sms.refusal.last_on_duty`` in office hours if nobody else is on duty:
        somebody must take over first. ``sms.refusal.not_on_duty`` if they were not on duty.
    """
    present = on_duty(session, community, now, calendar)
    if staff.id not in [row.id for row in present]:
        raise Refusal("sms.refusal.not_on_duty")
    office = office_of(community)
    if len(present) == 1 and is_open(office, calendar, now):
        raise Refusal("sms.refusal.last_on_duty")
    session.execute(
        update(ShiftRow)
        .where(ShiftRow.staff_id == staff.id, ShiftRow.ended_at.is_(None))
        .values(ended_at=now)
    )
    zone = ZoneInfo(office.zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    session.add(
        AbsenceRow(
            community_id=community.id,
            staff_id=staff.id,
            from_at=now,
            until_at=midnight + timedelta(days=1),
        )
    )
    session.flush()
