"""Handing over what somebody who left was responsible for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.cases.alerts import alert_about
from core.cases.clocks import Desk, desk_of, is_unaccepted, wait_for_acceptance
from core.cases.events import note_event
from core.cases.queries import open_cases_of_staff
from core.cases.routing import route
from core.cases.rules import SERVICE, CaseStatus, Channel, What, shown_number
from core.cases.tables import CaseRow
from core.communities.tables import CommunityRow
from core.loading.changes import Changes
from core.staff.tables import ShiftRow, StaffRow
from core.tasks.people import duty_person
from core.tasks.queries import open_tasks_of_staff
from core.tasks.rules import task_name
from core.tasks.telling import tell_about


def hand_over(
    session: Session, *, community: CommunityRow, changes: Changes, now: datetime
) -> None:
    """Give the open cases and tasks of those who left to whoever answers for them now.

    The case goes where its route leads today, is told to that person, and has yet to be
    accepted; its clocks stay. Also ends the shifts of those who left.
    """
    session.flush()
    desk = desk_of(session, community.id)
    for left in _who_left(session, community.id):
        cases = open_cases_of_staff(session, left)
        if cases:
            changes.left_with_open_cases.append(left.key)
        for case in cases:
            _hand_case(session, case, desk, left=left, changes=changes, now=now)
        _hand_tasks(session, desk, left=left, changes=changes, now=now)
        session.execute(
            update(ShiftRow)
            .where(ShiftRow.staff_id == left.id, ShiftRow.ended_at.is_(None))
            .values(ended_at=now)
        )


def _who_left(session: Session, community_id: int) -> list[StaffRow]:
    return list(
        session.scalars(
            select(StaffRow)
            .where(StaffRow.community_id == community_id, StaffRow.left_at.is_not(None))
            .order_by(StaffRow.id)
        )
    )


def _hand_case(
    session: Session, case: CaseRow, desk: Desk, *, left: StaffRow, changes: Changes, now: datetime
) -> None:
    to = route(session, case, desk, now)
    if to is None:
        return  # nobody is left at all; the case stays visible under the name of who left
    _give_to(case, desk, to, now)
    event = note_event(
        session,
        case,
        what=What.TRANSFERRED,
        actor=SERVICE,
        channel=Channel.CONSOLE,
        now=now,
        words=f"{to.key}: {left.name} 已离开",
    )
    wording = "sms.alert.transferred"
    alert_about(session, case, desk, staff=to, wording=wording, event=event, now=now)
    changes.hands_over(shown_number(case.number), left.name, to.name)


def _give_to(case: CaseRow, desk: Desk, to: StaffRow, now: datetime) -> None:
    case.assignee_id = to.id
    if is_unaccepted(case) or case.status == CaseStatus.ACCEPTED:
        case.status = CaseStatus.DISPATCHED
        # what the one before promised binds nobody now, and is not told to the resident
        case.accepted_at, case.progressed_at, case.visit = None, None, ""
        wait_for_acceptance(case, desk, now)


def _hand_tasks(
    session: Session, desk: Desk, *, left: StaffRow, changes: Changes, now: datetime
) -> None:
    to = duty_person(session, desk.community, now, desk.calendar)
    if to is None:
        return
    for task in open_tasks_of_staff(session, left):
        task.owner_staff_id = to.id
        session.flush()  # the alert reads who owns the task
        tell_about(session, desk.community, task, to, "sms.task.opened", now=now)
        changes.hands_over(task_name(task.number), left.name, to.name)
