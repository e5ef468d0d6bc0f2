"""When the next call of a callback is made; every answer is an instant, nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import Circumstances
from core.callbacks.rules import FIRST_CALL_AFTER, MOST_CALLS, Outcome, next_call
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.sla import hours


def calls_made(session: Session, row: CallbackRow) -> Sequence[CallbackAttemptRow]:
    """Return the calls of a callback that were made, oldest first."""
    return session.scalars(
        select(CallbackAttemptRow)
        .where(
            CallbackAttemptRow.callback_id == row.id,
            CallbackAttemptRow.channel == "call",
            CallbackAttemptRow.outcome != Outcome.NOT_MADE,
        )
        .order_by(CallbackAttemptRow.id)
    ).all()


def first_confirming_at(around: Circumstances, now: datetime) -> datetime:
    """Return when we first ask whether it is solved: two hours after "done", in a window."""
    done_at = around.case.done_at or now
    return around.calling_time(max(done_at + FIRST_CALL_AFTER, now))


def next_confirming_at(
    session: Session, row: CallbackRow, around: Circumstances
) -> datetime | None:
    """Return when the next confirming call is made, or None once the calls are used up."""
    made = [around.try_at(attempt.at) for attempt in calls_made(session, row)]
    if len(made) >= MOST_CALLS:
        return None
    if not made:
        return first_confirming_at(around, row.created_at)
    following = next_call(made, around.candidates(made[-1].at))
    return following.at if following else None


def next_progress_at(around: Circumstances, now: datetime, *, made: int) -> datetime:
    """Return when a progress call is made: day two's last window, then day three's first.

    Once both have passed it is noon of day three, when a person takes over.
    """
    noon = around.noon_of_last_day()
    days = (
        hours.last_calling_window_of(
            around.office, around.calendar, around.day_before_last(), around.own_window
        ),
        hours.first_calling_window_of(
            around.office, around.calendar, around.last_day(), around.own_window
        ),
    )
    for window in days[made:]:
        if window is not None and now < window[1]:
            return min(max(window[0], now), noon)
    return noon
