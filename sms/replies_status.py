"""进度: where a case stands, told to the phone that it came from and to nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from core.cases.queries import case_by_number, newest_cases_of_phone, open_cases_of_phone
from core.cases.rules import CaseStatus
from core.cases.tables import CaseRow
from core.questions.operations import ask_in_reply, drop
from core.questions.queries import open_question
from core.questions.rules import QuestionKind
from sms.conversation import Incoming, Reply, numbered
from sms.replies_trouble import MOST_CHOICES

_WORDS: dict[str, str] = {
    CaseStatus.DRAFT: "waiting",
    CaseStatus.RECEIVED: "waiting",
    CaseStatus.DISPATCHED: "waiting",
    CaseStatus.ACCEPTED: "accepted",
    CaseStatus.AWAITING_CONFIRMATION: "done",
    CaseStatus.CLOSED: "closed",
    CaseStatus.WITHDRAWN: "withdrawn",
}


def answer_status(incoming: Incoming, number: int | None) -> Reply:
    """Tell one case by its number, or the newest ones of this phone."""
    if number is not None:
        case = case_by_number(incoming.session, incoming.community.id, number)
        if case is None or not is_theirs(incoming, case):
            return Reply(incoming.say("sms.resident.not_theirs"), "status: not theirs")
        return _one(incoming, case)
    cases = _newest(incoming)
    if not cases:
        return Reply(incoming.say("sms.resident.no_case"), "status: none")
    if len(cases) == 1:
        return _one(incoming, cases[0])
    return Reply(_several(incoming, cases), "status: several")


def is_theirs(incoming: Incoming, case: CaseRow) -> bool:
    """Tell whether a case may be told here: it came from this phone, or is its resident's."""
    if incoming.phone is None:
        return False
    mine = {resident.id for resident in incoming.residents}
    return case.phone == incoming.phone or case.resident_id in mine


def _newest(incoming: Incoming) -> Sequence[CaseRow]:
    open_ones = open_cases_of_phone(incoming.session, incoming.community.id, incoming.phone)
    return open_ones[: MOST_CHOICES[incoming.language]] or newest_cases_of_phone(
        incoming.session, incoming.community.id, incoming.phone, 1
    )


def _one(incoming: Incoming, case: CaseRow) -> Reply:
    if not incoming.residents:
        return Reply(_brief(incoming, case), "status", case.id)
    waiting = open_question(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    # another question would have to wait for three days behind 没来请回2
    is_free = waiting is None or waiting.kind == QuestionKind.VISIT
    if case.status == CaseStatus.ACCEPTED and case.visit and is_free:
        if waiting is not None:
            drop(incoming.session, waiting, incoming.now)
        return _with_visit(incoming, case)
    words = incoming.say(
        f"sms.resident.status_{_WORDS[case.status]}",
        **numbered(case),
        person=incoming.responsible(case),
        day=incoming.day(max(case.due_at, incoming.now)),
    )
    return Reply(words, "status", case.id)


def _brief(incoming: Incoming, case: CaseRow) -> str:
    """Tell a phone that is nobody's no more than its receipt did."""
    is_over = case.status in (CaseStatus.CLOSED, CaseStatus.WITHDRAWN)
    key = "sms.resident.status_over" if is_over else "sms.resident.status_stranger"
    return incoming.say(key, **numbered(case), day=incoming.day(max(case.due_at, incoming.now)))


def _with_visit(incoming: Incoming, case: CaseRow) -> Reply:
    words = incoming.fitted(
        lambda visit: incoming.say(
            "sms.resident.status_visit",
            **numbered(case),
            person=incoming.responsible(case),
            visit=visit,
        ),
        case.visit.rstrip("。.!！ "),
    )
    if incoming.phone is not None:
        ask_in_reply(
            incoming.session,
            community_id=incoming.community.id,
            phone=incoming.phone,
            kind=QuestionKind.VISIT,
            about={},
            words=words,
            now=incoming.now,
            case_id=case.id,
        )
    return Reply(words, "status", case.id)


def _several(incoming: Incoming, cases: Sequence[CaseRow]) -> str:
    lines = [
        incoming.part(
            "sms.resident.status_line",
            **numbered(case),
            what=case.summary if incoming.residents else "",
            state=incoming.part(f"sms.resident.state_{_WORDS[case.status]}"),
        )
        for case in cases
    ]
    return incoming.say(
        "sms.resident.status_several", lines=incoming.part("sms.question.comma").join(lines)
    )
