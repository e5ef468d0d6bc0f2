"""Which cases somebody of the staff may see, as a condition for every query and every page."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from core.access.rules import Access, Reach, Right
from core.alarms.tables import AlarmCallRow, AlarmRow
from core.cases.tables import CaseRow


def cases_in_reach(access: Access, right: Right = Right.CASES) -> ColumnElement[bool]:
    """Return the condition under which a right reaches a case.

    Whoever was rung for an emergency sees its case, wherever it lies.
    """
    reach = access.reach(right)
    ours = CaseRow.community_id == access.community_id
    if reach is Reach.ALL:
        return ours
    if reach is Reach.NONE:
        return false()
    rung = (
        select(AlarmRow.case_id)
        .join(AlarmCallRow, AlarmCallRow.alarm_id == AlarmRow.id)
        .where(AlarmCallRow.staff_id == access.staff_id, AlarmRow.case_id.is_not(None))
    )
    reached = [CaseRow.assignee_id == access.staff_id, CaseRow.id.in_(rung)]
    if reach is Reach.GRID:
        reached.append(CaseRow.grid_id.in_(access.grid_ids))
    return ours & or_(*reached)


def case_in_reach(
    session: Session, access: Access, number: int, *, right: Right = Right.CASES
) -> CaseRow | None:
    """Return a case by its number, if somebody may see it; a guessed one is None like no case."""
    return session.scalar(
        select(CaseRow).where(CaseRow.number == number, cases_in_reach(access, right))
    )
