"""What staff are texted about a case: number, matter, name, phone, address, words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.cases.clocks import Desk, is_unaccepted
from core.cases.queries import assignee_of
from core.cases.rules import Channel, Urgency, shown_number
from core.cases.tables import CaseEventRow, CaseRow
from core.outbox.tables import OutboxRow
from core.residents.queries import resident_by_id
from core.sla.hours import alert_time
from core.staff.tables import StaffRow
from core.tasks.alerts import address_words, alert_staff, phone_words, where_words
from core.wording.catalogue import say

DISPATCHED = "sms.alert.dispatched"


def alert_about(
    session: Session,
    case: CaseRow,
    desk: Desk,
    *,
    staff: StaffRow,
    wording: str,
    event: CaseEventRow,
    now: datetime,
    words: str | None = None,
    urgency: str | None = None,
) -> None:
    """Text somebody about a case, once for each event, at the hour its urgency allows.

    ``words`` replace the resident's own (a return's reason); ``urgency`` replaces the case's
    where the matter itself presses (a reopening).
    """
    pressing = urgency or case.urgency
    alert_staff(
        session,
        community=desk.community,
        staff=staff,
        wording=wording,
        slots=lambda language: _slots(session, case, desk, language),
        words=(words or case.words) or say("sms.alert.no_words", staff.language),
        key=f"case:{case.id}:{event.id}:{wording}:{staff.id}",
        now=now,
        not_before=alert_time(desk.office, desk.calendar, pressing, now),
        urgency=pressing,
        case_id=case.id,
    )


def is_alert_wanted(session: Session, alert: OutboxRow) -> bool:
    """Tell whether an alert that waited for office hours still asks for something.

    "A new case is yours, when do you go?" is void once somebody accepted it or gave it on.
    """
    case = session.get(CaseRow, alert.case_id) if alert.case_id is not None else None
    if case is None or f":{DISPATCHED}:" not in alert.key:
        return True
    holder = assignee_of(session, case)
    theirs = holder is not None and alert.key.endswith(f":{holder.id}")
    return theirs and is_unaccepted(case)


def _slots(session: Session, case: CaseRow, desk: Desk, language: str) -> Mapping[str, str]:
    resident = resident_by_id(session, case.resident_id)
    holder = assignee_of(session, case)
    due = case.due_at.astimezone(ZoneInfo(desk.office.zone))
    address = address_words(session, case.estate_id, case.place)
    return {
        "number": shown_number(case.number),
        "bare": str(case.number),
        "category": say(f"sms.alert.{case.category}", language),
        "today": _if(case.urgency == Urgency.SAME_DAY, "sms.alert.today", language),
        "listen": _if(case.channel == Channel.CALL, "sms.alert.listen", language, case.number),
        "who": f"{resident.name} " if resident else "",
        "phone": phone_words(desk.community, case.phone, language),
        "where": where_words(address, language),
        "assignee": holder.name if holder else "-",
        "due": f"{due.month}/{due.day} {due:%H:%M}",
    }


def _if(holds: bool, wording: str, language: str, number: int = 0) -> str:
    return say(wording, language, bare=str(number)) if holds else ""
