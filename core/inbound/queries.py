"""Reads of the texts that came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.inbound.tables import InboundTextRow


def texts_since(
    session: Session, community_id: int, phone: str, since: datetime
) -> Sequence[InboundTextRow]:
    """Return the texts of a phone since an instant, oldest first: loops and repeats show here."""
    return session.scalars(
        select(InboundTextRow)
        .where(
            InboundTextRow.community_id == community_id,
            InboundTextRow.phone == phone,
            InboundTextRow.at >= since,
        )
        .order_by(InboundTextRow.id)
    ).all()
