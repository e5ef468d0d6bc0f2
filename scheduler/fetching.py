"""Recordings that were fetched from the provider, and those that could not be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.operations import record_fetched
from core.calls.tables import CallRow, RecordingRow
from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.outbox.tables import OutboxRow
from core.phones import shown
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say
from scheduler.errands import Errand
from scheduler.services import SoundKeeper
from telephony.ports import Media

_STAFF_LANGUAGE = "zh_CN"


def keep_fetched(
    session: Session, speaker: SoundKeeper, errand: Errand, media: Media, now: datetime
) -> None:
    """Keep a caller's recording where 听 and the console find it."""
    recording = _recording(session, errand.detail.get("recording_id"))
    if recording is None:
        return
    sound_hash = speaker.keep_recording(
        session,
        provider_id=recording.provider_id,
        media=media,
        seconds=recording.seconds,
        now=now,
    )
    record_fetched(session, recording_id=recording.id, sound_hash=sound_hash)


def give_up_fetch(session: Session, row: OutboxRow, *, reason: str, now: datetime) -> None:
    """A recording that cannot be had: its reason is kept, and a person rings the caller."""
    recording = _recording(session, row.detail.get("recording_id"))
    if recording is None:
        return
    record_fetched(session, recording_id=recording.id, sound_hash=None, reason=reason)
    call = session.get(CallRow, recording.call_id) if recording.call_id else None
    case_id = recording.case_id or (call.case_id if call else None)
    case = session.get(CaseRow, case_id) if case_id else None
    community = community_by_id(session, row.community_id)
    phone = call.phone if call else None
    no_number = say("sms.callback.no_number", _STAFF_LANGUAGE)
    open_task(
        session,
        community=community,
        kind=TaskKind.CALL_BACK,
        words=say(
            "sms.callback.task_fetch",
            _STAFF_LANGUAGE,
            number=shown_number(case.number) if case else "?",
            phone=shown(phone, office_of(community).area_code) or no_number,
            reason=reason,
        ),
        now=now,
        key=f"fetch:{row.id}",
        case_id=case_id,
        call_id=call.id if call else None,
        phone=phone,
        urgency="P1",
    )


def _recording(session: Session, recording_id: int | None) -> RecordingRow | None:
    return session.get(RecordingRow, recording_id) if recording_id is not None else None
