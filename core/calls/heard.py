"""What follows from words that a machine heard: they help, alarm, and never close anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.alarms.operations import stand_down
from core.alarms.queries import open_alarm_of_case
from core.alarms.rules import AlarmKind, AlarmState
from core.calls.queries import recordings_of_case
from core.calls.rules import TYPED, Hearing
from core.calls.tables import RecordingRow, TranscriptRow
from core.cases.alarming import become_emergency, doubt_emergency
from core.cases.alerts import alert_about
from core.cases.clocks import desk_of
from core.cases.events import note_event
from core.cases.queries import assignee_of, case_by_id
from core.cases.refining import refine_case
from core.cases.rules import (
    OPEN,
    SERVICE,
    CaseStatus,
    Category,
    Channel,
    Urgency,
    What,
)
from core.cases.tables import CaseEventRow, CaseRow
from core.understanding.categories import Suggestion
from core.understanding.emergency import find_emergency
from core.understanding.places import find_place
from core.wording.catalogue import say

_STAFF_LANGUAGE = "zh_CN"
# Below these a transcript may be nothing but noise: then the telephone rings all the same.
_CLEAR = 0.5
_SHORTEST_CLEAR = 6  # letters
_LETTER = re.compile(r"\w")


def act_on_words(
    session: Session,
    recording_id: int,
    *,
    suggest: Callable[[str], Suggestion],
    now: datetime,
) -> None:
    """Attach what was heard to its case, and look for danger, category, urgency and place in it."""
    recording = session.get_one(RecordingRow, recording_id)
    case = case_by_id(session, recording.case_id or 0)
    heard = _transcript_of(session, recording_id)
    if case is None or heard is None:
        return
    event = note_event(
        session,
        case,
        what=What.HEARD,
        actor=SERVICE,
        channel=Channel.CALL,
        now=now,
        words=heard.words,
    )
    if heard.model != TYPED:
        case.words += say("sms.call.heard", _STAFF_LANGUAGE, words=heard.words)
    if case.status in OPEN | {CaseStatus.DRAFT}:
        _act(session, case, heard, event, suggest, now)


def is_plainly_ordinary(words: str, confidence: float, suggestion: Suggestion) -> bool:
    """Tell whether a transcript leaves no doubt that it can wait for the morning.

    >>> lamp = Suggestion("facility", "P2", "灯", ("灯",), "lamp", 0.9)
    >>> is_plainly_ordinary("三号楼楼道灯坏了", 0.8, lamp)
    True
    >>> is_plainly_ordinary("三号楼楼道灯坏了", 0.3, lamp)
    False
    """
    return (
        confidence >= _CLEAR
        and len(_LETTER.findall(words)) >= _SHORTEST_CLEAR
        and bool(suggestion.words)
        and suggestion.category not in (Category.OTHER, Category.SAFETY)
        and suggestion.urgency == Urgency.NORMAL
        and find_emergency(words) is None
    )


def _act(
    session: Session,
    case: CaseRow,
    heard: TranscriptRow,
    event: CaseEventRow,
    suggest: Callable[[str], Suggestion],
    now: datetime,
) -> None:
    emergency = find_emergency(heard.words)
    if emergency is not None and emergency.certainty == "sure":
        become_emergency(
            session,
            case,
            danger=emergency.danger,
            words=heard.words,
            channel=Channel.CALL,
            now=now,
            actor=SERVICE,
        )
        return
    suggestion = suggest(heard.words)
    refine_case(
        session,
        case,
        category=suggestion.category,
        urgency=suggestion.urgency,
        summary=suggestion.summary,
        place=find_place(heard.words) or "",
        channel=Channel.CALL,
        now=now,
    )
    if heard.model != TYPED and case.urgency != Urgency.EMERGENCY:
        _tell_assignee(session, case, heard, event, now)
    if emergency is not None:
        doubt_emergency(session, case, danger=emergency.danger, words=heard.words, now=now)
    _let_sleep(session, case, suggest, now)


def _tell_assignee(
    session: Session, case: CaseRow, heard: TranscriptRow, event: CaseEventRow, now: datetime
) -> None:
    staff = assignee_of(session, case)
    if staff is not None:
        alert_about(
            session,
            case,
            desk_of(session, case.community_id),
            staff=staff,
            wording="sms.alert.heard",
            event=event,
            now=now,
            words=heard.words,
        )


def _let_sleep(
    session: Session, case: CaseRow, suggest: Callable[[str], Suggestion], now: datetime
) -> None:
    """Ring nobody at night for what is plainly ordinary; the text about it was sent already."""
    alarm = open_alarm_of_case(session, case.id)
    if alarm is None or alarm.kind != AlarmKind.RECORDING or alarm.state != AlarmState.RINGING:
        return
    transcripts = _transcripts_of(session, case)
    if len(transcripts) < len(recordings_of_case(session, case.id)):
        return  # the rest may say something else
    words = "\n".join(row.words for row in transcripts)
    confidence = min(row.confidence for row in transcripts)
    if is_plainly_ordinary(words, confidence, suggest(words)):
        alarm.words = words
        stand_down(session, alarm, wording="sms.alarm.recording_ordinary", now=now)


def _transcript_of(session: Session, recording_id: int) -> TranscriptRow | None:
    return session.scalar(
        select(TranscriptRow).where(
            TranscriptRow.recording_id == recording_id, TranscriptRow.state == Hearing.HEARD
        )
    )


def _transcripts_of(session: Session, case: CaseRow) -> Sequence[TranscriptRow]:
    return session.scalars(
        select(TranscriptRow)
        .join(RecordingRow, RecordingRow.id == TranscriptRow.recording_id)
        .where(RecordingRow.case_id == case.id, TranscriptRow.state == Hearing.HEARD)
        .order_by(TranscriptRow.recording_id)
    ).all()
