"""Words that nobody could place: kept as a case at once, and asked about with one digit, once."""

from __future__ import annotations

from datetime import timedelta

from core.cases.queries import said_words
from core.cases.refining import refine_case
from core.cases.rules import RESIDENT, Category, Channel
from core.cases.tables import CaseRow
from core.learning.operations import keep_correction
from core.questions.operations import ask_in_reply
from core.questions.queries import open_question, questions_about_case, was_asked_since
from core.questions.rules import QuestionKind
from core.understanding.categories import Suggestion
from sms.conversation import Incoming, Reply, numbered

CONFIDENCE_LINE = 0.35  # below it a suggestion is no more than a guess
_ONCE_IN = timedelta(days=1)
_KINDS: dict[int, Category] = {1: Category.REPAIR, 2: Category.ERRAND, 3: Category.OTHER}


def is_unsure(suggestion: Suggestion) -> bool:
    """Tell whether a reading is below the line at which we ask back.

    那个事, 说不清: words that only say that it is something or other name no matter.
    """
    if suggestion.category == Category.OTHER:
        return True
    return not suggestion.words and suggestion.confidence < CONFIDENCE_LINE


def may_ask(incoming: Incoming) -> bool:
    """Tell whether this phone may be asked: nothing else is open there, and not twice a day."""
    if incoming.phone is None:
        return False
    session, community_id = incoming.session, incoming.community.id
    if open_question(session, community_id, incoming.phone, incoming.now) is not None:
        return False
    since = incoming.now - _ONCE_IN
    return not was_asked_since(session, community_id, incoming.phone, QuestionKind.WHAT_KIND, since)


def is_asked_about(incoming: Incoming, case: CaseRow) -> bool:
    """Tell whether it still is an open question what a case is about."""
    if incoming.phone is None:
        return False
    asked = questions_about_case(incoming.session, incoming.phone, case.id)
    return any(question.kind == QuestionKind.WHAT_KIND for question in asked)


def ask_what_kind(incoming: Incoming, case: CaseRow) -> Reply:
    """Ask what the words of an opened case are about; without an answer a person reads them."""
    words = incoming.say("sms.question.what_kind", **numbered(case))
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.WHAT_KIND,
        about={},
        words=words,
        now=incoming.now,
        case_id=case.id,
    )
    return Reply(words, "trouble: what kind", case.id)


def take_kind(incoming: Incoming, case: CaseRow, digit: int) -> bool:
    """Take the digit: the case goes to whom its category names; False if it is no choice."""
    category = _KINDS.get(digit)
    if category is None:
        return False
    keep_correction(
        incoming.session,
        community_id=incoming.community.id,
        case_id=case.id,
        words=said_words(incoming.session, case),
        suggested=case.category,
        category=category,
        by=RESIDENT.name,
        now=incoming.now,
    )
    case.category = Category.OTHER  # what it was taken for was a guess
    refine_case(
        incoming.session,
        case,
        category=category,
        urgency=case.urgency,
        summary="",
        place="",
        channel=Channel.SMS,
        now=incoming.now,
        actor=RESIDENT,
    )
    return True
