"""When something will be due next, on the community's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.alarms.tables import AlarmRow
from core.callbacks.tables import CallbackRow
from core.calls.rules import ENDED_STATES, GO_ON_WITHIN, QUIET_CALL, SWEEP_AFTER
from core.calls.tables import CallRow
from core.cases.rules import CaseStatus
from core.cases.tables import CaseRow
from core.consultations.tables import ConsultationRow
from core.notices.tables import NoticeStageRow
from core.outbox.tables import OutboxRow
from core.points.rules import RedemptionState
from core.points.tables import RedemptionRow
from core.points.waiting import due_instants
from core.questions.tables import QuestionRow
from core.reaching.tables import ReachRow
from core.standing.tables import StandingOrderRow, StandingRunRow, WelfareRow
from core.tasks.tables import TaskRow
from core.volunteers.tables import VolunteerCallRow

_STARTED = ("planned", "texted", "ringing")
_AT_ONCE = timedelta()

# A column, what must hold for it to matter, and how long after it the thing is due.
_Due = tuple[InstrumentedAttribute[Any], tuple[ColumnElement[bool], ...], timedelta]
_UNSWEPT = (
    CallRow.swept_at.is_(None),
    CallRow.direction == "inbound",
    CallRow.state.not_in(ENDED_STATES),
)
DUE: tuple[_Due, ...] = (
    (OutboxRow.not_before, (OutboxRow.state == "queued",), _AT_ONCE),
    (AlarmRow.next_at, (AlarmRow.state != "ended",), _AT_ONCE),
    (CallbackRow.next_at, (CallbackRow.state.in_(_STARTED),), _AT_ONCE),
    (CallbackRow.person_at, (CallbackRow.state.in_(_STARTED),), _AT_ONCE),
    (
        CaseRow.climb_at,
        (CaseRow.status.not_in((CaseStatus.CLOSED, CaseStatus.WITHDRAWN)),),
        _AT_ONCE,
    ),
    (TaskRow.climb_at, (TaskRow.state == "open",), _AT_ONCE),
    (QuestionRow.lapses_at, (QuestionRow.state == "open",), _AT_ONCE),
    (RedemptionRow.expires_at, (RedemptionRow.state == RedemptionState.RESERVED,), _AT_ONCE),
    (ReachRow.next_at, (ReachRow.state.in_(("planned", "ringing")),), _AT_ONCE),
    (StandingOrderRow.opens_at, (StandingOrderRow.left_at.is_(None),), _AT_ONCE),
    (StandingRunRow.answer_by, (StandingRunRow.state == "asked",), _AT_ONCE),
    (WelfareRow.next_at, (WelfareRow.left_at.is_(None),), _AT_ONCE),
    (NoticeStageRow.next_at, (NoticeStageRow.state == "running",), _AT_ONCE),
    (VolunteerCallRow.next_at, (VolunteerCallRow.state == "open",), _AT_ONCE),
    (ConsultationRow.next_at, (ConsultationRow.state == "open",), _AT_ONCE),
    (CallRow.touched_at, _UNSWEPT, SWEEP_AFTER),
    (CallRow.touched_at, _UNSWEPT, QUIET_CALL),
    (CaseRow.opened_at, (CaseRow.status == CaseStatus.DRAFT,), GO_ON_WITHIN),
)


def next_due(session: Session, *, after: datetime) -> datetime | None:
    """Return the earliest due instant later than ``after``, None if nothing waits."""
    found = [_earliest(session, due, after) for due in DUE]
    found += [instant for instant in due_instants(session) if instant > after]
    return min((instant for instant in found if instant is not None), default=None)


def _earliest(session: Session, due: _Due, after: datetime) -> datetime | None:
    column, conditions, delay = due
    instant = session.scalar(select(func.min(column)).where(*conditions, column > after - delay))
    return None if instant is None else instant + delay
