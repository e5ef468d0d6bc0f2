"""What callers said after the tone: kept once, whatever order the reports come in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calls.rules import recording_follows
from core.calls.tables import CallRow, RecordingRow
from core.outbox.operations import enqueue_fetch

_NO_SOUND = frozenset({"absent", "failed"})


def keep_recording(
    session: Session,
    *,
    call: CallRow,
    provider_id: str,
    url: str,
    seconds: int,
    status: str,
    now: datetime,
    typed_words: str = "",
) -> RecordingRow:
    """Keep one recording and ask for its sound; the same one again only adds what was missing."""
    row = session.scalar(
        select(RecordingRow).where(RecordingRow.provider_id == provider_id).with_for_update()
    )
    if row is None:
        row = RecordingRow(
            community_id=call.community_id,
            call_id=call.id,
            provider_id=provider_id,
            url=url,
            seconds=0,
            status="",
            typed_words="",
            created_at=now,
        )
        session.add(row)
    if recording_follows(row.status, status):
        row.status = status
    row.url = row.url or url
    row.seconds = max(row.seconds, seconds)
    row.typed_words = row.typed_words or typed_words.replace("\x00", "").strip()
    session.flush()
    if row.url and has_sound(row):
        _fetch(session, row, now)
    return row


def has_sound(row: RecordingRow) -> bool:
    """Tell whether somebody may be heard on it; what is not known yet counts as sound."""
    if row.status in _NO_SOUND:
        return False
    return row.seconds > 0 or row.status != "completed"


def record_fetched(
    session: Session, *, recording_id: int, sound_hash: str | None, reason: str = ""
) -> None:
    """Note where the sound is now, or why it could not be fetched."""
    row = session.get_one(RecordingRow, recording_id)
    row.sound_hash = sound_hash or row.sound_hash
    row.fetch_reason = reason
    session.flush()


def _fetch(session: Session, row: RecordingRow, now: datetime) -> None:
    enqueue_fetch(
        session,
        community_id=row.community_id,
        url=row.url,
        key=f"recording:{row.provider_id}",
        now=now,
        detail={"recording_id": row.id},
    )
