"""The sweeper: what the provider never told us is settled all the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from core.calls.ending import settle_end
from core.calls.reports import is_left, open_draft, open_spoken_case, receive_drafts
from core.calls.rules import (
    ENDED_STATES,
    LONGEST_CALL,
    QUIET_CALL,
    SWEEP_AFTER,
    CallState,
)
from core.calls.tables import CallRow
from core.cases.tables import CaseRow


def sweeps_due(now: datetime) -> tuple[Select[int], ...]:
    """Find whether a call fell silent, or a draft was left."""
    return select(CallRow.id).where(*_is_silent(now)), select(CaseRow.id).where(*is_left(now))


def sweep(session: Session, now: datetime, limit: int = 50) -> int:
    """Settle calls that fell silent; returns how many were changed.

    A minute after the last key what was said or keyed is in a case, though the caller may still
    be speaking: what follows completes that same case. A draft that nobody went on with in half an
    hour becomes a case.
    """
    calls = session.scalars(
        select(CallRow)
        .where(*_is_silent(now))
        .order_by(CallRow.touched_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    settled = sum(_settle(session, call, now) for call in calls)
    return settled + receive_drafts(session, now, limit)


def _is_silent(now: datetime) -> tuple[ColumnElement[bool], ...]:
    silent = CallRow.touched_at <= now - SWEEP_AFTER
    return (
        CallRow.swept_at.is_(None),
        CallRow.direction == "inbound",
        or_(CallRow.state.in_(ENDED_STATES), silent),
    )


def _settle(session: Session, call: CallRow, now: datetime) -> bool:
    if call.state in ENDED_STATES or _has_broken(call, now):
        call.ended_at = call.ended_at or now
        call.state = call.state if call.state in ENDED_STATES else CallState.COMPLETED
        settle_end(session, call, now=now)
        return True
    if open_spoken_case(session, call, now=now) is not None:
        return True
    return open_draft(session, call, now=now) is not None


def _has_broken(call: CallRow, now: datetime) -> bool:
    longest = QUIET_CALL if call.taken_by is None else LONGEST_CALL
    return call.touched_at <= now - longest
