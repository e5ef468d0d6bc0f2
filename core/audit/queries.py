"""Reads of the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.tables import AuditRow


def newest_deeds(
    session: Session,
    community_id: int,
    *,
    subject: str = "",
    subject_key: str = "",
    actor: str = "",
    before_id: int | None = None,
    limit: int = 100,
) -> Sequence[AuditRow]:
    """Return lines of the log, newest first; ``before_id`` goes on where a page ended."""
    query = select(AuditRow).where(AuditRow.community_id == community_id)
    for column, wanted in (
        (AuditRow.subject, subject),
        (AuditRow.subject_key, subject_key),
        (AuditRow.actor, actor),
    ):
        if wanted:
            query = query.where(column == wanted)
    if before_id is not None:
        query = query.where(AuditRow.id < before_id)
    return session.scalars(query.order_by(AuditRow.id.desc()).limit(limit)).all()
