"""Keeping corrections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.learning.tables import CorrectionRow


def keep_correction(
    session: Session,
    *,
    community_id: int,
    case_id: int,
    words: str,
    suggested: str,
    category: str,
    by: str,
    now: datetime,
) -> None:
    """Keep that somebody changed a category; changed to what it was, it teaches nothing."""
    if suggested == category or not words.strip():
        return
    session.add(
        CorrectionRow(
            community_id=community_id,
            case_id=case_id,
            words=words,
            suggested=suggested,
            category=category,
            by=by,
            at=now,
        )
    )
    session.flush()
