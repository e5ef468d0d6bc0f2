"""Starting what is due: a call, the one text after three calls, or a person's task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import Circumstances, circumstances_of_callback
from core.callbacks.handing import ask_to_tell_result, hand_to_person
from core.callbacks.placing import place_call
from core.callbacks.plans import calls_made, next_confirming_at
from core.callbacks.rules import (
    MOST_CALLS,
    PHONE_BUSY_FOR,
    CallbackKind,
    CallbackState,
    Outcome,
    PersonReason,
    next_call,
)
from core.callbacks.tables import CallbackRow
from core.callbacks.texting import ask_by_text, wait_for_text
from core.callbacks.trying import look_at_lost_call
from core.cases.progress import has_real_progress
from core.residents.queries import line_of

_STARTED = (CallbackState.PLANNED, CallbackState.TEXTED, CallbackState.RINGING)


def starts_due(now: datetime) -> Select[int]:
    """Find whether a callback is to be started."""
    return select(CallbackRow.id).where(*_is_startable(now))


def start_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Start what is due; returns how many callbacks were touched."""
    due_ids = [row.id for row in _due(session, now, limit)]
    for callback_id in due_ids:
        row = session.get_one(CallbackRow, callback_id)
        if _is_due(row, now):  # one that shared an earlier one's call is ringing already
            _start(session, row, now)
    return len(due_ids)


def _due(session: Session, now: datetime, limit: int) -> Sequence[CallbackRow]:
    return session.scalars(
        select(CallbackRow)
        .where(*_is_startable(now))
        .order_by(CallbackRow.next_at, CallbackRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _is_startable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    unreached = and_(CallbackRow.state != CallbackState.RINGING, CallbackRow.person_at <= now)
    return CallbackRow.state.in_(_STARTED), or_(CallbackRow.next_at <= now, unreached)


def _is_due(row: CallbackRow, now: datetime) -> bool:
    if row.state not in _STARTED:
        return False
    by_time = row.next_at is not None and row.next_at <= now
    return by_time or (row.state != CallbackState.RINGING and _is_unreached(row, now))


def _is_unreached(row: CallbackRow, now: datetime) -> bool:
    return row.person_at is not None and row.person_at <= now


def _start(session: Session, row: CallbackRow, now: datetime) -> None:
    around = circumstances_of_callback(session, row)
    if row.state == CallbackState.RINGING:
        look_at_lost_call(session, row, around, now)
        return
    if _is_unreached(row, now):
        if row.kind == CallbackKind.PROGRESS:
            hand_to_person(session, row, around, reason=PersonReason.UNREACHED, now=now)
            return
        ask_to_tell_result(session, row, around, now=now)
    if row.next_at is None or row.next_at > now:
        return
    if row.state == CallbackState.TEXTED:
        wait_for_text(session, row, around, now)
    else:
        _start_planned(session, row, around, now)


def _start_planned(
    session: Session, row: CallbackRow, around: Circumstances, now: datetime
) -> None:
    reason = _reason_for_person(session, around)
    if reason is not None:
        hand_to_person(session, row, around, reason=reason, now=now)
    elif row.kind == CallbackKind.CONFIRM and _calls_are_used_up(session, row, around):
        ask_by_text(session, row, around, now)
    elif row.kind == CallbackKind.PROGRESS and _would_apologise_again(session, row, around):
        row.next_at = row.person_at
    else:
        _ring_or_wait(session, row, around, now)
    session.flush()


def _ring_or_wait(session: Session, row: CallbackRow, around: Circumstances, now: datetime) -> None:
    row.phone = around.phone
    at = _earliest(session, row, around, now)
    if at > now:
        row.next_at = _not_after_noon(row, at)
    elif _rings_already(session, row):
        row.next_at = now + PHONE_BUSY_FOR
    else:
        place_call(session, row, around, now)


def _earliest(session: Session, row: CallbackRow, around: Circumstances, now: datetime) -> datetime:
    """Return when it may be rung: the scheduler may have slept through the planned window."""
    made = [around.try_at(attempt.at) for attempt in calls_made(session, row)]
    if row.kind == CallbackKind.CONFIRM and made:
        following = next_call(made, around.candidates(now))
        return following.at if following else around.calling_time(now)
    return around.calling_time(now)


def _not_after_noon(row: CallbackRow, at: datetime) -> datetime:
    """Bring a progress call forward to the instant at which a person takes over."""
    if row.kind == CallbackKind.PROGRESS and row.person_at is not None:
        return min(at, row.person_at)
    return at


def _reason_for_person(session: Session, around: Circumstances) -> PersonReason | None:
    if around.phone is None:
        return PersonReason.NO_PHONE
    line = line_of(session, around.community.id, around.phone)
    if line is not None and line.wrong_number_at is not None:
        return PersonReason.WRONG_NUMBER
    if line is not None and line.opted_out_at is not None:
        return PersonReason.OPTED_OUT
    return None


def _calls_are_used_up(session: Session, row: CallbackRow, around: Circumstances) -> bool:
    made = calls_made(session, row)
    return len(made) >= MOST_CALLS or (
        bool(made) and next_confirming_at(session, row, around) is None
    )


def _would_apologise_again(session: Session, row: CallbackRow, around: Circumstances) -> bool:
    """One apology is enough: without something real to say the next voice is a person's."""
    apologised = any(made.outcome == Outcome.ANSWERED for made in calls_made(session, row))
    return apologised and not has_real_progress(around.case)


def _rings_already(session: Session, row: CallbackRow) -> bool:
    """Tell whether another call of ours runs to this phone: it would only find it busy."""
    return (
        session.scalars(
            select(CallbackRow.id).where(
                CallbackRow.community_id == row.community_id,
                CallbackRow.phone == row.phone,
                CallbackRow.state == CallbackState.RINGING,
                CallbackRow.id != row.id,
            )
        ).first()
        is not None
    )
