"""Moves of staff: accept 接单, transfer 转派, return 退单, escalate 上报."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.operations import acknowledge
from core.alarms.queries import open_alarm_of_case
from core.cases.alerts import alert_about
from core.cases.clocks import Desk, desk_of, wait_for_acceptance, wait_for_feedback
from core.cases.events import note_event
from core.cases.notes import (
    add_note,
    add_repeat,
    change_category,
    identify_resident,
    record_told,
)
from core.cases.queries import assignee_of
from core.cases.routing import leader_of
from core.cases.rules import (
    Actor,
    CaseStatus,
    Channel,
    Level,
    Move,
    What,
    shown_number,
)
from core.cases.standing import permit
from core.cases.tables import CaseEventRow, CaseRow
from core.errors import Refusal
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow
from core.tasks.people import can_carry, deputy_of, director_of, duty_person

__all__ = [
    "accept_case",
    "add_note",
    "add_repeat",
    "change_category",
    "escalate_case",
    "identify_resident",
    "record_told",
    "return_case",
    "transfer_case",
]


def accept_case(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    channel: str,
    now: datetime,
    visit: str = "",
) -> None:
    """Make the actor responsible; ``visit`` (明天上午来) is what the resident may be told.

    An alarm about the case is acknowledged with it. Whoever had the case before is told.

    :raises Refusal: if the case is not theirs to accept, or does not wait for it.
    """
    permit(session, case, move=Move.ACCEPT, actor=actor, now=now)
    desk = desk_of(session, case.community_id)
    earlier = assignee_of(session, case)
    case.status, case.accepted_at = CaseStatus.ACCEPTED, case.accepted_at or now
    case.assignee_id = actor.staff_id
    if visit:
        case.visit, case.progressed_at = visit, now
    wait_for_feedback(case)
    event = note_event(
        session, case, what=What.ACCEPTED, actor=actor, channel=channel, now=now, words=visit
    )
    staff = staff_by_id(session, actor.staff_id)
    if earlier is not None and earlier.id != actor.staff_id:
        _tell(session, case, desk, earlier, "sms.alert.taken_over", event, now)
    alarm = open_alarm_of_case(session, case.id)
    if alarm is not None and staff is not None:
        by_text = channel == Channel.SMS  # 接 is answered with phone and address
        acknowledge(session, alarm, staff=staff, channel=channel, now=now, tell_them=not by_text)


def transfer_case(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    to: StaffRow,
    channel: str,
    now: datetime,
    words: str = "",
) -> None:
    """Give a case to somebody else, who is alerted and has yet to accept it.

    :raises Refusal: if it is not the actor's to give, if ``to`` has it already, or if ``to`` is
        nobody who answers for cases.
    """
    permit(session, case, move=Move.TRANSFER, actor=actor, now=now)
    if to.community_id != case.community_id or not can_carry(to):
        raise Refusal("sms.refusal.cannot_carry", name=to.name)
    if to.id == case.assignee_id:
        raise Refusal("sms.refusal.already_theirs", number=shown_number(case.number), name=to.name)
    desk = desk_of(session, case.community_id)
    given = f"{to.key}: {words}" if words else to.key
    _give_to(session, case, desk, to, now)
    event = note_event(
        session, case, what=What.TRANSFERRED, actor=actor, channel=channel, now=now, words=given
    )
    _tell(session, case, desk, to, "sms.alert.transferred", event, now)


def return_case(
    session: Session, case: CaseRow, *, actor: Actor, reason: str, channel: str, now: datetime
) -> StaffRow:
    """Give a case back: to the grid leader, else to the duty person; returns who has it now.

    :raises Refusal: if the actor is not the one responsible, or nobody is there to take it.
    """
    permit(session, case, move=Move.RETURN, actor=actor, now=now)
    desk = desk_of(session, case.community_id)
    takers = (
        leader_of(session, case),
        duty_person(session, desk.community, now, desk.calendar),
        deputy_of(session, desk.community),
        director_of(session, desk.community),
    )
    to = _first_but(actor, *takers)
    if to is None:
        raise Refusal("sms.refusal.nobody_above", number=shown_number(case.number))
    _give_to(session, case, desk, to, now)
    event = note_event(
        session, case, what=What.RETURNED, actor=actor, channel=channel, now=now, words=reason
    )
    _tell(session, case, desk, to, "sms.alert.returned", event, now, reason)
    return to


def escalate_case(
    session: Session, case: CaseRow, *, actor: Actor, words: str, channel: str, now: datetime
) -> StaffRow:
    """Report a case upward 上报: to the deputy, from there to the director.

    :raises Refusal: if it is not the actor's to report, or the director has it already.
    """
    permit(session, case, move=Move.ESCALATE, actor=actor, now=now)
    desk = desk_of(session, case.community_id)
    deputy, director = deputy_of(session, desk.community), director_of(session, desk.community)
    there = (case.assignee_id, actor.staff_id)  # above whoever has it and whoever reports it
    with_deputy = deputy is not None and deputy.id in there
    to = director if with_deputy or deputy is None else deputy
    if to is None or (director is not None and director.id in there):
        raise Refusal("sms.refusal.nobody_above", number=shown_number(case.number))
    level = Level.DEPUTY if to is deputy else Level.DIRECTOR
    _give_to(session, case, desk, to, now, level)
    event = note_event(
        session, case, what=What.ESCALATED, actor=actor, channel=channel, now=now, words=words
    )
    _tell(session, case, desk, to, "sms.alert.escalated", event, now, words)
    return to


def _give_to(
    session: Session,
    case: CaseRow,
    desk: Desk,
    to: StaffRow,
    now: datetime,
    level: Level = Level.NONE,
) -> None:
    case.status, case.assignee_id = CaseStatus.DISPATCHED, to.id
    # what the one before promised binds nobody now, and is not told to the resident
    case.accepted_at, case.progressed_at, case.visit = None, None, ""
    wait_for_acceptance(case, desk, now, level)
    session.flush()


def _first_but(actor: Actor, *people: StaffRow | None) -> StaffRow | None:
    others = [person for person in people if person and person.id != actor.staff_id]
    return others[0] if others else None


def _tell(
    session: Session,
    case: CaseRow,
    desk: Desk,
    staff: StaffRow,
    wording: str,
    event: CaseEventRow,
    now: datetime,
    words: str = "",
) -> None:
    said = f"{words} / {case.words}" if words else None
    alert_about(session, case, desk, staff=staff, wording=wording, event=event, now=now, words=said)
