"""Recordings that a machine is to hear: claimed with a lease, settled with words or a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.calls.rules import Hearing, Unheard
from core.calls.tables import CallRow, RecordingRow, TranscriptRow
from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say

MOST_ATTEMPTS = 3  # a recording that ends the process each time is a person's
_STAFF_LANGUAGE = "zh_CN"
# Nothing can be heard there at all, so that listening would not help.
_TO_RING = frozenset({Unheard.EMPTY, Unheard.BROKEN})


@dataclass(frozen=True)
class Waiting:
    """A recording that was claimed: its sound by hash, and how often it was tried before."""

    recording_id: int
    sound_hash: str
    language: str
    typed_words: str
    attempts: int


def claim_unheard(session: Session, *, real_now: datetime, lease_seconds: float) -> Waiting | None:
    """Claim the newest recording that nobody has heard by machine; None if there is none.

    The newest first: what was said a minute ago may be an emergency, a backlog is not.
    """
    row = session.execute(
        select(RecordingRow, CallRow.language, TranscriptRow.attempts)
        .join(CallRow, CallRow.id == RecordingRow.call_id)
        .outerjoin(TranscriptRow, TranscriptRow.recording_id == RecordingRow.id)
        .where(*_unheard(real_now))
        .order_by(RecordingRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    recording, language, attempts = row
    if not _lease(session, recording.id, real_now, timedelta(seconds=lease_seconds)):
        return None  # somebody else was quicker
    return Waiting(
        recording_id=recording.id,
        sound_hash=recording.sound_hash or "",
        language=language,
        typed_words=recording.typed_words,
        attempts=(attempts or 0) + 1,
    )


def count_unheard(session: Session, *, real_now: datetime) -> int:
    """Count the recordings that wait to be heard by machine."""
    return (
        session.scalar(
            select(func.count())
            .select_from(RecordingRow)
            .outerjoin(TranscriptRow, TranscriptRow.recording_id == RecordingRow.id)
            .where(*_unheard(real_now))
        )
        or 0
    )


def settle_heard(
    session: Session,
    recording_id: int,
    *,
    words: str,
    confidence: float,
    model: str,
    now: datetime,
) -> None:
    """Keep what was heard."""
    row = _transcript(session, recording_id)
    row.state, row.lease_until, row.settled_at = Hearing.HEARD, None, now
    row.words, row.confidence, row.model = words, confidence, model
    session.flush()


def settle_unheard(session: Session, recording_id: int, *, reason: Unheard, now: datetime) -> None:
    """Flag a recording that the machine could not hear, and hand it to a person."""
    row = _transcript(session, recording_id)
    row.state, row.lease_until, row.settled_at = Hearing.UNHEARD, None, now
    row.reason = reason
    recording = session.get_one(RecordingRow, recording_id)
    call = session.get(CallRow, recording.call_id) if recording.call_id else None
    case = session.get(CaseRow, recording.case_id) if recording.case_id else None
    open_task(
        session,
        community=community_by_id(session, recording.community_id),
        kind=TaskKind.CALL_BACK if reason in _TO_RING else TaskKind.LISTEN,
        words=say(
            f"sms.call.unheard_{reason}",
            _STAFF_LANGUAGE,
            number=shown_number(case.number) if case else "?",
        ),
        now=now,
        key=f"unheard:{recording.id}",
        case_id=recording.case_id,
        call_id=recording.call_id,
        phone=call.phone if call else None,
        urgency="P1",
    )


def _unheard(real_now: datetime) -> tuple[ColumnElement[bool], ...]:
    untouched = TranscriptRow.id.is_(None)
    dropped = and_(TranscriptRow.state == Hearing.HEARING, TranscriptRow.lease_until < real_now)
    return (
        RecordingRow.sound_hash.is_not(None),
        RecordingRow.case_id.is_not(None),  # what was said belongs to something
        or_(untouched, dropped),
    )


def _lease(session: Session, recording_id: int, real_now: datetime, lease: timedelta) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    until = real_now + lease
    statement = insert(TranscriptRow).values(
        recording_id=recording_id,
        state=Hearing.HEARING,
        attempts=1,
        lease_until=until,
        words="",
        confidence=0.0,
        model="",
        reason="",
    )
    taken = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["recording_id"],
            set_={"lease_until": until, "attempts": TranscriptRow.attempts + 1},
            where=and_(
                TranscriptRow.state == Hearing.HEARING, TranscriptRow.lease_until < real_now
            ),
        ).returning(TranscriptRow.id)
    )
    return taken is not None


def _transcript(session: Session, recording_id: int) -> TranscriptRow:
    return session.scalars(
        select(TranscriptRow)
        .where(TranscriptRow.recording_id == recording_id)
        .execution_options(populate_existing=True)
        .with_for_update()
    ).one()
