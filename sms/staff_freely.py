"""Free words of staff: 1 办结, 2 备注, 3 自己家的事; kept as 备注 if nobody answers."""

from __future__ import annotations

from dataclasses import replace

from core.cases.queries import case_by_id, open_cases_of_staff
from core.cases.rules import CaseStatus
from core.cases.tables import CaseRow
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.staff.tables import StaffRow
from core.understanding.categories import suggest
from sms.commands import Done, Note
from sms.conversation import Incoming, Reply, numbered
from sms.keywords import parse
from sms.replies import reply_to_resident
from sms.staff_moves import obey_about_case


def answer_free_words(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    """Ask what free words are meant for; without open cases they are a resident's words."""
    cases = [
        case
        for case in open_cases_of_staff(incoming.session, staff)
        if case.status != CaseStatus.AWAITING_CONFIRMATION
    ]
    if not cases or incoming.phone is None:
        return as_resident(incoming, words)
    likely = _likely(cases, words)
    asked = incoming.fitted(
        lambda cut: incoming.say(
            "sms.question.free_words", **numbered(likely), what=likely.summary, words=cut
        ),
        words,
    )
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone,
        kind=QuestionKind.FREE_WORDS,
        about={"words": words, "staff_id": staff.id, "several": len(cases) > 1},
        words=asked,
        now=incoming.now,
        case_id=likely.id,
    )
    return Reply(asked, "free words", likely.id)


def settle_free_words(
    incoming: Incoming, staff: StaffRow, about: dict[str, object], digit: int
) -> Reply | None:
    """Do with free words what the digit says; with several open cases, ask which one."""
    words = str(about.get("words", ""))
    if digit == 3:
        return as_resident(incoming, words)
    case_id = about.get("case_id")
    case = case_by_id(incoming.session, case_id) if isinstance(case_id, int) else None
    number = case.number if case is not None and not about.get("several") else None
    command = Done(number, words) if digit == 1 else Note(number, words)
    return obey_about_case(incoming, staff, command)


def as_resident(incoming: Incoming, words: str) -> Reply:
    """Answer somebody of the staff like any resident: it is their own matter."""
    own = replace(incoming, words=words, staff=None)
    return reply_to_resident(own, parse(words))


def _likely(cases: list[CaseRow], words: str) -> CaseRow:
    """Guess the case: the one of the same kind of matter, else the one accepted last."""
    suggestion = suggest(words)
    same = [case for case in cases if suggestion.words and case.summary == suggestion.summary]
    accepted = sorted(
        (case for case in cases if case.accepted_at is not None),
        key=lambda case: (case.accepted_at, case.id),
    )
    return (same or accepted[-1:] or cases)[0]
