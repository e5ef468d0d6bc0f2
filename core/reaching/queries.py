"""Reads of the telephones to be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.reaching.rules import ReachPurpose, ReachState
from core.reaching.tables import ReachRow


def reach_of_outbox(session: Session, outbox_id: int | None) -> ReachRow | None:
    """Return what a call of ours is a try of."""
    if outbox_id is None:
        return None
    return session.scalars(select(ReachRow).where(ReachRow.outbox_id == outbox_id)).first()


def reach_by_id(session: Session, reach_id: int) -> ReachRow | None:
    """Return the row that a call names."""
    return session.get(ReachRow, reach_id)


def unfollowed(session: Session, purpose: ReachPurpose, limit: int) -> Sequence[ReachRow]:
    """Return ended rows from which their subject has drawn no conclusion yet; they are locked."""
    return session.scalars(
        select(ReachRow)
        .where(
            ReachRow.purpose == purpose,
            ReachRow.state == ReachState.ENDED,
            ReachRow.followed_at.is_(None),
        )
        .order_by(ReachRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def reaches_about(session: Session, purpose: ReachPurpose, about_id: int) -> Sequence[ReachRow]:
    """Return every telephone that is or was to be reached about a thing."""
    return session.scalars(
        select(ReachRow)
        .where(ReachRow.purpose == purpose, ReachRow.about_id == about_id)
        .order_by(ReachRow.id)
    ).all()


def anything_due(now: datetime) -> Select[int]:
    """Find whether anybody is to be rung now, or a call to be looked after."""
    return select(ReachRow.id).where(
        ReachRow.state.in_((ReachState.PLANNED, ReachState.RINGING)), ReachRow.next_at <= now
    )


def left_unfollowed(*purposes: ReachPurpose) -> Select[int]:
    """Find whether a telephone was reached, or was not, and nobody has acted on it."""
    return select(ReachRow.id).where(
        ReachRow.purpose.in_(purposes),
        ReachRow.state == ReachState.ENDED,
        ReachRow.followed_at.is_(None),
    )
