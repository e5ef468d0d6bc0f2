"""Claims and locks that stay right when several processes work at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.communities.tables import CommunityRow
from core.db import Base

Row = TypeVar("Row", bound=Base)


def lock_community(session: Session, community_id: int) -> None:
    """Let one transaction at a time look for something and then write it, per community.

    On SQLite the transaction holds the write lock already.
    """
    # FOR NO KEY UPDATE: a plain FOR UPDATE would block every insert that refers to the
    # community, and deadlock with a scheduler that holds an alarm and writes its texts.
    session.execute(
        select(CommunityRow.id)
        .where(CommunityRow.id == community_id)
        .with_for_update(key_share=True)
    )


def claim_due(
    session: Session,
    row: type[Row],
    due_column: InstrumentedAttribute[datetime | None],
    *conditions: ColumnElement[bool],
    now: datetime,
    limit: int,
    furthest: timedelta | None = None,
) -> Sequence[Row]:
    """Take the rows whose time has come, earliest first, and clear their due instant.

    No step of such a row is ever further off than ``furthest``: one that is was planned before
    the clock was set back, and is taken too.

    The caller gives each its next instant in the same transaction. Two schedulers never take
    the same row: PostgreSQL skips what is locked, SQLite's write lock is held already.
    """
    key = row.__table__.c.id
    has_come: ColumnElement[bool] = due_column <= now
    if furthest is not None:
        has_come = or_(has_come, due_column > now + furthest)
    due = (
        select(key)
        .where(*conditions, has_come)
        .order_by(due_column, key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        update(row)
        .where(key.in_(due), has_come)
        .values({due_column: None})
        .returning(key)
        .execution_options(synchronize_session=False)
    ).all()
    return session.scalars(
        select(row).where(key.in_(taken)).order_by(key).execution_options(populate_existing=True)
    ).all()
