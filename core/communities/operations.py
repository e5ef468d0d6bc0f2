"""Running numbers of a community; loading its file is core/loading."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow


def next_case_number(session: Session, community_id: int) -> int:
    """Take the next case number; two takers never get the same, and none is lost."""
    number = session.scalar(
        update(CommunityRow)
        .where(CommunityRow.id == community_id)
        .values(last_case_number=CommunityRow.last_case_number + 1)
        .returning(CommunityRow.last_case_number)
        .execution_options(synchronize_session=False)
    )
    return _taken(number, community_id)


def next_task_number(session: Session, community_id: int) -> int:
    """Take the next task number (7 of T7)."""
    number = session.scalar(
        update(CommunityRow)
        .where(CommunityRow.id == community_id)
        .values(last_task_number=CommunityRow.last_task_number + 1)
        .returning(CommunityRow.last_task_number)
        .execution_options(synchronize_session=False)
    )
    return _taken(number, community_id)


def _taken(number: int | None, community_id: int) -> int:
    if number is None:
        raise LookupError(f"community {community_id}")
    return number
