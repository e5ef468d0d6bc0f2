"""Emergencies: one case for twenty cries, an alarm at once, ended by people only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.alarms.operations import raise_alarm, repeat_alarm
from core.alarms.queries import alarm_of_case, open_alarm_of_case
from core.alarms.rules import AlarmKind, may_be_the_same
from core.alarms.tables import AlarmRow
from core.cases.queries import p0s_of_phone
from core.cases.rules import CaseStatus
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id

# A cry hours later from the same phone may be another emergency: it gets its own case.
_SAME_EMERGENCY = timedelta(hours=6)


def same_emergency(
    session: Session, *, community_id: int, phone: str | None, danger: str, now: datetime
) -> CaseRow | None:
    """Return the open emergency that another cry from this phone belongs to.

    Another kind of danger is another emergency, and so is a cry after the first was done.
    """
    for case in p0s_of_phone(session, community_id, phone):
        is_done = case.status == CaseStatus.AWAITING_CONFIRMATION
        if is_done or not may_be_the_same(case.danger, danger):
            continue
        rings = open_alarm_of_case(session, case.id) is not None
        if rings or now - case.opened_at < _SAME_EMERGENCY:
            return case
    return None


def is_doubted(session: Session, case: CaseRow) -> bool:
    """Tell whether a case only may be an emergency 疑似紧急, and nobody has said yet."""
    alarm = open_alarm_of_case(session, case.id)
    return alarm is not None and alarm.kind == AlarmKind.POSSIBLE


def alarm_again(session: Session, case: CaseRow, *, words: str, now: datetime) -> AlarmRow:
    """Alarm once more about a case; one that only may be an emergency 疑似紧急 stays that."""
    kind = AlarmKind.POSSIBLE if is_doubted(session, case) else AlarmKind.EMERGENCY
    return alarm_about(session, case, words=words, now=now, kind=kind)


def alarm_about(
    session: Session,
    case: CaseRow,
    *,
    words: str,
    now: datetime,
    kind: AlarmKind = AlarmKind.EMERGENCY,
) -> AlarmRow:
    """Raise the alarm of an emergency, or repeat it; an ended one begins again."""
    alarm = alarm_of_case(session, case.id)
    if alarm is not None and alarm.kind == AlarmKind.EMERGENCY:
        return repeat_alarm(session, alarm, words=words, now=now, danger=case.danger)
    return raise_alarm(
        session,
        community=community_by_id(session, case.community_id),
        kind=kind,
        danger=case.danger,
        words=words,
        now=now,
        case=case,
    )
