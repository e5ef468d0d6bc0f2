"""The one text after three calls, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import Circumstances, circumstances_of_callback
from core.callbacks.handing import drop_question, hand_to_person
from core.callbacks.rules import (
    TEXT_WAITS_AT_MOST,
    CallbackKind,
    CallbackState,
    Outcome,
    PersonReason,
)
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.cases.rules import Category
from core.outbox.tables import OutboxRow
from core.phones import PhoneKind, kind_of
from core.questions.operations import ask
from core.questions.queries import questions_about_case
from core.questions.rules import QuestionKind
from core.residents.queries import is_landline, text_phone
from core.sla.hours import next_texting_time
from core.wording.catalogue import say

_LOOK_AGAIN = timedelta(days=1)
_LONGEST_SUMMARY = {"zh_CN": 8, "en": 14}  # so that the survey stays in one segment
_MENDED = frozenset({Category.REPAIR, Category.FACILITY})  # 修好了; everything else is 办好了


def ask_by_text(session: Session, row: CallbackRow, around: Circumstances, now: datetime) -> None:
    """Ask by text once; a landline is never texted, so there a person asks."""
    phone = _phone_to_text(session, around)
    if phone is None:
        hand_to_person(session, row, around, reason=PersonReason.UNREACHED, now=now)
        return
    row.attempts += 1
    row.phone, row.state = phone, CallbackState.TEXTED
    session.add(
        CallbackAttemptRow(
            callback_id=row.id, number=row.attempts, channel="sms", at=now, outcome=""
        )
    )
    question = ask(
        session,
        community_id=row.community_id,
        phone=phone,
        kind=QuestionKind.SOLVED,
        about={"callback_id": row.id},
        words=survey_words(around),
        now=now,
        purpose="callback",
        key=f"callback:{row.id}:text",
        case_id=row.case_id,
        not_before=next_texting_time(around.office, now),
    )
    row.next_at = question.lapses_at or now + _LOOK_AGAIN
    session.flush()


def survey_words(around: Circumstances) -> str:
    """Write the survey: what it was about, and the digit for either answer."""
    mended = around.case.category in _MENDED
    summary = around.case.summary or say("sms.callback.your_matter", around.language)
    return around.write(
        "sms.callback.survey_mended" if mended else "sms.callback.survey",
        summary=summary[: _LONGEST_SUMMARY[around.language]],
        number=around.number,
        phone=around.staffed_number,
    )


def wait_for_text(session: Session, row: CallbackRow, around: Circumstances, now: datetime) -> None:
    """Wait while the question is open or waits its turn; unanswered, a person asks."""
    live = [
        question
        for question in questions_about_case(session, row.phone or "", row.case_id)
        if question.kind == QuestionKind.SOLVED
    ]
    asked_at = live[0].asked_at if live else now
    if live and now < asked_at + TEXT_WAITS_AT_MOST:
        lapses_at = live[0].lapses_at
        if lapses_at is None:  # behind another question
            row.next_at = now + _LOOK_AGAIN
            return
        if lapses_at > now:
            row.next_at = lapses_at
            return
    _give_up_text(session, row, around, Outcome.NO_ANSWER, now)


def text_failed(session: Session, message: OutboxRow, *, now: datetime) -> None:
    """A survey could not be delivered: a person asks instead."""
    rows = session.scalars(
        select(CallbackRow)
        .where(
            CallbackRow.case_id == message.case_id,
            CallbackRow.kind == CallbackKind.CONFIRM,
            CallbackRow.state == CallbackState.TEXTED,
        )
        .with_for_update()
    ).all()
    for row in rows:
        around = circumstances_of_callback(session, row)
        _give_up_text(session, row, around, Outcome.FAILED, now)


def _give_up_text(
    session: Session, row: CallbackRow, around: Circumstances, outcome: Outcome, now: datetime
) -> None:
    attempts = session.scalars(
        select(CallbackAttemptRow).where(
            CallbackAttemptRow.callback_id == row.id,
            CallbackAttemptRow.channel == "sms",
            CallbackAttemptRow.outcome == "",
        )
    ).all()
    for attempt in attempts:
        attempt.outcome, attempt.settled_at = outcome, now
    drop_question(session, row, now)
    hand_to_person(session, row, around, reason=PersonReason.UNREACHED, now=now)


def _phone_to_text(session: Session, around: Circumstances) -> str | None:
    phone = around.phone
    if phone is None:
        return None
    landline = kind_of(phone) is PhoneKind.LANDLINE
    if not landline and not is_landline(session, around.community.id, phone):
        return phone
    return text_phone(session, around.resident.id) if around.resident else None
