"""Machine-readable looks: what ``linli … list --json`` prints and how outsiders check us.

Instants are ISO 8601 with the offset of the community's zone; people of the staff are named by
the keys of the community file. Every look is newest last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.alarms.queries import alarm_of_case
from core.calls.tables import CallRow, RecordingRow, TranscriptRow
from core.cases.queries import events_of
from core.cases.tables import CaseEventRow, CaseRow
from core.communities.queries import communities, community_by_id, numbers_of, office_of
from core.outbox.rules import OutboxKind
from core.outbox.tables import OutboxRow
from core.residents.queries import resident_by_id
from core.staff.queries import staff_by_id
from core.tasks.tables import TaskRow

Look = dict[str, Any]


def communities_look(session: Session, community_id: int | None = None) -> list[Look]:
    """Return every community: key, names, inbound numbers."""
    return [
        {
            "key": row.key,
            "name": row.name,
            "english_name": row.english_name,
            "numbers": list(numbers_of(session, row.id)),
            "demo": row.demo,
        }
        for row in communities(session)
        if community_id in (None, row.id)
    ]


def cases_look(session: Session, community_id: int | None = None) -> list[Look]:
    """Return every case with its events, of one community or of all."""
    query = select(CaseRow).where(*_of(CaseRow.community_id == community_id, community_id))
    return [case_look(session, row) for row in session.scalars(query.order_by(CaseRow.id))]


def case_look(session: Session, case: CaseRow) -> Look:
    """Return one case with everything that happened to it."""
    shown = _Zone(session, case.community_id)
    return {
        "community": shown.community,
        "number": case.number,
        "status": case.status,
        "category": case.category,
        "urgency": case.urgency,
        "danger": case.danger,
        "channel": case.channel,
        "resident": _resident(session, case),
        "text": case.words,
        "place": case.place,
        **_clocks(case, shown),
        "closed_by": case.closed_by or None,
        "satisfied": case.satisfied or None,
        "reopened": case.reopened,
        "assignee": _staff_key(session, case.assignee_id),
        "visit": case.visit,
        "escalation_level": case.escalation_level,
        "alarm": _alarm(session, case, shown),
        "events": [_event(row, shown) for row in events_of(session, case.id)],
    }


def messages_look(session: Session, community_id: int | None = None) -> list[Look]:
    """Return every text that we started and where it stands 短信状态."""
    query = (
        select(OutboxRow)
        .where(
            OutboxRow.kind == OutboxKind.TEXT,
            *_of(OutboxRow.community_id == community_id, community_id),
        )
        .order_by(OutboxRow.id)
    )
    return [_message(session, row) for row in session.scalars(query)]


def calls_look(session: Session, community_id: int | None = None) -> list[Look]:
    """Return every call in both directions, with its recording if there is one."""
    query = select(CallRow).where(*_of(CallRow.community_id == community_id, community_id))
    return [_call(session, row) for row in session.scalars(query.order_by(CallRow.id))]


def tasks_look(session: Session, community_id: int | None = None) -> list[Look]:
    """Return every task 待办, done or not."""
    query = select(TaskRow).where(*_of(TaskRow.community_id == community_id, community_id))
    return [_task(session, row) for row in session.scalars(query.order_by(TaskRow.id))]


class _Zone:
    """The community's name and its local time."""

    def __init__(self, session: Session, community_id: int) -> None:
        row = community_by_id(session, community_id)
        self.community = row.key
        self._zone = ZoneInfo(office_of(row).zone)

    def at(self, instant: datetime | None) -> str | None:
        """Write an instant with its offset."""
        return None if instant is None else instant.astimezone(self._zone).isoformat()


def _clocks(case: CaseRow, shown: _Zone) -> Look:
    return {
        "opened_at": shown.at(case.opened_at),
        "received_on": case.received_on.isoformat(),
        "due_at": shown.at(case.due_at),
        "first_due_at": shown.at(case.first_due_at),
        "provisional": case.provisional,
        "accepted_at": shown.at(case.accepted_at),
        "feedback_at": shown.at(case.feedback_at),
        "done_at": shown.at(case.done_at),
        "closed_at": shown.at(case.closed_at),
    }


