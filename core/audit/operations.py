"""Writing a line of the audit log, in the transaction of the deed itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.audit.rules import Deed, difference
from core.audit.tables import AuditRow


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
    row = AuditRow(
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
