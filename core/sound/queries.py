"""Finds kept sound."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.sound.tables import SoundRow


def sound_by_hash(session: Session, hash: str, *, now: datetime) -> SoundRow | None:
    """Return a piece of sound, unless there is none or its time is over."""
    return session.scalar(
        select(SoundRow).where(
            SoundRow.hash == hash, or_(SoundRow.expires_at.is_(None), SoundRow.expires_at > now)
        )
    )


def lasts_until(session: Session, hash: str, *, at: datetime) -> bool:
    """Tell whether a piece is there and still will be at ``at``, without reading its sound."""
    lasting = or_(SoundRow.expires_at.is_(None), SoundRow.expires_at > at)
    return session.scalar(select(SoundRow.hash).where(SoundRow.hash == hash, lasting)) is not None
