"""How a try ended, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import Circumstances, circumstances_of_callback
from core.callbacks.handing import hand_to_person, report_wrong_number
from core.callbacks.plans import calls_made, next_confirming_at, next_progress_at
from core.callbacks.rules import (
    LIVE,
    OUTCOME_LOST_AFTER,
    CallbackKind,
    CallbackState,
    Outcome,
    PersonReason,
    overrides,
)
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.calls.tables import CallRow
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxRow
from core.residents.operations import mark_wrong_number

# What a call's own row says, where its status event told us nothing.
_OUTCOME_OF_CALL = {
    "busy": Outcome.BUSY,
    "failed": Outcome.FAILED,
    "canceled": Outcome.NO_ANSWER,
    "no_answer": Outcome.NO_ANSWER,
    "completed": Outcome.HANG_UP,
}
_NOT_SENT_YET = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)


def record_outcome(session: Session, *, outbox_id: int, outcome: Outcome, now: datetime) -> None:
    """Settle every try of one call that has no answer yet; a key wins over any label."""
    attempts = session.scalars(
        select(CallbackAttemptRow)
        .where(CallbackAttemptRow.outbox_id == outbox_id)
        .order_by(CallbackAttemptRow.id)
        .with_for_update()
    ).all()
    for attempt in attempts:
        if overrides(attempt.outcome, outcome):
            _settle_try(session, attempt, outcome, now)


def look_at_lost_call(
    session: Session, row: CallbackRow, around: Circumstances, now: datetime
) -> None:
    """Settle a call whose status event never came, by what is known of it."""
    attempt = calls_made(session, row)[-1]
    sent = session.get(OutboxRow, attempt.outbox_id) if attempt.outbox_id else None
    if sent is not None and sent.state in _NOT_SENT_YET:
        row.next_at = now + OUTCOME_LOST_AFTER
        session.flush()
        return
    call = session.scalars(
        select(CallRow).where(CallRow.outbox_id == attempt.outbox_id).order_by(CallRow.id.desc())
    ).first()
    outcome = _OUTCOME_OF_CALL.get(call.state if call else "", Outcome.NO_ANSWER)
    if sent is not None and sent.state == OutboxState.FAILED:
        outcome = Outcome.FAILED
    if attempt.outcome:
        follow_up(session, row, around, Outcome(attempt.outcome), now)
    else:
        record_outcome(session, outbox_id=attempt.outbox_id or 0, outcome=outcome, now=now)


def follow_up(
    session: Session, row: CallbackRow, around: Circumstances, outcome: Outcome, now: datetime
) -> None:
    """Plan what follows a try that brought no answer."""
    if outcome is Outcome.WRONG_NUMBER:
        report_wrong_number(session, row, around, now=now)
    elif outcome is Outcome.PERSON:
        hand_to_person(session, row, around, reason=PersonReason.ASKED, now=now)
    else:
        _plan_again(session, row, around, outcome, now)
    session.flush()


def _settle_try(
    session: Session, attempt: CallbackAttemptRow, outcome: Outcome, now: datetime
) -> None:
    attempt.outcome, attempt.settled_at = outcome, now
    session.flush()
    row = session.scalars(
        select(CallbackRow).where(CallbackRow.id == attempt.callback_id).with_for_update()
    ).one()
    if row.state not in LIVE or outcome is Outcome.ANSWERED:
        return  # an answer is taken where it is given, case by case
    if outcome is Outcome.WRONG_NUMBER and row.phone:
        mark_wrong_number(session, row.community_id, row.phone, now)
    follow_up(session, row, circumstances_of_callback(session, row), outcome, now)


def _plan_again(
    session: Session, row: CallbackRow, around: Circumstances, outcome: Outcome, now: datetime
) -> None:
    if row.state == CallbackState.PERSON:
        return
    row.state = CallbackState.PLANNED
    if outcome is Outcome.NOT_MADE:
        row.attempts -= 1
    if row.kind == CallbackKind.PROGRESS:
        row.next_at = next_progress_at(around, now, made=windows_used(session, row, around))
    elif outcome is Outcome.NOT_MADE:
        row.next_at = around.calling_time(now)
    else:
        # once the calls are used up, the text follows; its hours are kept where it is sent
        row.next_at = next_confirming_at(session, row, around) or now


def windows_used(session: Session, row: CallbackRow, around: Circumstances) -> int:
    """Count the windows of a progress call that are spent: day three's ends them both."""
    days = {around.try_at(made.at).day for made in calls_made(session, row)}
    if around.last_day() in days:
        return 2
    return 1 if days else 0
