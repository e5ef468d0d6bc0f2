"""Claiming with a lease, and what came of it. Leases and retries live in real time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from core.outbox.channels import Gates, Pace, gates, note_leaving
from core.outbox.rules import LONGEST_WAIT_SECONDS, OutboxState, state_after
from core.outbox.tables import OutboxAttemptRow, OutboxRow

# No lease and no wait is longer. An instant further off than this was written before the clock
# was set back: whoever wrote it has ended meanwhile, or waited long enough.
_LONGEST = timedelta(seconds=LONGEST_WAIT_SECONDS)
_AHEAD = timedelta(minutes=10)
_IN_DOUBT = (OutboxState.SENDING, OutboxState.UNKNOWN)
_NO_PACE = Pace()


@dataclass(frozen=True)
class Claimed:
    """A row that is ours until its lease ends.

    ``attempt`` counts from 1. ``in_doubt``: an earlier attempt may have reached the provider
    (it timed out, or its process died while sending), so look it up before sending again.
    """

    row: OutboxRow
    attempt: int
    in_doubt: bool


def claim_next(
    session: Session,
    *,
    now: datetime,
    real_now: datetime,
    limit: int,
    lease_seconds: int,
    urgent_only: bool = False,
    pace: Pace = _NO_PACE,
) -> Sequence[Claimed]:
    """Claim what is due: emergencies first, then the longest waiting.

    ``now`` is the community's clock, ``real_now`` the machine's. Two schedulers never claim the
    same row: PostgreSQL skips locked rows, SQLite's write lock is held already. Of a channel that
    is down one row is claimed now and then, the least tried, to see whether it is up again;
    emergencies are always claimed. ``urgent_only``: nothing else is, and no lock is waited for.
    """
    if urgent_only:
        untried = case((OutboxRow.attempts == 0, 0), else_=1)
        order: Sequence[Any] = (untried, OutboxRow.not_before, OutboxRow.id)
        return _claim(
            session,
            _due(now, real_now),
            OutboxRow.priority == 0,
            order,
            limit=limit,
            real_now=real_now,
            lease_seconds=lease_seconds,
        )
    found = gates(session, pace=pace, real_now=real_now)
    allowed, order = _through(found, now)
    claimed = _claim(
        session,
        _due(now, real_now),
        allowed,
        order,
        limit=limit,
        real_now=real_now,
        lease_seconds=lease_seconds,
    )
    for one in claimed:
        if one.row.priority > 0:
            note_leaving(session, one.row.kind, pace=pace, real_now=real_now)
    return claimed


def is_any_due(
    session: Session, *, now: datetime, real_now: datetime, urgent_only: bool = False
) -> bool:
    """Tell whether anything waits to be claimed; it is only looked at."""
    due = select(OutboxRow.id).where(_due(now, real_now))
    if urgent_only:
        due = due.where(OutboxRow.priority == 0)
    return session.scalars(due.limit(1)).first() is not None


def _through(found: Gates, now: datetime) -> tuple[ColumnElement[bool], Sequence[Any]]:
    """Say which due rows the gates let through, and in which order."""
    too_late = and_(OutboxRow.state == OutboxState.QUEUED, OutboxRow.use_by <= now)
    allowed = or_(OutboxRow.priority == 0, OutboxRow.kind.not_in(found.shut), too_late)
    usual = (OutboxRow.priority, OutboxRow.not_before, OutboxRow.id)
    if not found.probing:
        return allowed, usual
    is_probe = and_(OutboxRow.kind == found.probing, OutboxRow.priority > 0)
    return allowed, (case((is_probe, OutboxRow.attempts), else_=-1), *usual)


def _due(now: datetime, real_now: datetime) -> ColumnElement[bool]:
    waited = or_(
        OutboxRow.retry_at.is_(None),
        OutboxRow.retry_at <= real_now,
        OutboxRow.retry_at > real_now + _LONGEST,
    )
    queued = OutboxRow.state == OutboxState.QUEUED
    return or_(
        and_(queued, OutboxRow.not_before <= now, waited),
        and_(queued, OutboxRow.created_at > now + _AHEAD, waited),
        and_(queued, OutboxRow.use_by <= now),
        and_(
            OutboxRow.state.in_(_IN_DOUBT),
            or_(
                OutboxRow.lease_until <= real_now,
                OutboxRow.lease_until > real_now + _LONGEST + _AHEAD,
            ),
        ),
    )


def _claim(
    session: Session,
    due: ColumnElement[bool],
    allowed: ColumnElement[bool],
    order: Sequence[Any],
    *,
    limit: int,
    real_now: datetime,
    lease_seconds: int,
) -> list[Claimed]:
    rows = session.scalars(
        select(OutboxRow)
        .where(due, allowed)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return [_lease(session, row, real_now, lease_seconds) for row in rows]


def _lease(session: Session, row: OutboxRow, real_now: datetime, lease_seconds: int) -> Claimed:
    in_doubt = row.state != OutboxState.QUEUED
    row.state = OutboxState.SENDING
    row.lease_until = real_now + timedelta(seconds=lease_seconds)
    row.attempts += 1
    session.add(
        OutboxAttemptRow(
            outbox_id=row.id, number=row.attempts, started_at=real_now, outcome="", reason=""
        )
    )
    session.flush()
    return Claimed(row=row, attempt=row.attempts, in_doubt=in_doubt)


def record_sent(
    session: Session,
    row_id: int,
    *,
    attempt: int,
    provider_id: str,
    status: str,
    now: datetime,
    real_now: datetime,
    reason: str = "",
) -> OutboxRow:
    """Note that the provider took it; a status that came faster than this is not undone.

    A row that was looked up may turn out to be failed: the caller makes a task of it.
    """
    _end_attempt(session, row_id, attempt, "sent", real_now, provider_id=provider_id)
    row = session.get_one(OutboxRow, row_id)
    row.provider_id = provider_id
    row.sent_at = row.sent_at or now
    row.lease_until = None
    after = state_after(OutboxState(row.state), row.provider_status, status)
    if after is not None:
        row.state, row.provider_status = after, status
    elif row.state == OutboxState.SENDING:
        row.state = OutboxState.SENT
    if row.state in (OutboxState.DELIVERED, OutboxState.FAILED):
        row.settled_at = now
    if row.state == OutboxState.FAILED:
        row.reason = row.reason or reason
    session.flush()
    return row


def count_try(session: Session, row_id: int) -> int:
    """Count a failure towards giving a row up; return how many there were."""
    row = session.get_one(OutboxRow, row_id)
    row.tries += 1
    session.flush()
    return row.tries


def record_failed(
    session: Session,
    row_id: int,
    *,
    attempt: int,
    reason: str,
    now: datetime,
    real_now: datetime,
) -> OutboxRow:
    """Note that it will not be tried again; the caller makes a task of it."""
    _end_attempt(session, row_id, attempt, "failed", real_now, reason=reason)
    row = session.get_one(OutboxRow, row_id)
    row.state, row.reason = OutboxState.FAILED, reason
    row.lease_until, row.settled_at = None, now
    session.flush()
    return row


def record_unknown(
    session: Session,
    row_id: int,
    *,
    attempt: int,
    reason: str,
    look_up_at: datetime,
    real_now: datetime,
) -> None:
    """Note that nobody knows its fate; it is looked up at the provider from ``look_up_at`` on."""
    _end_attempt(session, row_id, attempt, "unknown", real_now, reason=reason)
    row = session.get_one(OutboxRow, row_id)
    row.state, row.reason, row.lease_until = OutboxState.UNKNOWN, reason, look_up_at
    session.flush()


def give_back(
    session: Session,
    row_id: int,
    *,
    attempt: int,
    reason: str,
    retry_at: datetime,
    real_now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Put a row back in the queue, to be tried again at ``retry_at`` (real time)."""
    _end_attempt(session, row_id, attempt, "given_back", real_now, reason=reason)
    row = session.get_one(OutboxRow, row_id)
    row.state, row.reason = OutboxState.QUEUED, reason
    row.retry_at, row.lease_until = retry_at, None
    if not_before is not None:
        row.not_before = not_before
    session.flush()


