"""Answers to the question that is open on a phone: a digit, or yes and no in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import select

from core.callbacks.answers import record_answer, record_satisfied
from core.cases.notes import add_repeat
from core.cases.queries import case_by_id
from core.cases.rules import CaseStatus, Channel
from core.cases.tables import CaseRow
from core.cases.whose import record_whose
from core.forms.operations import record_form_answer
from core.phones import masked
from core.questions.operations import ask_in_reply, settle
from core.questions.queries import answerable, last_lapsed, open_question
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.residents.queries import resident_by_id
from core.understanding.answers import answer_question, read_answer
from core.understanding.normalise import clean
from sms.commands import AskPerson, Chase, Command, OptIn, ReportTrouble, SmallTalk, Withdraw
from sms.conversation import Incoming, Reply, numbered
from sms.neighbour_answers import (
    ABOUT_NEIGHBOURS,
    IN_WORDS,
    OF_SOMEBODY_ELSE,
    OWN_WORDS,
    answer_about_neighbours,
    answer_late,
    digit_of_words,
)
from sms.points_answers import ABOUT_POINTS, answer_about_points, has_use, still_matters
from sms.replies_emergency import settle_danger
from sms.replies_trouble import move_words, receipt
from sms.replies_unsure import take_kind
from sms.replies_wishes import ask_by_phone, begin_withdrawal, was_corrected
from sms.units import units_of

_JUST_NOW = timedelta(days=1)
_ASKED_ABOUT_FOR = timedelta(days=30)
_LONGEST_ANSWER = 16  # letters; longer words are answer and remark, or a request of their own
_YES_OR_NO = {"yes": 1, "no": 2}
# Which question of understanding a kind is, and the digits that its answers stand for. What is
# unclear has none: it is kept, and asked again, rather than taken for its opposite.
_ASKED: dict[QuestionKind, tuple[str, dict[str, int]]] = {
    QuestionKind.SOLVED: ("SOLVED", _YES_OR_NO),
    QuestionKind.SATISFIED: ("SATISFIED", {"yes": 1, "so_so": 2, "no": 3}),
}
_OF_RESIDENTS = (
    ABOUT_POINTS
    | ABOUT_NEIGHBOURS
    | {
        QuestionKind.SOLVED,
        QuestionKind.SATISFIED,
        QuestionKind.REOPEN,
        QuestionKind.VISIT,
        QuestionKind.EMERGENCY,
        QuestionKind.WHICH_CASE,
        QuestionKind.WHOSE_CASE,
        QuestionKind.WHAT_KIND,
        QuestionKind.FORM_PHONE,
    }
)
_log = structlog.get_logger(__name__)


def answer_digit(incoming: Incoming, digit: int, words: str = "") -> Reply:
    """Give a digit to the open question; one that comes too late is asked about."""
    question = _meant(incoming, digit)
    if question is not None:
        return _answer(incoming, question, digit, words)
    late = _lapsed(incoming)
    if late is not None:
        return answer_late(incoming, late, digit) or _ask_again(incoming, late)
    if _was_just_answered(incoming, digit):
        return Reply(incoming.say("sms.resident.already"), "digit: again")
    _log.info("sms.unread", reason="digit without a question", phone=masked(incoming.phone))
    return ask_by_phone(incoming, "sms.resident.stray_digit", "stray digits", digit=str(digit))


def answer_in_words(incoming: Incoming, command: Command) -> Reply | None:
    """Take 修好了, or 照旧 to a question of its own words; None if it answers nothing.

    Read alone, 照旧 turns notices on again and 这次不用 withdraws a case; to an open question
    they are its answer.
    """
    question = open_question(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    if question is None or question.kind not in _IN_WORDS:
        return None
    has_own_words = question.kind in OWN_WORDS
    if not isinstance(command, _MAY_ANSWER) and not (has_own_words and _may_mean_it(command)):
        return None
    digit = digit_of_words(question, incoming.words)
    if digit is None and not has_own_words:
        digit = _digit_said(question, incoming.words)
    if digit is None or digit not in _IN_WORDS[QuestionKind(question.kind)]:
        return None
    is_long = units_of(incoming.words) > _LONGEST_ANSWER
    if is_long and (digit == 1 or not _is_about(incoming, question)):
        return None  # a long yes may hold a but; a new matter is not this one
    return _answer(incoming, question, digit, incoming.words.strip())


def _may_mean_it(command: Command) -> bool:
    return isinstance(command, OptIn | AskPerson) or command == Withdraw(None)


def _digit_said(question: QuestionRow, words: str) -> int | None:
    asked = _ASKED.get(QuestionKind(question.kind))
    if asked is None:
        return _YES_OR_NO.get(read_answer(words).meaning)
    name, digits = asked
    return digits.get(answer_question(words, name).answer)


def _meant(incoming: Incoming, digit: int) -> QuestionRow | None:
    """Return the open question that has a use for a digit, the likeliest first."""
    everything = answerable(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    asked = [question for question in everything if question.kind in _OF_RESIDENTS]
    useful = [question for question in asked if has_use(question, digit)]
    return next(iter(useful or asked), None)


def _answer(incoming: Incoming, question: QuestionRow, digit: int, words: str) -> Reply:
    answered = _ANSWERS[QuestionKind(question.kind)](incoming, question, digit)
    if answered is None:
        return _not_a_choice(incoming, question)
    case = _case_of(incoming, question)
    if question.kind in OF_SOMEBODY_ELSE:
        return answered  # a ballot is kept with its words; they are not the resident's of the case
    if words and case is not None and units_of(words) > 1:
        add_repeat(incoming.session, case, words=words, channel=Channel.SMS, now=incoming.now)
    return answered


def _solved(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    if digit not in (1, 2):
        return None
    words = record_answer(
        incoming.session,
        question.about["callback_id"],
        solved=digit == 1,
        channel=Channel.SMS,
        now=incoming.now,
    )
    if question.state == "open":
        settle(incoming.session, question, str(digit), incoming.now)
    return Reply(words, f"solved: {digit}", question.about.get("case_id"))


def _satisfied(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    meaning = {1: "yes", 2: "so_so", 3: "no"}.get(digit)
    if meaning is None:
        return None
    record_satisfied(
        incoming.session,
        question.about["callback_id"],
        satisfied=meaning,
        channel=Channel.SMS,
        now=incoming.now,
    )
    settle(incoming.session, question, str(digit), incoming.now)
    return Reply(incoming.say("sms.resident.already"), "satisfied", question.about.get("case_id"))


def _reopen(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    if digit == 1:  # the survey's 1 once more; the 2 that undoes it stays open
        return Reply(incoming.say("sms.resident.already"), "solved: again")
    if digit != 2:
        return None
    settle(incoming.session, question, "2", incoming.now)
    words = record_answer(
        incoming.session,
        question.about["callback_id"],
        solved=False,
        channel=Channel.SMS,
        now=incoming.now,
    )
    return Reply(words, "reopened", question.about.get("case_id"))


def _visit(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    case = _case_of(incoming, question)
    if digit not in (1, 2) or case is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    if digit == 1:
        return Reply(incoming.say("sms.resident.visit_came"), "visit: came", case.id)
    add_repeat(
        incoming.session,
        case,
        words=incoming.part("sms.resident.visit_missed_note"),
        channel=Channel.SMS,
        now=incoming.now,
    )
    words = incoming.say(
        "sms.resident.visit_missed", **numbered(case), person=incoming.responsible(case)
    )
    return Reply(words, "visit: missed", case.id)


def _danger(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    if digit not in (1, 2):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    return settle_danger(incoming, question.about, danger=digit == 1)


def _which_case(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    choices = question.about["choices"]
    if not 1 <= digit <= len(choices):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    if question.about.get("for") != "withdraw":
        return move_words(incoming, choices[digit - 1], question.about)
    case = case_by_id(incoming.session, choices[digit - 1])
    return begin_withdrawal(incoming, case) if case is not None else None


def _what_kind(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    case = _case_of(incoming, question)
    if case is None or not take_kind(incoming, case, digit):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    return Reply(receipt(incoming, case), f"what kind: {digit}", case.id)


def _whose_case(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    sharers = question.about["residents"]
    case = _case_of(incoming, question)
    if not 1 <= digit <= len(sharers) or case is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    resident = resident_by_id(incoming.session, sharers[digit - 1])
    if resident is not None:
        record_whose(
            incoming.session, case, resident=resident, channel=Channel.SMS, now=incoming.now
        )
    words = incoming.say("sms.resident.whose_kept", **numbered(case))
    return Reply(words, "whose case", case.id)


def _form_phone(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    if digit not in (1, 2):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    case = record_form_answer(
        incoming.session,
        question.about["report_id"],
        mine=digit == 1,
        channel=Channel.SMS,
        now=incoming.now,
    )
    key = "sms.resident.form_mine" if digit == 1 else "sms.resident.form_not_mine"
    return Reply(incoming.say(key, **numbered(case)), "form phone", case.id) if case else None


def _not_a_choice(incoming: Incoming, question: QuestionRow) -> Reply:
    """Repeat the question, which says what may be answered; the second time a person asks."""
    if not was_corrected(incoming):
        return Reply(question.words, "not a choice")
    digit = clean(incoming.words)[:4]
    return ask_by_phone(incoming, "sms.resident.stray_digit", "not a choice", digit=digit)


def _lapsed(incoming: Incoming) -> QuestionRow | None:
    if incoming.phone is None:
        return None
    question = last_lapsed(incoming.session, incoming.community.id, incoming.phone)
    if question is None or question.kind not in _OF_RESIDENTS:
        return None
    if question.asked_at < incoming.now - _ASKED_ABOUT_FOR:
        return None
    return question if _still_matters(incoming, question) else None


def _still_matters(incoming: Incoming, question: QuestionRow) -> bool:
    if question.kind in ABOUT_POINTS:
        return still_matters(incoming, question)
    case = _case_of(incoming, question)
    if question.kind == QuestionKind.SOLVED:
        return case is not None and case.status == CaseStatus.AWAITING_CONFIRMATION
    return case is None or case.status not in (CaseStatus.CLOSED, CaseStatus.WITHDRAWN)


def _ask_again(incoming: Incoming, question: QuestionRow) -> Reply:
    """Ask about a digit that came too late; the question names its matter."""
    question.state = "dropped"
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=question.phone,
        kind=QuestionKind(question.kind),
        about=question.about,
        words=question.words,
        now=incoming.now,
        case_id=question.about.get("case_id"),
    )
    return Reply(question.words, "digit: too late", question.about.get("case_id"))


def _was_just_answered(incoming: Incoming, digit: int) -> bool:
    """Tell whether the same digit answered something lately: a thumb that pressed twice."""
    if incoming.phone is None:
        return False
    settled_at = incoming.session.scalars(
        select(QuestionRow.settled_at)
        .where(
            QuestionRow.community_id == incoming.community.id,
            QuestionRow.phone == incoming.phone,
            QuestionRow.state == "answered",
            QuestionRow.answer == str(digit),
        )
        .order_by(QuestionRow.settled_at.desc())
        .limit(1)
    ).first()
    return settled_at is not None and settled_at > incoming.now - _JUST_NOW


def _case_of(incoming: Incoming, question: QuestionRow) -> CaseRow | None:
    case_id = question.about.get("case_id")
    return case_by_id(incoming.session, case_id) if case_id is not None else None


def _is_about(incoming: Incoming, question: QuestionRow) -> bool:
    case = _case_of(incoming, question)
    suggestion = incoming.suggest(incoming.words)
    return case is None or not suggestion.words or suggestion.category == case.category


_ANSWERS: dict[QuestionKind, Callable[[Incoming, QuestionRow, int], Reply | None]] = {
    QuestionKind.SOLVED: _solved,
    QuestionKind.SATISFIED: _satisfied,
    QuestionKind.REOPEN: _reopen,
    QuestionKind.VISIT: _visit,
    QuestionKind.EMERGENCY: _danger,
    QuestionKind.WHICH_CASE: _which_case,
    QuestionKind.WHAT_KIND: _what_kind,
    QuestionKind.WHOSE_CASE: _whose_case,
    QuestionKind.FORM_PHONE: _form_phone,
    **dict.fromkeys(ABOUT_POINTS, answer_about_points),
    **dict.fromkeys(ABOUT_NEIGHBOURS, answer_about_neighbours),
}

_MAY_ANSWER = (ReportTrouble, Chase, SmallTalk)
# Which of yes and no, said in words, answer a question; the others need their digit.
_IN_WORDS: dict[QuestionKind, frozenset[int]] = {
    QuestionKind.SOLVED: frozenset({1, 2}),
    QuestionKind.SATISFIED: frozenset({1, 2, 3}),
    QuestionKind.REOPEN: frozenset({2}),
    QuestionKind.VISIT: frozenset({2}),
    **IN_WORDS,
}
