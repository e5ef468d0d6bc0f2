"""Reads of alarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.alarms.rules import AlarmState
from core.alarms.tables import AlarmCallRow, AlarmRow
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow


def alarm_by_id(session: Session, alarm_id: int) -> AlarmRow | None:
    """Return the alarm that a call or a question is about."""
    return session.get(AlarmRow, alarm_id)


def alarm_of_case(session: Session, case_id: int) -> AlarmRow | None:
    """Return the newest alarm of a case, ended or not."""
    return session.scalars(
        select(AlarmRow).where(AlarmRow.case_id == case_id).order_by(AlarmRow.id.desc()).limit(1)
    ).first()


def open_alarm_of_case(session: Session, case_id: int) -> AlarmRow | None:
    """Return the alarm of a case that rings or was acknowledged, not an ended one."""
    return session.scalars(
        select(AlarmRow)
        .where(AlarmRow.case_id == case_id, AlarmRow.state != AlarmState.ENDED)
        .order_by(AlarmRow.id.desc())
        .limit(1)
    ).first()


def open_alarm_rings(session: Session, case_id: int) -> bool:
    """Tell whether nobody has acknowledged the alarm of a case yet."""
    alarm = open_alarm_of_case(session, case_id)
    return alarm is not None and alarm.state == AlarmState.RINGING


def ringing_alarms(session: Session, community_id: int | None = None) -> Sequence[AlarmRow]:
    """Return the alarms that nobody has acknowledged (of all communities without an id)."""
    query = select(AlarmRow).where(AlarmRow.state == AlarmState.RINGING).order_by(AlarmRow.id)
    if community_id is not None:
        query = query.where(AlarmRow.community_id == community_id)
    return session.scalars(query).all()


def was_alarmed(session: Session, *, case_id: int, staff_id: int) -> bool:
    """Tell whether somebody was texted or rung for an alarm of this case."""
    found = session.scalars(
        select(AlarmCallRow.id)
        .join(AlarmRow, AlarmRow.id == AlarmCallRow.alarm_id)
        .where(AlarmRow.case_id == case_id, AlarmCallRow.staff_id == staff_id)
        .limit(1)
    ).first()
    return found is not None


def alarm_calls_of(session: Session, alarm_id: int) -> Sequence[AlarmCallRow]:
    """Return who was told of an alarm, in order."""
    return session.scalars(
        select(AlarmCallRow).where(AlarmCallRow.alarm_id == alarm_id).order_by(AlarmCallRow.id)
    ).all()


def still_rings_for(session: Session, alarm_id: int, *, asked_at: datetime) -> bool:
    """Tell whether a call asked for at ``asked_at`` is still wanted: nobody took the alarm."""
    alarm = alarm_by_id(session, alarm_id)
    if alarm is None or alarm.state == AlarmState.ENDED:
        return False
    taken_at = alarm.acknowledged_at if alarm.state == AlarmState.ACKNOWLEDGED else None
    return taken_at is None or taken_at <= asked_at


def who_has_it(session: Session, alarm: AlarmRow) -> StaffRow | None:
    """Return who acknowledged an alarm and has not given it back."""
    return staff_by_id(session, alarm.acknowledged_by)
