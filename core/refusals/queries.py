"""Reads of what was refused."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.refusals.tables import RefusalRow


def refused_ever(session: Session) -> Mapping[tuple[str, str], int]:
    """Return how often each door refused for each reason, as long as it is kept."""
    rows = session.execute(
        select(RefusalRow.door, RefusalRow.reason, func.sum(RefusalRow.times)).group_by(
            RefusalRow.door, RefusalRow.reason
        )
    )
    return {(door, reason): int(times) for door, reason, times in rows}