def _of(condition: ColumnElement[bool], community_id: int | None) -> Sequence[ColumnElement[bool]]:
    return () if community_id is None else (condition,)


def _resident(session: Session, case: CaseRow) -> Look:
    row = resident_by_id(session, case.resident_id)
    return {"name": row.name if row else None, "phone": case.phone}


def _staff_key(session: Session, staff_id: int | None) -> str | None:
    row = staff_by_id(session, staff_id)
    return row.key if row else None


def _case_number(session: Session, case_id: int | None) -> int | None:
    row = session.get(CaseRow, case_id) if case_id is not None else None
    return row.number if row else None


def _event(row: CaseEventRow, shown: _Zone) -> Look:
    return {
        "at": shown.at(row.at),
        "actor": row.actor,
        "channel": row.channel,
        "what": row.what,
        "words": row.words,
    }


def _alarm(session: Session, case: CaseRow, shown: _Zone) -> Look | None:
    alarm = alarm_of_case(session, case.id)
    if alarm is None:
        return None
    return {
        "kind": alarm.kind,
        "state": alarm.state,
        "repeats": alarm.repeats,
        "people_rung": alarm.round,
        "started_at": shown.at(alarm.started_at),
        "acknowledged_by": _staff_key(session, alarm.acknowledged_by),
        "acknowledged_at": shown.at(alarm.acknowledged_at),
        "reached": alarm.reached,
    }


def _message(session: Session, row: OutboxRow) -> Look:
    shown = _Zone(session, row.community_id)
    return {
        "community": shown.community,
        "id": row.id,
        "purpose": row.purpose,
        "to": row.to,
        "body": row.body,
        "case": _case_number(session, row.case_id),
        "state": row.state,
        "attempts": row.attempts,
        "provider_id": row.provider_id,
        "reason": row.reason or None,
        "created_at": shown.at(row.created_at),
        "not_before": shown.at(row.not_before),
        "sent_at": shown.at(row.sent_at),
    }


def _call(session: Session, row: CallRow) -> Look:
    shown = _Zone(session, row.community_id)
    recording = session.scalars(
        select(RecordingRow)
        .where(RecordingRow.call_id == row.id)
        .order_by(RecordingRow.id.desc())
        .limit(1)
    ).first()
    return {
        "community": shown.community,
        "id": row.id,
        "provider_id": row.provider_id,
        "phone": row.phone,
        "direction": row.direction,
        "purpose": row.purpose,
        "state": row.state,
        "machine": row.machine or None,
        "case": _case_number(session, row.case_id),
        "recording": recording.provider_id if recording else None,
        "transcript": _transcript(session, recording),
        "started_at": shown.at(row.started_at),
        "ended_at": shown.at(row.ended_at),
        "turns": row.turn,
    }


def _transcript(session: Session, recording: RecordingRow | None) -> Look | None:
    """Return what a machine heard, or why it did not; None: nobody has tried."""
    row = None
    if recording is not None:
        row = session.scalar(
            select(TranscriptRow).where(TranscriptRow.recording_id == recording.id)
        )
    if row is None:
        return None
    return {
        "state": row.state,
        "words": row.words or None,
        "confidence": row.confidence,
        "model": row.model or None,
        "reason": row.reason or None,
    }


def _task(session: Session, row: TaskRow) -> Look:
    shown = _Zone(session, row.community_id)
    return {
        "community": shown.community,
        "number": row.number,
        "kind": row.kind,
        "words": row.words,
        "owner": _staff_key(session, row.owner_staff_id),
        "case": _case_number(session, row.case_id),
        "phone": row.phone,
        "created_at": shown.at(row.created_at),
        "due_at": shown.at(row.due_at),
        "escalation_level": row.escalation_level,
        "state": row.state,
        "done_by": row.done_by or None,
        "done_words": row.done_words or None,
    }
