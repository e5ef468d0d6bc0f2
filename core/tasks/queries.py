"""Reads of tasks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.staff.tables import StaffRow
from core.tasks.rules import TaskState
from core.tasks.tables import TaskRow


def task_by_number(session: Session, community_id: int, number: int) -> TaskRow | None:
    """Return the task that staff call T7."""
    return session.scalar(
        select(TaskRow).where(TaskRow.community_id == community_id, TaskRow.number == number)
    )


def task_by_key(session: Session, key: str) -> TaskRow | None:
    """Return the task that was opened under an idempotency key."""
    return session.scalar(select(TaskRow).where(TaskRow.key == key))


def open_tasks_of_staff(session: Session, staff: StaffRow) -> Sequence[TaskRow]:
    """Return what waits for somebody, the most pressing first."""
    return session.scalars(
        select(TaskRow)
        .where(TaskRow.owner_staff_id == staff.id, TaskRow.state == TaskState.OPEN)
        .order_by(TaskRow.due_at, TaskRow.id)
    ).all()


def open_tasks_of_case(session: Session, case_id: int) -> Sequence[TaskRow]:
    """Return what is still to be done about a case."""
    return session.scalars(
        select(TaskRow)
        .where(TaskRow.case_id == case_id, TaskRow.state == TaskState.OPEN)
        .order_by(TaskRow.id)
    ).all()


def tasks_of(session: Session, community_id: int) -> Sequence[TaskRow]:
    """Return every task of a community, newest last."""
    return session.scalars(
        select(TaskRow).where(TaskRow.community_id == community_id).order_by(TaskRow.id)
    ).all()
