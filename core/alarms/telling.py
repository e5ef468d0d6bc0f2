"""How an alarm reaches one person: a text and a call, at once, at any hour, never limited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.rules import AlarmKind, AlarmState, danger_of
from core.alarms.tables import AlarmCallRow, AlarmRow
from core.communities.queries import community_by_id
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_call
from core.outbox.tables import OutboxRow
from core.staff.queries import phone_of, staff_by_id, staff_of_phone
from core.staff.tables import StaffRow
from core.tasks.alerts import alert_staff, alert_words, phone_words, where_words
from core.wording.catalogue import say

_FIRST_WORDS: dict[AlarmKind, str] = {
    AlarmKind.EMERGENCY: "sms.alarm.emergency",
    AlarmKind.POSSIBLE: "sms.alarm.possible",
    AlarmKind.RECORDING: "sms.alarm.recording",
    AlarmKind.DRILL: "sms.alarm.drill",
}


_OTHER_WAY = {"text": "call", "call": "text"}


def tell(
    session: Session,
    alarm: AlarmRow,
    staff: StaffRow,
    *,
    now: datetime,
    by_text: bool = True,
    by_call: bool = True,
) -> None:
    """Alarm one person and keep that they were."""
    told = AlarmCallRow(alarm_id=alarm.id, staff_id=staff.id, round=alarm.round, at=now, answer="")
    session.add(told)
    session.flush()  # the row's id makes the keys of its text and its call
    wording = _FIRST_WORDS[AlarmKind(alarm.kind)]
    if by_text:
        text_about(session, alarm, staff, wording, key=f"alarm:{told.id}:text", now=now)
    if by_call:
        _call_about(session, alarm, staff, wording, key=f"alarm:{told.id}:call", now=now)


def take_other_channel(session: Session, outbox_id: int, *, now: datetime) -> None:
    """Ring whoever an alarm's text does not reach now, and text whom a call does not reach.

    Only while nobody has the alarm; whoever was told both ways already is not told again.
    """
    row = session.get(OutboxRow, outbox_id)
    parts = row.key.split(":") if row is not None else []
    if row is None or len(parts) != 3 or parts[0] != "alarm" or parts[2] not in _OTHER_WAY:
        return
    told = session.get(AlarmCallRow, int(parts[1])) if parts[1].isdecimal() else None
    alarm = session.get(AlarmRow, told.alarm_id) if told is not None else None
    staff = staff_by_id(session, told.staff_id) if told is not None else None
    if told is None or alarm is None or staff is None or alarm.state != AlarmState.RINGING:
        return
    wording = _FIRST_WORDS[AlarmKind(alarm.kind)]
    other = _OTHER_WAY[parts[2]]
    tell_by = text_about if other == "text" else _call_about
    tell_by(session, alarm, staff, wording, key=f"alarm:{told.id}:{other}", now=now)


def text_about(
    session: Session, alarm: AlarmRow, staff: StaffRow, wording: str, *, key: str, now: datetime
) -> None:
    """Text somebody about an alarm, before everything else."""
    community = community_by_id(session, alarm.community_id)
    alert_staff(
        session,
        community=community,
        staff=staff,
        wording=wording,
        slots=lambda language: _slots(session, community, alarm, language),
        words=alarm.words or say("sms.alarm.no_words", staff.language),
        key=key,
        now=now,
        not_before=now,
        urgency="P0",
        purpose="alarm",
        case_id=alarm.case_id,
    )


def words_about(session: Session, alarm: AlarmRow, staff: StaffRow, wording: str) -> str:
    """Return the signed words of an alarm text."""
    community = community_by_id(session, alarm.community_id)
    return alert_words(
        community=community,
        staff=staff,
        wording=wording,
        slots=lambda language: _slots(session, community, alarm, language),
        words=alarm.words or say("sms.alarm.no_words", staff.language),
    )


def _call_about(
    session: Session, alarm: AlarmRow, staff: StaffRow, wording: str, *, key: str, now: datetime
) -> None:
    enqueue_call(
        session,
        community_id=alarm.community_id,
        to=phone_of(session, staff.id),
        purpose="alarm",
        about=words_about(session, alarm, staff, wording),
        detail={"alarm_id": alarm.id, "staff_id": staff.id},
        key=key,
        now=now,
        priority=0,
        not_before=now,
        case_id=alarm.case_id,
    )


def _who_rings(session: Session, community: CommunityRow, alarm: AlarmRow, language: str) -> str:
    """Write the number to ring, and the name if it is one of our own who cries for help."""
    shown = phone_words(community, alarm.phone, language)
    staff = staff_of_phone(session, community.id, alarm.phone)
    return f"{staff.name} {shown}" if staff is not None else shown


def _slots(
    session: Session, community: CommunityRow, alarm: AlarmRow, language: str
) -> Mapping[str, str]:
    number = alarm.case_number
    return {
        "number": f"{number:04d}" if number is not None else "",
        "bare": str(number) if number is not None else "",
        "danger": say(f"sms.alarm.{danger_of(alarm.danger).value}", language),
        "where": where_words(alarm.address, language),
        "phone": _who_rings(session, community, alarm, language),
    }
