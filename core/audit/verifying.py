"""Checking the audit log: a line that was changed, taken out or put in is found."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.rules import line_hash
from core.audit.tables import AuditRow


def verify_log(session: Session, community_id: int) -> tuple[int, int | None]:
    """Return how many lines there are, and the number of the first that is not as it was written.

    None: every line follows on the one before. What was cut off at the end is only found by
    whoever knows how many lines there were.
    """
    asked = (
        select(AuditRow)
        .where(AuditRow.community_id == community_id)
        .order_by(AuditRow.number)
        .execution_options(populate_existing=True, yield_per=500)
    )
    previous, count = "", 0
    with session.scalars(asked) as lines:  # closed, wherever the reading ends
        for row in lines:
            count += 1
            written = line_hash(
                previous,
                community_id=row.community_id,
                number=count,
                at=row.at,
                said=(row.actor, row.channel, row.what, row.subject, row.subject_key),
                before=row.before,
                after=row.after,
            )
            if row.number != count or row.hash != written:
                return count, count
            previous = row.hash
    return count, None
