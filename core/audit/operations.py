"""Writing a line of the audit log, in the transaction of the deed itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.rules import Deed, difference, line_hash
from core.audit.tables import AuditRow

_LOCK = 5800014  # any number of our own


def note_deed(
    session: Session,
    *,
    community_id: int,
    actor: str,
    what: Deed,
    subject: str,
    subject_key: str,
    now: datetime,
    channel: str = "console",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditRow:
    """Write down who did what to whom; of two states only what differs is kept."""
    was, became = difference(before or {}, after or {})
    last = _last(session, community_id)
    number = last.number + 1 if last is not None else 1
    row = AuditRow(
        number=number,
        hash=line_hash(
            last.hash if last is not None else "",
            community_id=community_id,
            number=number,
            at=now,
            said=(actor, channel, what.value, subject, subject_key),
            before=was,
            after=became,
        ),
        community_id=community_id,
        at=now,
        actor=actor,
        channel=channel,
        what=what,
        subject=subject,
        subject_key=subject_key,
        before=was,
        after=became,
    )
    session.add(row)
    session.flush()
    return row


def _last(session: Session, community_id: int) -> AuditRow | None:
    """Return the newest line, which nobody else can add to until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, community_id)))
    return session.scalars(
        select(AuditRow)
        .where(AuditRow.community_id == community_id)
        .order_by(AuditRow.number.desc())
        .limit(1)
    ).first()
