"""Questions that nobody answered in time: they lapse, and the next one is asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.notes import add_note
from core.cases.queries import case_by_id
from core.cases.rules import SERVICE, Channel
from core.cases.standing import by
from core.errors import Refusal
from core.notices.operations import disagree
from core.points.operations import let_lapse
from core.points.queries import request_by_id
from core.questions.operations import lapse_due
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.staff.queries import staff_by_id
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Lapse what is due; return how many questions lapsed."""
    now = services.clock.now()
    with services.database.transaction() as session:
        lapsed = lapse_due(session, now, services.batch)
        for question in lapsed:
            if question.kind == QuestionKind.FREE_WORDS:
                _keep_as_note(session, question, now)
            elif question.kind == QuestionKind.CONFIRM_NOTICE:
                _let_stage_lapse(session, question, now)
            elif question.kind == QuestionKind.CONFIRM_POINTS:
                _let_request_lapse(session, question, now)
    return len(lapsed)


def _let_request_lapse(session: Session, question: QuestionRow, now: datetime) -> None:
    """Drop the points that a second person said nothing about; the keeper is told."""
    request = request_by_id(session, question.about["request_id"])
    if request is not None:
        let_lapse(session, request=request, now=now)


def _let_stage_lapse(session: Session, question: QuestionRow, now: datetime) -> None:
    """Let a notice not go out that a second person said nothing about; its opener is told."""
    try:
        disagree(session, int(question.about["stage_id"]), None, now=now)
    except Refusal:
        return  # it was stopped meanwhile


def _keep_as_note(session: Session, question: QuestionRow, now: datetime) -> None:
    """Keep the words that staff were asked about as 备注: nothing said is lost."""
    case = case_by_id(session, question.about.get("case_id") or 0)
    staff = staff_by_id(session, question.about.get("staff_id"))
    if case is None or staff is None:
        return
    words = str(question.about.get("words", ""))
    try:
        add_note(session, case, actor=by(staff), channel=Channel.SMS, words=words, now=now)
    except Refusal:  # the case is no longer theirs; their words are kept all the same
        signed = f"{staff.name}: {words}"
        add_note(session, case, actor=SERVICE, channel=Channel.SMS, words=signed, now=now)
