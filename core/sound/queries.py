"""Finds kept sound."""

from __future__ import annotations

from collections.abc import Sequence
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


def those_lasting(session: Session, hashes: Sequence[str], *, at: datetime) -> dict[str, bool]:
    """Return those of ``hashes`` that still will be there at ``at``; True where for ever."""
    if not hashes:
        return {}
    lasting = or_(SoundRow.expires_at.is_(None), SoundRow.expires_at > at)
    rows = session.execute(
        select(SoundRow.hash, SoundRow.expires_at).where(SoundRow.hash.in_(hashes), lasting)
    )
    return {row[0]: row[1] is None for row in rows}


def audio_of(session: Session, hashes: Sequence[str]) -> dict[str, bytes]:
    """Return the sounds themselves, by hash."""
    rows = session.execute(
        select(SoundRow.hash, SoundRow.audio).where(SoundRow.hash.in_(set(hashes)))
    )
    return {row[0]: row[1] for row in rows}


def seconds_by_hash(session: Session, hashes: Sequence[str]) -> dict[str, float]:
    """Return how long sounds last."""
    rows = session.execute(
        select(SoundRow.hash, SoundRow.seconds).where(SoundRow.hash.in_(set(hashes)))
    )
    return {row[0]: row[1] for row in rows}
