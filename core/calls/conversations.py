"""A person took a call: who it was, and the one line that the conversation leaves 记."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.tables import AlarmRow
from core.calls.held import remember
from core.calls.rules import NOTE_WITHIN
from core.calls.tables import CallRow
from core.cases.rules import Channel
from core.cases.taking import take_alarm
from core.communities.queries import community_by_id
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say


def take_call(session: Session, call: CallRow, *, staff: StaffRow, now: datetime) -> bool:
    """Let ``staff`` have the caller; False if somebody was quicker or the caller has gone.

    Whoever speaks with a caller in danger has thereby acknowledged the alarm.
    """
    if call.ended_at is not None or call.taken_by not in (None, staff.id):
        return False
    if call.taken_by is None:
        remember(call, conversation=int(call.held.get("conversation", 0)) + 1)
    call.taken_by = staff.id
    call.touched_at = now
    alarm = session.get(AlarmRow, call.held.get("alarm_id", 0))
    if alarm is not None:
        take_alarm(session, alarm, staff=staff, channel=Channel.CALL, now=now)
    session.flush()
    return True


def ask_for_note(session: Session, call: CallRow, *, now: datetime) -> None:
    """Ask whoever took the call for one line, once for each conversation.

    The end of a conversation is told by two webhooks, the dial's and the call's, in either order.
    """
    staff = staff_by_id(session, call.taken_by)
    conversation = int(call.held.get("conversation", 0))
    if staff is None or call.held.get("noted") == conversation:
        return
    community = community_by_id(session, call.community_id)
    open_task(
        session,
        community=community,
        kind=TaskKind.CALL_NOTE,
        words=say("sms.call.note", staff.language),
        now=now,
        key=f"call-note:{call.id}:{conversation}",
        due_at=now + NOTE_WITHIN,
        owner=staff,
        case_id=call.case_id,
        call_id=call.id,
        phone=call.phone,
        urgency="P0",  # they have the telephone in their hand: asked now, at any hour
    )
    call.taken_by = None if call.ended_at is None else call.taken_by
    remember(call, noted=conversation)
    session.flush()
