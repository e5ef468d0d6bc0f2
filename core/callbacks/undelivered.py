"""What could not be delivered: each has somebody who takes the matter further."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.callbacks.circumstances import STAFF_LANGUAGE
from core.callbacks.rules import Outcome
from core.callbacks.texting import text_failed
from core.callbacks.trying import record_outcome
from core.callbacks.withdrawing import CALLBACK_PURPOSES
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.outbox.holding import mark_landline
from core.outbox.rules import OutboxKind
from core.outbox.tables import OutboxRow
from core.phones import shown
from core.reaching.operations import note_outcome
from core.reaching.rules import Outcome as Unreached
from core.residents.operations import opt_out
from core.residents.queries import residents_of_phone
from core.sla.hours import local_day
from core.sla.queries import calendar_of
from core.staff.queries import on_duty, phone_of, staff_by_key
from core.staff.tables import StaffRow
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.tasks.tables import TaskRow
from core.wording.catalogue import say

_NO_MOBILE = "21614"  # Twilio: not a mobile number
# Of these the number of failures is told as a whole: a task for each of 5,000 would help nobody.
_COUNTED = frozenset({"broadcast"})
_STOPPED = "21610"  # Twilio: this number texted STOP to the provider


def report_undelivered(session: Session, row: OutboxRow, *, reason: str, now: datetime) -> None:
    """Take a text or call that failed for good further: its own ladder, or a person.

    Call it once when a row turns to failed, whoever noticed: the scheduler that gave up, or the
    door that heard "undelivered".
    """
    _remember_why(session, row, reason, now)
    if row.kind == OutboxKind.CALL and row.purpose in CALLBACK_PURPOSES:
        record_outcome(session, outbox_id=row.id, outcome=Outcome.FAILED, now=now)
    elif row.kind == OutboxKind.CALL and "reach_id" in row.detail:
        note_outcome(session, outbox_id=row.id, outcome=Unreached.FAILED, now=now)
    elif row.kind == OutboxKind.TEXT and row.purpose == "callback":
        text_failed(session, row, now=now)
    elif row.purpose not in _COUNTED and not _is_about_a_failure(session, row):
        _open_delivery_task(session, row, "sms.callback.task_delivery", reason=reason, now=now)


def report_too_late(session: Session, row: OutboxRow, *, now: datetime) -> None:
    """Give a text or call whose time has passed to a person."""
    if not _is_about_a_failure(session, row):
        _open_delivery_task(session, row, "sms.callback.task_late", reason="", now=now)


def _remember_why(session: Session, row: OutboxRow, reason: str, now: datetime) -> None:
    if row.kind != OutboxKind.TEXT:
        return
    if _NO_MOBILE in reason:
        mark_landline(session, row.community_id, row.to)
    elif _STOPPED in reason and residents_of_phone(session, row.community_id, row.to):
        opt_out(session, row.community_id, row.to, now)


def _is_about_a_failure(session: Session, row: OutboxRow) -> bool:
    """Tell whether the row itself reports a failed delivery: a second task would never end."""
    task = session.get(TaskRow, row.task_id) if row.task_id is not None else None
    return task is not None and task.kind == TaskKind.DELIVERY_FAILED


def _open_delivery_task(
    session: Session, row: OutboxRow, wording: str, *, reason: str, now: datetime
) -> None:
    community = community_by_id(session, row.community_id)
    office = office_of(community)
    what = "sms.callback.what_call" if row.kind == OutboxKind.CALL else "sms.callback.what_text"
    slots = {
        "phone": shown(row.to, office.area_code),
        "what": say(what, STAFF_LANGUAGE),
        "words": row.body,
    }
    key = f"delivery:{row.id}"
    if row.purpose == "alarm":  # the ladder goes on by itself; one dead number is one task a day
        key = f"delivery:{row.community_id}:{row.to}:{local_day(office, now)}"
    open_task(
        session,
        community=community,
        kind=TaskKind.DELIVERY_FAILED,
        words=say(wording, STAFF_LANGUAGE, **slots, **({"reason": reason} if reason else {})),
        now=now,
        key=key,
        owner=_somebody_else(session, community, row.to, now),
        case_id=row.case_id,
        phone=row.to,
    )


def _somebody_else(
    session: Session, community: CommunityRow, phone: str, now: datetime
) -> StaffRow | None:
    """Choose who is told: not the person whose own phone just failed."""
    office = office_of(community)
    present = on_duty(session, community, now, calendar_of(session, community))
    others = [staff for staff in present if phone_of(session, staff.id) != phone]
    if others:
        return others[0]
    if not present:
        return None  # nobody on duty: the task's own rule finds the next
    return staff_by_key(session, community.id, office.deputy)
