"""How a case ends, and how it comes back: only the resident makes it solved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.operations import acknowledge, end_alarm
from core.alarms.queries import open_alarm_of_case
from core.cases.alerts import alert_about
from core.cases.clocks import Desk, desk_of, restart_clock, wait_for_acceptance
from core.cases.dispatching import dispatch
from core.cases.events import note_event
from core.cases.queries import assignee_of
from core.cases.routing import leader_of
from core.cases.rules import (
    MOVES,
    RESIDENT,
    Actor,
    CaseStatus,
    Move,
    Urgency,
    What,
    shown_number,
)
from core.cases.standing import by, permit, standings_of
from core.cases.tables import CaseEventRow, CaseRow
from core.errors import Refusal
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow


def report_done(
    session: Session, case: CaseRow, *, actor: Actor, channel: str, words: str, now: datetime
) -> None:
    """Report a case done 办结; the resident is asked, and only they make it solved.

    :raises Refusal: if it is not the actor's, or is done or ended already.
    """
    permit(session, case, move=Move.DONE, actor=actor, now=now)
    case.status, case.done_at = CaseStatus.AWAITING_CONFIRMATION, now
    case.accepted_at, case.progressed_at = case.accepted_at or now, now
    case.climb_at = case.due_at  # still owed: that the resident hears of it
    note_event(session, case, what=What.DONE, actor=actor, channel=channel, now=now, words=words)
    _end_alarm(session, case, actor, channel, now)


def confirm_solved(
    session: Session, case: CaseRow, *, channel: str, now: datetime, actor: Actor = RESIDENT
) -> None:
    """Close a case because its resident says that it is solved.

    ``actor`` is a member of staff who took the resident's answer down (回访 12 好了).

    :raises Refusal: if the case is ended already, or the actor may not.
    """
    permit(session, case, move=Move.CONFIRM, actor=actor, now=now)
    case.feedback_at = now
    _close(session, case, "resident", now)
    note_event(session, case, what=What.CLOSED, actor=actor, channel=channel, now=now)


def reopen_case(
    session: Session,
    case: CaseRow,
    *,
    channel: str,
    now: datetime,
    words: str = "",
    actor: Actor = RESIDENT,
) -> None:
    """Take up the same case again 重办: the one responsible and the grid leader hear at once.

    The first clock stays visible; the next feedback is due in three working days.

    :raises Refusal: if the case neither waits for confirmation nor is closed.
    """
    permit(session, case, move=Move.REOPEN, actor=actor, now=now)
    desk = desk_of(session, case.community_id)
    if case.status == CaseStatus.AWAITING_CONFIRMATION:
        case.feedback_at = now  # they were reached and heard the result, though it was not good
    case.status = CaseStatus.DISPATCHED
    case.reopened += 1
    case.accepted_at, case.progressed_at, case.visit = None, None, ""
    case.done_at, case.closed_at, case.closed_by, case.satisfied = None, None, "", ""
    restart_clock(case, desk, now)
    wait_for_acceptance(case, desk, now)
    event = note_event(
        session, case, what=What.REOPENED, actor=actor, channel=channel, now=now, words=words
    )
    _tell_of_reopening(session, case, desk, event, words, now)


def withdraw_case(
    session: Session,
    case: CaseRow,
    *,
    channel: str,
    now: datetime,
    words: str = "",
    told_by: Actor = RESIDENT,
) -> None:
    """Take a case back 取消, as its resident wishes; the one responsible is told.

    ``told_by`` is somebody of the staff to whom the resident said so.

    :raises Refusal: if it is ended already, or an emergency: a sender number can be forged, so
        that only a person ends one.
    """
    if case.urgency == Urgency.EMERGENCY:
        raise Refusal("sms.refusal.emergency_stays", number=shown_number(case.number))
    permit(session, case, move=Move.WITHDRAW, actor=RESIDENT, now=now)
    case.status, case.closed_at, case.closed_by = CaseStatus.WITHDRAWN, now, "withdrawn"
    case.climb_at = None
    event = note_event(
        session, case, what=What.WITHDRAWN, actor=told_by, channel=channel, now=now, words=words
    )
    staff = assignee_of(session, case)
    if staff is not None:
        desk = desk_of(session, case.community_id)
        alert_about(
            session, case, desk, staff=staff, wording="sms.alert.withdrawn", event=event, now=now
        )


def check_close(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
    second: StaffRow | None = None,
) -> None:
    """Let a closing without the resident pass; the doors ask it before they ask the second.

    :raises Refusal: without a reason, if the case is ended, if either may not close it, or if
        the second person is the first.
    """
    permit(session, case, move=Move.CLOSE, actor=actor, now=now)
    if not reason.strip():
        raise Refusal(
            "sms.refusal.reason_needed", number=shown_number(case.number), bare=str(case.number)
        )
    if second is None:
        return
    if second.id == actor.staff_id:
        raise Refusal("sms.refusal.same_person", number=shown_number(case.number))
    if MOVES[Move.CLOSE].who.isdisjoint(standings_of(session, case, by(second), now)):
        raise Refusal(
            "sms.refusal.second_may_not", number=shown_number(case.number), name=second.name
        )


def close_without_resident(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    second: StaffRow,
    reason: str,
    channel: str,
    now: datetime,
) -> None:
    """Close a case without the resident's word 结案: with a reason and a second person's name.

    :raises Refusal: see :func:`check_close`.
    """
    check_close(session, case, actor=actor, reason=reason, now=now, second=second)
    _close(session, case, "staff", now)
    words = f"{reason} ({second.name})"
    note_event(session, case, what=What.CLOSED, actor=actor, channel=channel, now=now, words=words)
    _end_alarm(session, case, actor, channel, now)


def _close(session: Session, case: CaseRow, closed_by: str, now: datetime) -> None:
    case.status, case.closed_at, case.closed_by = CaseStatus.CLOSED, now, closed_by
    case.climb_at = None
    session.flush()


def _end_alarm(session: Session, case: CaseRow, actor: Actor, channel: str, now: datetime) -> None:
    """End the alarm of a case that a person reports done: somebody was there."""
    alarm = open_alarm_of_case(session, case.id)
    staff = staff_by_id(session, actor.staff_id)
    if alarm is not None and staff is not None:
        acknowledge(session, alarm, staff=staff, channel=channel, now=now, tell_them=False)
        end_alarm(session, alarm, now)


def _tell_of_reopening(
    session: Session, case: CaseRow, desk: Desk, event: CaseEventRow, words: str, now: datetime
) -> None:
    holder = assignee_of(session, case)
    if holder is None or holder.left_at is not None:
        case.assignee_id = None
        dispatch(session, case, now=now)
        holder = assignee_of(session, case)
    for staff in dict.fromkeys((holder, leader_of(session, case))):
        if staff is not None:
            alert_about(
                session,
                case,
                desk,
                staff=staff,
                wording="sms.alert.reopened",
                event=event,
                now=now,
                words=f"{words} / {case.words}" if words else None,
                urgency=min(case.urgency, Urgency.SAME_DAY),
            )
