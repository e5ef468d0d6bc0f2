"""The buttons of a case: each does by the core what a text of staff does."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from sqlalchemy.orm import Session

from console.asked import number, once_key, words
from console.services import Visit
from core.access.rules import Right
from core.alarms.queries import open_alarm_of_case
from core.callbacks.answers import record_person_answer
from core.calls.queries import recordings_of_case
from core.cases.agreeing import ask_second_person
from core.cases.merging import merge_case
from core.cases.operations import (
    accept_case,
    add_note,
    change_category,
    escalate_case,
    identify_resident,
    record_told,
    reopen_case,
    report_done,
    return_case,
    take_alarm,
    transfer_case,
)
from core.cases.rules import Category, Channel, shown_number
from core.cases.tables import CaseRow
from core.cases.texting import text_resident
from core.cases.visibility import case_in_reach
from core.errors import Refusal
from core.outbox.operations import enqueue_call
from core.residents.queries import resident_by_id
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.tasks.operations import finish_task
from core.tasks.queries import open_tasks_of_case
from core.tasks.rules import SERVICE, TaskKind
from core.wording.catalogue import say

_ENDED_BY_TELLING = frozenset({TaskKind.TELL_RESIDENT, TaskKind.CALL_BACK, TaskKind.ASK_PERSON})
_CHANNEL = Channel.CONSOLE

_Move = Callable[[Session, Visit, CaseRow], None]


def make_move(session: Session, visit: Visit, case: CaseRow, move: str) -> str:
    """Make a move; return the name of the sentence that says so.

    :raises Refusal: if the rules of cases do not allow it.
    """
    MOVES[move](session, visit, case)
    return f"case_{move}"


def _accept(session: Session, visit: Visit, case: CaseRow) -> None:
    alarm = open_alarm_of_case(session, case.id)
    staff = session.get_one(StaffRow, visit.access.staff_id)
    if alarm is not None and alarm.state == "ringing":
        take_alarm(session, alarm, staff=staff, channel=_CHANNEL, now=visit.now)
    accept_case(
        session, case, actor=visit.actor, channel=_CHANNEL, now=visit.now, visit=words("words", 60)
    )


def _note(session: Session, visit: Visit, case: CaseRow) -> None:
    said = _needed(case)
    add_note(session, case, actor=visit.actor, channel=_CHANNEL, words=said, now=visit.now)


def _told(session: Session, visit: Visit, case: CaseRow) -> None:
    said = _needed(case)
    record_told(session, case, actor=visit.actor, channel=_CHANNEL, words=said, now=visit.now)
    for task in open_tasks_of_case(session, case.id):
        if task.kind in _ENDED_BY_TELLING:
            finish_task(session, task, actor=SERVICE, words=said, now=visit.now)


def _done(session: Session, visit: Visit, case: CaseRow) -> None:
    said = _needed(case)
    report_done(session, case, actor=visit.actor, channel=_CHANNEL, words=said, now=visit.now)


def _transfer(session: Session, visit: Visit, case: CaseRow) -> None:
    transfer_case(
        session,
        case,
        actor=visit.actor,
        to=_colleague(session, visit, case, "to"),
        channel=_CHANNEL,
        now=visit.now,
        words=words("words", 500),
    )


def _return(session: Session, visit: Visit, case: CaseRow) -> None:
    reason = _needed(case)
    return_case(session, case, actor=visit.actor, reason=reason, channel=_CHANNEL, now=visit.now)


def _escalate(session: Session, visit: Visit, case: CaseRow) -> None:
    said = _needed(case)
    escalate_case(session, case, actor=visit.actor, words=said, channel=_CHANNEL, now=visit.now)


def _answer(session: Session, visit: Visit, case: CaseRow) -> None:
    """Take the resident's own answer that a person heard 回访."""
    solved = {"yes": True, "no": False}.get(request.form.get("solved", ""))
    if solved is None:
        raise Refusal("console.case.solved_or_not", number=shown_number(case.number))
    record_person_answer(
        session,
        case,
        solved=solved,
        actor=visit.actor,
        channel=_CHANNEL,
        words=words("words", 500),
        now=visit.now,
    )


