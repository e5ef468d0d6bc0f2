"""What the provider has and we may have missed: how far its record was read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.inbound.tables import AnswerRow, InboundMarkRow, InboundTextRow


def begin_reading(
    session: Session, *, number: str, kind: str, real_now: datetime, every: timedelta
) -> datetime | None:
    """Return since when the record is to be read now; None if somebody read it just now.

    A number that was never read begins with the newest text that we have at all.
    """
    mark = session.get(InboundMarkRow, (number, kind), with_for_update=True)
    if mark is None:
        newest = session.scalar(select(func.max(InboundTextRow.at))) if kind == "text" else None
        first = min(newest or real_now, real_now)
        mark = InboundMarkRow(number=number, kind=kind, read_at=real_now, seen_until=first)
        session.add(mark)
    elif abs(real_now - mark.read_at) < every:
        return None
    mark.read_at = real_now
    session.flush()
    return mark.seen_until


def end_reading(
    session: Session,
    *,
    number: str,
    kind: str,
    seen_until: datetime,
    sooner: timedelta = timedelta(),
) -> None:
    """Note the newest that was seen, never earlier than before; the next look comes ``sooner``."""
    mark = session.get_one(InboundMarkRow, (number, kind), with_for_update=True)
    mark.seen_until = max(mark.seen_until, seen_until)
    mark.read_at -= sooner
    session.flush()


def untaken(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Return which keys nobody has taken."""
    known = session.scalars(select(AnswerRow.key).where(AnswerRow.key.in_(keys)))
    return frozenset(keys) - frozenset(known)
