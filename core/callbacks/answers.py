"""The resident's answers, by key, by digit, or told to a person: they end in the same place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import circumstances_of
from core.callbacks.handing import drop_question, finish_tasks
from core.callbacks.replies import (
    closed_by_person_words,
    closed_words,
    recorded_words,
    reopened_words,
)
from core.callbacks.rules import CallbackKind, CallbackState, Outcome
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.cases.closing import confirm_solved, reopen_case
from core.cases.moves import add_note
from core.cases.rules import OPEN, Actor, CaseStatus, shown_number
from core.cases.tables import CaseRow
from core.errors import Refusal
from core.questions.operations import ask, ask_in_reply, settle
from core.questions.queries import questions_about_case
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.residents.operations import line_for
from core.residents.queries import is_landline
from core.sla.hours import next_texting_time


def record_answer(
    session: Session, callback_id: int, *, solved: bool, channel: str, now: datetime
) -> str:
    """Take the resident's answer, key or digit: 1 closes, 2 reopens the same case.

    Returns the signed text that answers it (one segment); by voice it is not needed. When
    ``channel`` is "sms" and it is solved, the REOPEN question is opened here and the words are
    its words, so the caller neither asks nor sends anything more; the SOLVED question is
    settled here too. A repeated answer changes nothing.
    """
    row = _locked(session, callback_id)
    case = session.get_one(CaseRow, row.case_id)
    if not _changes_anything(row, case, solved=solved):
        _end_question(session, row, solved=solved, channel=channel, now=now)
        return recorded_words(session, case)
    if solved:
        confirm_solved(session, case, channel=channel, now=now)
    else:
        reopen_case(session, case, channel=channel, now=now)
    _mark_answered(session, row, solved=solved, channel=channel, now=now)
    words = _reply(session, row, case, solved=solved, channel=channel, now=now)
    # after the reply's own question: ending this one would let the next waiting one be asked
    _end_question(session, row, solved=solved, channel=channel, now=now)
    return words


def record_satisfied(
    session: Session, callback_id: int, *, satisfied: str, channel: str, now: datetime
) -> None:
    """Keep "yes", "so_so" or "no"; silence is never counted as satisfied."""
    del channel  # both doors end in the same two columns
    row = _locked(session, callback_id)
    row.satisfied = satisfied
    session.get_one(CaseRow, row.case_id).satisfied = satisfied
    mark_surveyed(session, callback_id, now=now)


def mark_surveyed(session: Session, callback_id: int, *, now: datetime) -> None:
    """Remember that the satisfaction question was asked on this phone: one a week."""
    row = session.get_one(CallbackRow, callback_id)
    if row.phone is not None:
        line_for(session, row.community_id, row.phone).surveyed_at = now
        session.flush()


def record_person_answer(
    session: Session,
    case: CaseRow,
    *,
    solved: bool,
    actor: Actor,
    channel: str,
    words: str,
    now: datetime,
) -> None:
    """Take the resident's own answer that a member of staff heard (回访 12 好了/没好).

    A closing is told to the resident by text, who undoes it with 2: staff numbers can be forged,
    and solved is what the resident says.

    :raises Refusal: if the case does not wait for a confirmation, or is not theirs to ask about.
    """
    if case.status != CaseStatus.AWAITING_CONFIRMATION:
        raise Refusal("sms.callback.not_done", number=shown_number(case.number))
    row = _confirming_row(session, case)
    if words and solved:
        add_note(session, case, actor=actor, channel=channel, words=words, now=now)
    if solved:
        confirm_solved(session, case, channel=channel, now=now, actor=actor)
    else:
        reopen_case(session, case, channel=channel, now=now, words=words, actor=actor)
    if row is not None:
        drop_question(session, row, now)
        _mark_answered(session, row, solved=solved, channel="person", now=now)
        if solved:
            _tell_closing(session, row, case, now)


def _tell_closing(session: Session, row: CallbackRow, case: CaseRow, now: datetime) -> None:
    if row.phone is None or is_landline(session, row.community_id, row.phone):
        return
    around = circumstances_of(session, case)
    ask(
        session,
        community_id=row.community_id,
        phone=row.phone,
        kind=QuestionKind.REOPEN,
        about={"callback_id": row.id},
        words=closed_by_person_words(around),
        now=now,
        purpose="closed",
        key=f"callback:{row.id}:closed_by_person",
        case_id=case.id,
        not_before=next_texting_time(around.office, now),
    )


def _locked(session: Session, callback_id: int) -> CallbackRow:
    return session.scalars(
        select(CallbackRow).where(CallbackRow.id == callback_id).with_for_update()
    ).one()


def _confirming_row(session: Session, case: CaseRow) -> CallbackRow | None:
    return session.scalars(
        select(CallbackRow)
        .where(
            CallbackRow.case_id == case.id,
            CallbackRow.kind == CallbackKind.CONFIRM,
            CallbackRow.round == case.reopened,
        )
        .order_by(CallbackRow.id.desc())
        .with_for_update()
    ).first()


def _changes_anything(row: CallbackRow, case: CaseRow, *, solved: bool) -> bool:
    """Tell whether an answer still moves the case; a repeated or overtaken one does not."""
    if row.kind != CallbackKind.CONFIRM or case.reopened != row.round:
        return False  # it was reopened since: this answer belongs to the round before
    if solved:
        return case.status in OPEN
    return case.status in (CaseStatus.AWAITING_CONFIRMATION, CaseStatus.CLOSED)


def _mark_answered(
    session: Session, row: CallbackRow, *, solved: bool, channel: str, now: datetime
) -> None:
    attempt = session.scalars(
        select(CallbackAttemptRow)
        .where(
            CallbackAttemptRow.callback_id == row.id,
            CallbackAttemptRow.channel == channel,
            CallbackAttemptRow.outcome != Outcome.NOT_MADE,
        )
        .order_by(CallbackAttemptRow.id.desc())
    ).first()
    if attempt is None:
        row.attempts += 1
        attempt = CallbackAttemptRow(
            callback_id=row.id, number=row.attempts, channel=channel, at=now
        )
        session.add(attempt)
    attempt.outcome, attempt.settled_at = Outcome.ANSWERED, now
    row.state, row.solved, row.settled_at = CallbackState.ANSWERED, solved, now
    row.next_at, row.person_at = None, None
    finish_tasks(session, row, now)
    session.flush()


def _end_question(
    session: Session, row: CallbackRow, *, solved: bool, channel: str, now: datetime
) -> None:
    if channel != "sms":
        drop_question(session, row, now)
        return
    for question in questions_about_case(session, row.phone or "", row.case_id):
        if question.kind == QuestionKind.SOLVED:
            settle(session, question, "1" if solved else "2", now)


def _reply(
    session: Session,
    row: CallbackRow,
    case: CaseRow,
    *,
    solved: bool,
    channel: str,
    now: datetime,
) -> str:
    around = circumstances_of(session, case)
    if not solved:
        return reopened_words(session, around, now)
    others_wait = _another_waits(session, row)
    words = closed_words(around, undone_by_digit=channel == "sms" and not others_wait)
    if channel == "sms" and row.phone is not None and not others_wait:
        ask_in_reply(
            session,
            community_id=row.community_id,
            phone=row.phone,
            kind=QuestionKind.REOPEN,
            about={"callback_id": row.id},
            words=words,
            now=now,
            case_id=case.id,
        )
    return words


def _another_waits(session: Session, row: CallbackRow) -> bool:
    """Tell whether a question waits for this phone's next digit: then 2 would not reopen."""
    waiting = session.scalars(
        select(QuestionRow.id).where(
            QuestionRow.community_id == row.community_id,
            QuestionRow.phone == row.phone,
            QuestionRow.state == "waiting",
        )
    ).first()
    return waiting is not None