def record_status(
    session: Session,
    *,
    row_id: int,
    attempt: int,
    provider_id: str,
    status: str,
    reason: str,
    now: datetime,
) -> OutboxRow | None:
    """Apply a status event of the provider; None if it came late or changes nothing.

    The row is found by its own id, so it settles even if no provider id was ever stored.
    """
    row = session.scalar(select(OutboxRow).where(OutboxRow.id == row_id).with_for_update())
    if row is None or attempt > row.attempts:
        return None
    after = state_after(OutboxState(row.state), row.provider_status, status)
    if after is None or (after == OutboxState.FAILED and _is_of_another(row, provider_id)):
        return None
    row.state, row.provider_status, row.reason = after, status, reason
    row.provider_id = row.provider_id or provider_id
    row.sent_at = row.sent_at or now
    row.lease_until = None
    if after in (OutboxState.DELIVERED, OutboxState.FAILED):
        row.settled_at = now
    session.flush()
    return row


def _is_of_another(row: OutboxRow, provider_id: str) -> bool:
    """Tell whether the provider took the row a second time, and reports the end of the first."""
    return bool(provider_id and row.provider_id and row.provider_id != provider_id)


def _end_attempt(
    session: Session,
    row_id: int,
    attempt: int,
    outcome: str,
    real_now: datetime,
    *,
    provider_id: str | None = None,
    reason: str = "",
) -> None:
    session.execute(
        update(OutboxAttemptRow)
        .where(OutboxAttemptRow.outbox_id == row_id, OutboxAttemptRow.number == attempt)
        .values(outcome=outcome, ended_at=real_now, provider_id=provider_id, reason=reason)
        .execution_options(synchronize_session=False)
    )
