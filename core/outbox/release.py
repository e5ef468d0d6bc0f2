"""HOLD: after a restore nothing leaves until a person has looked and lets it go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.outbox.tables import HoldRow

_ONLY = 1


def hold_everything(session: Session, *, reason: str, known_until: datetime, now: datetime) -> None:
    """Let nothing leave; ``known_until`` is the instant up to which we know what happened.

    Of several the earliest counts, until somebody releases.
    """
    before = session.get(HoldRow, _ONLY)
    if before is not None:
        known_until = min(known_until, before.known_until)
    session.merge(HoldRow(id=_ONLY, since=now, reason=reason, known_until=known_until))
    session.flush()


def release(session: Session) -> bool:
    """Let everything leave again; False if nothing was held."""
    row = session.get(HoldRow, _ONLY)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def held(session: Session) -> HoldRow | None:
    """Return why nothing leaves; None if things do."""
    return session.get(HoldRow, _ONLY)
