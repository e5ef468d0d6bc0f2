"""An errand: what one claimed row asks of the provider, taken out of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.withdrawing import CALLBACK_PURPOSES
from core.outbox.operations import Claimed
from core.outbox.rules import OutboxKind
from core.outbox.tables import OutboxAttemptRow
from telephony.ports import CallToPlace, TextToSend

# Ours and the provider's, or ours before and after it was set. What is found is taken only if it
# belongs to no other row, so that looking far back does no harm.
_CLOCKS_DIFFER = timedelta(hours=2)


@dataclass(frozen=True)
class Doubt:
    """An earlier attempt whose fate nobody knows."""

    attempt: int
    since: datetime


@dataclass(frozen=True)
class Errand:
    """Plain values, so that no transaction is open while the provider is asked."""

    row_id: int
    attempt: int
    kind: OutboxKind
    purpose: str
    sender: str
    to: str
    words: str
    priority: int
    detail: dict[str, Any] = field(default_factory=dict)
    tries: int = 0  # failures before this one that count towards giving up
    doubts: tuple[Doubt, ...] = ()

    def text(self, public_url: str, attempt: int) -> TextToSend:
        """Write it as a text; its status address settles the row even without a Sid."""
        return TextToSend(
            sender=self.sender,
            to=self.to,
            words=self.words,
            status_url=f"{public_url}/sms/status?row={self.row_id}&attempt={attempt}",
        )

    def call(self, public_url: str, attempt: int) -> CallToPlace:
        """Write it as a call."""
        which = f"row={self.row_id}&attempt={attempt}"
        labelled = self.purpose in CALLBACK_PURPOSES or "reach_id" in self.detail
        return CallToPlace(
            sender=self.sender,
            to=self.to,
            answer_url=f"{public_url}/ivr/answered?{which}",
            status_url=f"{public_url}/ivr/status?{which}",
            machine_url=f"{public_url}/ivr/machine?{which}" if labelled else None,
        )


def errand_of(session: Session, claimed: Claimed, *, real_now: datetime) -> Errand:
    """Take out of the database what the provider is to be asked."""
    row = claimed.row
    return Errand(
        row_id=row.id,
        attempt=claimed.attempt,
        kind=OutboxKind(row.kind),
        purpose=row.purpose,
        sender=row.from_,
        to=row.to,
        words=row.body,
        priority=row.priority,
        detail=dict(row.detail),
        tries=row.tries,
        doubts=_doubts(session, claimed, real_now) if claimed.in_doubt else (),
    )


def _doubts(session: Session, claimed: Claimed, real_now: datetime) -> tuple[Doubt, ...]:
    """Find the attempts that may have reached the provider: timed out, or never recorded."""
    rows = session.scalars(
        select(OutboxAttemptRow)
        .where(
            OutboxAttemptRow.outbox_id == claimed.row.id,
            OutboxAttemptRow.number < claimed.attempt,
            OutboxAttemptRow.outcome.in_(("", "unknown")),
        )
        .order_by(OutboxAttemptRow.id.desc())
    ).all()
    return tuple(Doubt(row.number, min(row.started_at, real_now) - _CLOCKS_DIFFER) for row in rows)
