"""Opening and finishing tasks 待办, and the ladder of those nobody did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.operations import next_task_number
from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.sla.hours import after_office_minutes
from core.sla.queries import calendar_of
from core.staff.queries import staff_by_id
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.tasks.climbing import climb_due
from core.tasks.locks import lock_community
from core.tasks.people import duty_person
from core.tasks.queries import task_by_key
from core.tasks.rules import SERVICE, Actor, TaskKind, TaskState, task_name
from core.tasks.tables import TaskRow
from core.tasks.telling import tell_about

__all__ = ["climb_due", "finish_task", "open_task"]

# Besides the owner, whoever answers for the office may end somebody's task.
_MAY_FINISH = frozenset({Role.DUTY_CLERK, Role.GRID_LEADER, Role.DEPUTY, Role.DIRECTOR})


def open_task(
    session: Session,
    *,
    community: CommunityRow,
    kind: TaskKind,
    words: str,
    now: datetime,
    key: str,
    due_at: datetime | None = None,
    owner: StaffRow | None = None,
    case_id: int | None = None,
    call_id: int | None = None,
    phone: str | None = None,
    urgency: str = "P2",
) -> TaskRow:
    """Give a person something to do and text it to them; the same ``key`` gives the same task.

    Without ``owner`` it is the first on duty, else the first of the roster when the office
    opens; without ``due_at`` it is due after the office minutes of the first reminder.
    """
    lock_community(session, community.id)
    earlier = task_by_key(session, key)
    if earlier is not None:
        return earlier
    calendar = calendar_of(session, community)
    office = office_of(community)
    owner = owner or duty_person(session, community, now, calendar)
    due = due_at or after_office_minutes(office, calendar, now, office.ladder.remind_minutes)
    task = TaskRow(
        community_id=community.id,
        number=next_task_number(session, community.id),
        key=key,
        kind=kind,
        words=words,
        owner_staff_id=owner.id if owner else None,
        case_id=case_id,
        call_id=call_id,
        phone=phone,
        urgency=urgency,
        state=TaskState.OPEN,
        due_at=due,
        climb_at=due,
        created_at=now,
    )
    session.add(task)
    session.flush()  # the alert quotes the task's id
    if owner is not None:
        tell_about(session, community, task, owner, "sms.task.opened", now=now)
    return task


def finish_task(
    session: Session, task: TaskRow, *, actor: Actor, words: str, now: datetime
) -> None:
    """End a task 办 T7.

    :raises Refusal: if it is done already, or if it is neither theirs nor do they answer for
        the office.
    """
    if task.state == TaskState.DONE:
        raise Refusal("sms.refusal.task_done", number=task_name(task.number))
    if not _may_finish(session, task, actor):
        raise Refusal("sms.refusal.task_not_yours", number=task_name(task.number))
    task.state, task.climb_at = TaskState.DONE, None
    task.done_at, task.done_by, task.done_words = now, actor.name, words
    session.flush()


def _may_finish(session: Session, task: TaskRow, actor: Actor) -> bool:
    if actor == SERVICE:
        return True
    staff = staff_by_id(session, actor.staff_id)
    if staff is None or staff.community_id != task.community_id:
        return False
    return staff.id == task.owner_staff_id or not _MAY_FINISH.isdisjoint(staff.roles)
