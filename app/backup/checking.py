"""What is looked at after a restore, and how nothing leaves until somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.verifying import verify_log
from core.communities.queries import communities
from core.outbox.release import hold_everything
from core.outbox.rules import OutboxKind, OutboxState
from core.outbox.tables import OutboxAttemptRow, OutboxRow
from core.points.verifying import verify_book

_MAY_HAVE_LEFT = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)


@dataclass(frozen=True)
class Checked:
    """What the check of a restored database found."""

    entries: int  # of every points book
    audit_lines: int
    findings: tuple[str, ...]


def check(session: Session, *, secrets: Sequence[bytes]) -> Checked:
    """Check the points book and the audit log of every community."""
    entries, lines, findings = 0, 0, []
    first, *earlier = secrets
    for community in communities(session):
        verdict = verify_book(session, community.id, secret=first, earlier=earlier)
        entries += verdict.entries
        findings += [f"{community.key}: points {one.fault} {one.at}" for one in verdict.findings]
        count, broken = verify_log(session, community.id)
        lines += count
        if broken is not None:
            findings.append(f"{community.key}: audit line {broken} is not as it was written")
    return Checked(entries, lines, tuple(findings))


def hold_after_restore(session: Session, *, taken_at: datetime, real_now: datetime) -> int:
    """Let nothing leave, and remember that what waited may have left since the backup.

    Each such row is looked up at the provider before it is sent, as one in doubt always is.
    Returns how many there are.
    """
    hold_everything(session, reason="restored", known_until=taken_at, now=real_now)
    rows = session.scalars(
        select(OutboxRow).where(
            OutboxRow.state.in_(_MAY_HAVE_LEFT), OutboxRow.kind != OutboxKind.FETCH
        )
    ).all()
    for row in rows:
        row.attempts += 1
        row.state, row.lease_until = OutboxState.UNKNOWN, real_now
        session.add(
            OutboxAttemptRow(
                outbox_id=row.id,
                number=row.attempts,
                started_at=taken_at,
                ended_at=real_now,
                outcome="unknown",
                reason="restored",
            )
        )
    session.flush()
    return len(rows)
