"""Tasks 待办: what people must do that is no case move."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from console.asked import words
from console.routes import NUMBER, Route
from console.services import Visit
from core.access.rules import Reach, Right
from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.cases.visibility import cases_in_reach
from core.errors import Refusal
from core.staff.queries import staff_of
from core.tasks.operations import finish_task
from core.tasks.rules import TaskState, task_name
from core.tasks.tables import TaskRow

_MOST = 200


class TaskPages:
    """Pages about tasks."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/tasks", self.tasks, Right.CASES),
            Route("POST", f"/tasks/{NUMBER}/done", self.task_done, Right.MOVE_CASES),
        ]

    def tasks(self, visit: Visit, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Show what is open, the most pressing first."""
        with visit.reading() as session:
            rows = session.scalars(
                select(TaskRow)
                .where(TaskRow.state == TaskState.OPEN, _in_reach(visit))
                .order_by(TaskRow.due_at, TaskRow.id)
                .limit(_MOST)
            ).all()
            names = {row.id: row.name for row in staff_of(session, visit.access.community_id)}
            numbers = _case_numbers(session, [row.case_id for row in rows])
        return visit.page(
            "tasks.html",
            status,
            tasks=rows,
            names=names,
            numbers=numbers,
            problem=problem,
            task_name=task_name,
        )

    def task_done(self, visit: Visit, number: int) -> ResponseReturnValue:
        """End a task."""
        try:
            with visit.writing() as session:
                task = session.scalar(
                    select(TaskRow).where(TaskRow.number == number, _in_reach(visit))
                )
                if task is None:
                    abort(404)
                said = words("words", 500)
                if not said:
                    raise Refusal("console.case.words_needed", number=task_name(number))
                finish_task(session, task, actor=visit.actor, words=said, now=visit.now)
        except Refusal as refusal:
            return self.tasks(visit, visit.explain(refusal), 409)
        return visit.go("tasks", said="task_done")


def _in_reach(visit: Visit) -> ColumnElement[bool]:
    """Return the condition under which a task may be seen: one's own, or of a case one sees."""
    ours = TaskRow.community_id == visit.access.community_id
    if visit.access.reach(Right.CASES) is Reach.ALL:
        return ours
    seen = select(CaseRow.id).where(cases_in_reach(visit.access))
    return ours & ((TaskRow.owner_staff_id == visit.access.staff_id) | TaskRow.case_id.in_(seen))


def _case_numbers(session: Session, ids: list[int | None]) -> dict[int, tuple[int, str]]:
    rows = session.execute(select(CaseRow.id, CaseRow.number).where(CaseRow.id.in_(ids)))
    return {row.id: (row.number, shown_number(row.number)) for row in rows}
