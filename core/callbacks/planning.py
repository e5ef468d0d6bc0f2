"""Planning: which calls we owe, and which are overtaken because the case went on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.callbacks.circumstances import circumstances_of
from core.callbacks.handing import drop_question, finish_tasks
from core.callbacks.plans import first_confirming_at, next_progress_at
from core.callbacks.rules import LIVE, CallbackKind, CallbackState
from core.callbacks.spoken import want_callback
from core.callbacks.tables import CallbackRow
from core.cases.rules import CaseStatus
from core.cases.tables import CaseRow

# A draft has not been dispatched yet: the sweeper completes it within a minute.
_UNDER_WAY = (CaseStatus.RECEIVED, CaseStatus.DISPATCHED, CaseStatus.ACCEPTED)


def plans_due() -> tuple[Select[int], ...]:
    """Find whether a call is owed that nobody planned, or planned and overtaken."""
    overtaken = select(CallbackRow.id).join(CaseRow, CaseRow.id == CallbackRow.case_id)
    return (
        overtaken.where(*_is_overtaken()),
        select(CaseRow.id).where(_unasked()),
        select(CaseRow.id).where(_untold()),
    )


def plan_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Plan the calls owed, and drop those whose case went on; returns how many were touched."""
    overtaken = _overtaken(session, limit)
    for row, case in overtaken:
        _settle_overtaken(session, row, case, now)
    planned = _plan(session, CallbackKind.CONFIRM, _unasked(), now, limit)
    planned += _plan(session, CallbackKind.PROGRESS, _untold(), now, limit)
    return len(overtaken) + planned


def _unasked() -> ColumnElement[bool]:
    """Match done cases that nobody plans to ask about."""
    return and_(
        CaseRow.status == CaseStatus.AWAITING_CONFIRMATION,
        ~exists().where(
            CallbackRow.case_id == CaseRow.id,
            CallbackRow.kind == CallbackKind.CONFIRM,
            CallbackRow.round == CaseRow.reopened,
            CallbackRow.state != CallbackState.DROPPED,
        ),
    )


def _untold() -> ColumnElement[bool]:
    """Match open cases whose present promise has no progress call yet."""
    return and_(
        CaseRow.status.in_(_UNDER_WAY),
        ~exists().where(
            CallbackRow.case_id == CaseRow.id,
            CallbackRow.kind == CallbackKind.PROGRESS,
            CallbackRow.due_at == CaseRow.due_at,
            CallbackRow.state != CallbackState.DROPPED,
        ),
    )


def _plan(
    session: Session, kind: CallbackKind, owed: ColumnElement[bool], now: datetime, limit: int
) -> int:
    cases = session.scalars(
        select(CaseRow)
        .where(owed)
        .order_by(CaseRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    return sum(_plan_one(session, case, kind, now) for case in cases)


def _plan_one(session: Session, case: CaseRow, kind: CallbackKind, now: datetime) -> int:
    around = circumstances_of(session, case)
    if kind is CallbackKind.CONFIRM:
        next_at = first_confirming_at(around, now)
    else:
        next_at = next_progress_at(around, now, made=0)
    person_at = around.noon_of_last_day()
    told_late = kind is CallbackKind.CONFIRM and now >= case.due_at  # overdue: the ladder runs
    insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
    inserted = session.execute(
        insert(CallbackRow)
        .values(
            community_id=case.community_id,
            case_id=case.id,
            kind=kind,
            state=CallbackState.PLANNED,
            round=case.reopened,
            phone=around.phone,
            attempts=0,
            next_at=next_at,
            due_at=case.due_at,
            person_at=None if told_late else person_at,
            created_at=now,
            satisfied="",
        )
        .on_conflict_do_nothing()
        .returning(CallbackRow.id)
    )
    planned = inserted.all()
    for (callback_id,) in planned:
        want_callback(session, session.get_one(CallbackRow, callback_id), now=now)
    return len(planned)


def _is_overtaken() -> tuple[ColumnElement[bool], ...]:
    gone_on = or_(
        and_(
            CallbackRow.kind == CallbackKind.CONFIRM,
            or_(
                CaseRow.status != CaseStatus.AWAITING_CONFIRMATION,
                CaseRow.reopened != CallbackRow.round,
            ),
        ),
        and_(
            CallbackRow.kind == CallbackKind.PROGRESS,
            or_(CaseRow.status.not_in(_UNDER_WAY), CaseRow.due_at != CallbackRow.due_at),
        ),
    )
    # the call of one that rings is still running
    return CallbackRow.state.in_(LIVE - {CallbackState.RINGING}), gone_on


def _overtaken(session: Session, limit: int) -> Sequence[tuple[CallbackRow, CaseRow]]:
    found = session.execute(
        select(CallbackRow, CaseRow)
        .join(CaseRow, CaseRow.id == CallbackRow.case_id)
        .where(*_is_overtaken())
        .order_by(CallbackRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=CallbackRow)
    )
    return [(row, case) for row, case in found]


def _settle_overtaken(session: Session, row: CallbackRow, case: CaseRow, now: datetime) -> None:
    """Count it as answered if a person told the resident meanwhile, else drop it."""
    told = (
        row.kind == CallbackKind.PROGRESS
        and case.feedback_at is not None
        and case.feedback_at >= row.created_at
    )
    drop_question(session, row, now)
    finish_tasks(session, row, now)
    row.state = CallbackState.ANSWERED if told else CallbackState.DROPPED
    row.next_at, row.person_at, row.settled_at = None, None, now
    session.flush()


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
