"""The end of a call: nothing that was keyed or said is left without a person who sees it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.conversations import ask_for_note
from core.calls.reports import open_draft, open_spoken_case
from core.calls.rules import CALL_BACK_MINUTES
from core.calls.tables import CallRow
from core.communities.queries import community_by_id, office_of
from core.sla.hours import after_office_minutes
from core.sla.queries import calendar_of
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say


def settle_end(session: Session, call: CallRow, *, now: datetime) -> None:
    """Turn what an ended call left into a case, a note or a call back, once."""
    if call.swept_at is not None:
        return
    call.swept_at = now
    ask_for_note(session, call, now=now)
    said = open_spoken_case(session, call, now=now)
    if call.direction == "inbound" and said is None:
        _settle_unsaid(session, call, now)
    session.flush()


def _settle_unsaid(session: Session, call: CallRow, now: datetime) -> None:
    if call.case_id is not None or open_draft(session, call, now=now) is not None:
        return
    if not call.held.get("served") and call.held.get("conversation", 0) == 0:
        _call_back(session, call, now)


def _call_back(session: Session, call: CallRow, now: datetime) -> None:
    """Ask the duty person to ring a missed caller 以人回拨; nothing dials them by itself."""
    community = community_by_id(session, call.community_id)
    office = office_of(community)
    calendar = calendar_of(session, community)
    key = "sms.call.call_back" if call.phone else "sms.call.call_back_hidden"
    open_task(
        session,
        community=community,
        kind=TaskKind.CALL_BACK,
        words=say(key, "zh_CN"),
        now=now,
        key=f"call-back:{call.id}",
        due_at=after_office_minutes(office, calendar, now, CALL_BACK_MINUTES),
        call_id=call.id,
        phone=call.phone,
    )
