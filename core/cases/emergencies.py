"""Emergencies: one case for twenty cries, an alarm at once, ended by people only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.alarms.operations import raise_alarm, repeat_alarm
from core.alarms.queries import alarm_of_case, open_alarm_of_case
from core.alarms.rules import AlarmKind
from core.alarms.tables import AlarmRow
from core.cases.queries import newest_p0_of_phone
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id

# A cry hours later from the same phone may be another emergency: it gets its own case.
_SAME_EMERGENCY = timedelta(hours=6)


def same_emergency(
    session: Session, *, community_id: int, phone: str | None, now: datetime
) -> CaseRow | None:
    """Return the open emergency that another cry from this phone belongs to."""
    case = newest_p0_of_phone(session, community_id, phone)
    if case is None:
        return None
    rings = open_alarm_of_case(session, case.id) is not None
    return case if rings or now - case.opened_at < _SAME_EMERGENCY else None


def alarm_about(session: Session, case: CaseRow, *, words: str, now: datetime) -> AlarmRow:
    """Raise the alarm of an emergency, or repeat it; an ended one begins again."""
    alarm = alarm_of_case(session, case.id)
    if alarm is not None and alarm.kind == AlarmKind.EMERGENCY:
        return repeat_alarm(session, alarm, words=words, now=now)
    return raise_alarm(
        session,
        community=community_by_id(session, case.community_id),
        kind=AlarmKind.EMERGENCY,
        danger=case.danger,
        words=words,
        now=now,
        case=case,
    )
