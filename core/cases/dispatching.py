"""Sending a case to whom its route names, and asking whose it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.alerts import DISPATCHED, alert_about
from core.cases.clocks import Desk, desk_of, wait_for_acceptance
from core.cases.events import note_event
from core.cases.routing import route
from core.cases.rules import SERVICE, CaseStatus, Channel, Urgency, What
from core.cases.tables import CaseEventRow, CaseRow
from core.staff.tables import StaffRow
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind


def dispatch(session: Session, case: CaseRow, *, now: datetime) -> None:
    """Send a case by its route 派单; whoever has it already is not alerted twice."""
    desk = desk_of(session, case.community_id)
    staff = route(session, case, desk, now)
    again = case.status == CaseStatus.DISPATCHED
    if again and (staff is None or staff.id == case.assignee_id):
        return
    case.status = CaseStatus.DISPATCHED
    case.assignee_id = staff.id if staff else None
    wait_for_acceptance(case, desk, now)
    event = note_event(
        session,
        case,
        what=What.DISPATCHED,
        actor=SERVICE,
        channel=Channel.SCHEDULER if again else case.channel,
        now=now,
        words=staff.key if staff else "",
    )
    _alert(session, case, desk, staff, event, now)


def ask_who_it_is(session: Session, case: CaseRow, *, now: datetime) -> None:
    """Give the duty person the task to find out whose case it is."""
    open_task(
        session,
        community=desk_of(session, case.community_id).community,
        kind=TaskKind.WHO_IS_IT,
        words=case.words,
        now=now,
        key=who_is_it_key(case),
        case_id=case.id,
        phone=case.phone,
    )


def who_is_it_key(case: CaseRow) -> str:
    """Return the key of the task that asks whose case it is."""
    return f"case:{case.id}:who_is_it"


def _alert(
    session: Session,
    case: CaseRow,
    desk: Desk,
    staff: StaffRow | None,
    event: CaseEventRow,
    now: datetime,
) -> None:
    # an emergency is alarmed; a second text about it would only bury the first
    if staff is None or case.urgency == Urgency.EMERGENCY:
        return
    alert_about(session, case, desk, staff=staff, wording=DISPATCHED, event=event, now=now)
