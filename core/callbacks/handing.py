"""Handing a callback to a person, and taking it back once the resident has answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import STAFF_LANGUAGE, Circumstances
from core.callbacks.rules import CallbackKind, CallbackState, PersonReason
from core.callbacks.tables import CallbackRow
from core.questions.operations import drop
from core.questions.queries import questions_about_case
from core.questions.rules import QuestionKind
from core.tasks.operations import finish_task, open_task
from core.tasks.rules import SERVICE, TaskKind
from core.tasks.tables import TaskRow
from core.wording.catalogue import say


def hand_to_person(
    session: Session,
    row: CallbackRow,
    around: Circumstances,
    *,
    reason: PersonReason,
    now: datetime,
) -> None:
    """Let a person ring or go; the callback waits for what they record (回访, 告知)."""
    if row.kind == CallbackKind.PROGRESS:
        _ask_to_tell(session, row, around, key="sms.callback.task_tell", now=now)
    else:
        open_task(
            session,
            community=around.community,
            kind=TaskKind.CALL_BACK,
            words=around.tell_staff(f"sms.callback.task_{reason}"),
            now=now,
            key=f"callback:{row.id}",
            case_id=row.case_id,
            phone=around.phone,
        )
    row.state = CallbackState.PERSON
    row.next_at, row.person_at = None, None
    session.flush()


def ask_to_tell_result(
    session: Session, row: CallbackRow, around: Circumstances, *, now: datetime
) -> None:
    """Noon of day three: the work is done, but the resident has not heard so; calls go on."""
    _ask_to_tell(session, row, around, key="sms.callback.task_tell_result", now=now)
    row.person_at = None
    session.flush()


def report_wrong_number(
    session: Session, row: CallbackRow, around: Circumstances, *, now: datetime
) -> None:
    """A stranger answered: a person corrects the register and reaches the resident."""
    open_task(
        session,
        community=around.community,
        kind=TaskKind.WRONG_NUMBER,
        words=around.tell_staff("sms.callback.task_stranger"),
        now=now,
        key=f"callback:{row.id}",
        case_id=row.case_id,
        phone=row.phone,
    )
    row.state = CallbackState.PERSON
    row.next_at, row.person_at = None, None
    session.flush()


def finish_tasks(session: Session, row: CallbackRow, now: datetime) -> None:
    """End the tasks that this callback opened: the resident has answered, or the case went on."""
    keys = (f"callback:{row.id}", f"callback:{row.id}:tell")
    tasks = session.scalars(
        select(TaskRow).where(TaskRow.key.in_(keys), TaskRow.state == "open")
    ).all()
    for task in tasks:
        words = say("sms.callback.task_settled", STAFF_LANGUAGE)
        finish_task(session, task, actor=SERVICE, words=words, now=now)


def drop_question(session: Session, row: CallbackRow, now: datetime) -> None:
    """End the text question of a callback that was settled in another way."""
    if row.phone is None:
        return
    for question in questions_about_case(session, row.phone, row.case_id):
        if question.kind == QuestionKind.SOLVED:
            drop(session, question, now)


def _ask_to_tell(
    session: Session, row: CallbackRow, around: Circumstances, *, key: str, now: datetime
) -> None:
    due_at = around.case.due_at
    open_task(
        session,
        community=around.community,
        kind=TaskKind.TELL_RESIDENT,
        words=around.tell_staff(key),
        now=now,
        key=f"callback:{row.id}:tell",
        due_at=due_at if due_at > now else None,
        case_id=row.case_id,
        phone=around.phone,
    )
