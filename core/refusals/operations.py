"""Writing down how often something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.refusals.tables import RefusalRow


def add_refusals(
    session: Session, counted: Mapping[tuple[str, str], int], *, real_now: datetime
) -> None:
    """Add counts by door and reason to those of the day."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    table = RefusalRow.__table__
    for (door, reason), times in sorted(counted.items()):
        values = {"day": real_now.date(), "door": door, "reason": reason, "times": times}
        session.execute(
            insert(RefusalRow)
            .values(values)
            .on_conflict_do_update(
                index_elements=["day", "door", "reason"],
                set_={"times": table.c.times + times},
            )
        )


def note_refused(session: Session, door: str, reason: str, *, real_now: datetime) -> None:
    """Count one refusal, in the transaction that refuses."""
    add_refusals(session, {(door, reason): 1}, real_now=real_now)