def _reopen(session: Session, visit: Visit, case: CaseRow) -> None:
    reopen_case(
        session, case, channel=_CHANNEL, now=visit.now, words=_needed(case), actor=visit.actor
    )


def _close(session: Session, visit: Visit, case: CaseRow) -> None:
    ask_second_person(
        session,
        case,
        first=session.get_one(StaffRow, visit.access.staff_id),
        second=_colleague(session, visit, case, "second"),
        reason=words("words", 500),
        key=f"console:{once_key()}",
        now=visit.now,
    )


def _category(session: Session, visit: Visit, case: CaseRow) -> None:
    wanted = words("category", 40)
    if wanted not in {kind.value for kind in Category}:
        raise Refusal("console.case.which_category")
    if wanted != case.category:
        change_category(
            session,
            case,
            actor=visit.actor,
            category=Category(wanted),
            channel=_CHANNEL,
            now=visit.now,
        )


def _identify(session: Session, visit: Visit, case: CaseRow) -> None:
    resident = resident_by_id(session, number("resident"))
    if resident is None or resident.community_id != case.community_id:
        raise Refusal("console.case.which_resident")
    identify_resident(
        session, case, resident=resident, actor=visit.actor, channel=_CHANNEL, now=visit.now
    )


def _merge(session: Session, visit: Visit, case: CaseRow) -> None:
    written = words("into", 12).lstrip("#")
    wanted = int(written) if written.isdecimal() and written.isascii() else 0
    into = case_in_reach(session, visit.access, wanted, right=Right.MOVE_CASES)
    if into is None:
        raise Refusal("console.case.no_such_case", number=written or "-")
    merge_case(session, case, into=into, actor=visit.actor, channel=_CHANNEL, now=visit.now)


def _text(session: Session, visit: Visit, case: CaseRow) -> None:
    said = _needed(case)
    text_resident(
        session,
        case,
        actor=visit.actor,
        words=said,
        key=f"console:{once_key()}",
        channel=_CHANNEL,
        now=visit.now,
    )
    if request.form.get("told") == "1":
        record_told(session, case, actor=visit.actor, channel=_CHANNEL, words=said, now=visit.now)


def _ring(session: Session, visit: Visit, case: CaseRow) -> None:
    """Ring the telephone of whoever sits here: it plays what was said, and 0 rings the resident."""
    found = recordings_of_case(session, case.id)
    enqueue_call(
        session,
        community_id=case.community_id,
        to=phone_of(session, visit.access.staff_id),
        purpose="listen",
        about=say("sms.staff.listen_call", visit.language, number=shown_number(case.number)),
        detail={
            "case_id": case.id,
            "staff_id": visit.access.staff_id,
            "recording_id": found[-1].id if found else None,
        },
        key=f"console:{once_key()}",
        now=visit.now,
        priority=1,
        case_id=case.id,
    )


MOVES: dict[str, _Move] = {
    "accept": _accept,
    "note": _note,
    "told": _told,
    "done": _done,
    "transfer": _transfer,
    "return": _return,
    "escalate": _escalate,
    "answer": _answer,
    "reopen": _reopen,
    "close": _close,
    "category": _category,
    "identify": _identify,
    "merge": _merge,
    "text": _text,
    "ring": _ring,
}


def _needed(case: CaseRow) -> str:
    said = words("words")
    if not said:
        raise Refusal("console.case.words_needed", number=shown_number(case.number))
    return said


def _colleague(session: Session, visit: Visit, case: CaseRow, field: str) -> StaffRow:
    chosen = session.get(StaffRow, number(field) or 0)
    ours = chosen is not None and chosen.community_id == visit.access.community_id
    if chosen is None or not ours or chosen.left_at is not None:
        raise Refusal("console.case.who_needed", number=shown_number(case.number))
    return chosen
