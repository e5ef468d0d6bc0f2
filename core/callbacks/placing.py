"""One call for all that a resident is to be asked or told now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import Circumstances, circumstances_of_callback
from core.callbacks.plans import calls_made
from core.callbacks.rules import (
    FIRST_CALL_AFTER,
    MOST_CALLS,
    OUTCOME_LOST_AFTER,
    CallbackKind,
    CallbackState,
    may_call,
)
from core.callbacks.spoken import want_callback
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.outbox.operations import enqueue_call

_PURPOSE = {CallbackKind.CONFIRM: "callback", CallbackKind.PROGRESS: "progress"}


def place_call(session: Session, row: CallbackRow, around: Circumstances, now: datetime) -> None:
    """Put one call in the outbox, shared by the resident's other cases that may be asked now."""
    rows = [row, *_sharing(session, row, around, now)]
    attempts = [_open_attempt(session, each, around, now) for each in rows]
    numbers = [shown_number(session.get_one(CaseRow, each.case_id).number) for each in rows]
    call = enqueue_call(
        session,
        community_id=row.community_id,
        to=row.phone or "",
        purpose=_PURPOSE[CallbackKind(row.kind)],
        about=" ".join(numbers),
        detail={
            "callback_ids": [each.id for each in rows],
            "attempt_ids": [attempt.id for attempt in attempts],
        },
        key=f"callback:{attempts[0].id}",
        now=now,
        case_id=row.case_id,
    )
    for attempt, each in zip(attempts, rows, strict=True):
        attempt.outbox_id = call.id
        want_callback(session, each, now=now)  # a clip with a name may have expired since
    session.flush()


def _open_attempt(
    session: Session, row: CallbackRow, around: Circumstances, now: datetime
) -> CallbackAttemptRow:
    row.attempts += 1
    row.phone = around.phone
    row.state = CallbackState.RINGING
    row.next_at = now + OUTCOME_LOST_AFTER
    attempt = CallbackAttemptRow(
        callback_id=row.id, number=row.attempts, channel="call", at=now, outcome=""
    )
    session.add(attempt)
    session.flush()  # the outbox row names the attempt
    return attempt


def _sharing(
    session: Session, row: CallbackRow, around: Circumstances, now: datetime
) -> Sequence[CallbackRow]:
    """Find what else the same resident may be asked (or told) in this call."""
    others = session.scalars(
        select(CallbackRow)
        .join(CaseRow, CaseRow.id == CallbackRow.case_id)
        .where(
            CallbackRow.community_id == row.community_id,
            CallbackRow.kind == row.kind,
            CallbackRow.state == CallbackState.PLANNED,
            CallbackRow.id != row.id,
            CaseRow.resident_id.is_not_distinct_from(around.case.resident_id),
        )
        .order_by(CallbackRow.id)
        .with_for_update(skip_locked=True, of=CallbackRow)
    ).all()
    return [other for other in others if _may_share(session, other, around.phone, now)]


def _may_share(session: Session, other: CallbackRow, phone: str | None, now: datetime) -> bool:
    around = circumstances_of_callback(session, other)
    if around.phone != phone:
        return False
    if other.kind == CallbackKind.PROGRESS:
        return other.next_at is not None and other.next_at <= now
    done_at = around.case.done_at
    made = [around.try_at(attempt.at) for attempt in calls_made(session, other)]
    return (
        done_at is not None
        and done_at + FIRST_CALL_AFTER <= now
        and len(made) < MOST_CALLS
        and may_call(made, around.try_at(now))
    )
