"""Letting go of a claimed row without a try: it waits, it is called off, or a person takes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.outbox.claiming import Claimed
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxAttemptRow
from core.phones import PhoneKind
from core.residents.tables import ResidentPhoneRow


def hold(session: Session, claimed: Claimed, *, not_before: datetime, reason: str) -> None:
    """Put a row back until ``not_before`` (the community's clock); no try is counted."""
    _forget_attempt(session, claimed)
    row = claimed.row
    row.state, row.not_before, row.reason = OutboxState.QUEUED, not_before, reason
    row.lease_until, row.retry_at = None, None
    session.flush()


def call_off(session: Session, claimed: Claimed, *, reason: str, now: datetime) -> None:
    """End a row that is not wanted any more; no try is counted."""
    _forget_attempt(session, claimed)
    row = claimed.row
    row.state, row.reason = OutboxState.FAILED, reason
    row.lease_until, row.settled_at = None, now
    session.flush()


def give_to_person(session: Session, claimed: Claimed, *, reason: str, now: datetime) -> None:
    """End a row whose time has passed; the caller makes a task of it."""
    _forget_attempt(session, claimed)
    row = claimed.row
    row.state, row.reason = OutboxState.TASK, reason
    row.lease_until, row.settled_at = None, now
    session.flush()


def mark_landline(session: Session, community_id: int, phone: str) -> None:
    """Remember that no text reaches this number, as the provider told us (21614)."""
    session.execute(
        update(ResidentPhoneRow)
        .where(ResidentPhoneRow.community_id == community_id, ResidentPhoneRow.phone == phone)
        .values(kind=PhoneKind.LANDLINE)
    )


def _forget_attempt(session: Session, claimed: Claimed) -> None:
    session.execute(
        delete(OutboxAttemptRow)
        .where(
            OutboxAttemptRow.outbox_id == claimed.row.id,
            OutboxAttemptRow.number == claimed.attempt,
        )
        .execution_options(synchronize_session=False)
    )
    claimed.row.attempts -= 1
