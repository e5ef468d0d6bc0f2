"""Digits of residents to questions about the neighbourhood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.cases.rules import Channel
from core.consultations.operations import Taken, answer_by_phone
from core.consultations.queries import (
    consultation_by_id,
    consultation_by_number,
    households_of_phone,
    newest_of_phone,
)
from core.consultations.rules import Answer, State, Why
from core.consultations.tables import ConsultationRow, HouseholdRow
from core.consultations.telling import answer_words, verdict_words
from core.questions.operations import ask_in_reply, settle
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.standing.operations import answer_run
from core.standing.rules import RunState
from core.standing.running import order_of, run_by_id
from core.understanding.answers import answer_question
from core.understanding.normalise import clean
from sms.conversation import Incoming, Reply
from sms.neighbour_commands import Come, NeighbourWish, Opinion, SayOpinion
from sms.neighbour_keywords import read_coming, read_opinion, read_standing
from sms.replies_trouble import keep_trouble
from sms.replies_volunteers import answer_volunteer, come, give_opinion

_ANSWERS = {1: Answer.AGREE, 2: Answer.DISAGREE}


def answer_about_neighbours(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    """Give a digit to a question about the neighbourhood; None if it is no choice of it."""
    return _BY_KIND[QuestionKind(question.kind)](incoming, question, digit)


def answer_late(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    """Take a digit to a question that is closed: kept, not counted, and answered so."""
    if question.kind not in ABOUT_NEIGHBOURS:
        return None
    answered = None
    if question.kind != QuestionKind.WHICH_HOUSEHOLD:
        answered = answer_about_neighbours(incoming, question, digit)
    return answered or Reply(incoming.say("sms.resident.already"), "neighbours: too late")


def obey_neighbour_wish(incoming: Incoming, wish: NeighbourWish) -> Reply:
    """Obey what a neighbour texts by word."""
    match wish:
        case Come():
            return come(incoming, wish)
        case Opinion():
            return give_opinion(incoming, wish)
        case _:
            return _say_opinion(incoming, wish)


def _say_opinion(incoming: Incoming, wish: SayOpinion) -> Reply:
    """Take an answer that names its consultation, or the newest one of this telephone."""
    if wish.number is not None:
        found = consultation_by_number(incoming.session, incoming.community.id, wish.number)
    else:
        found = newest_of_phone(incoming.session, incoming.community.id, incoming.phone or "")
    digit = _agrees(clean(wish.words))
    if found is None or digit is None:
        return keep_trouble(incoming, incoming.words)
    return _take(incoming, found, _ANSWERS[digit])


def _consultation(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    consultation = consultation_by_id(incoming.session, question.about["consultation_id"])
    if digit not in _ANSWERS or consultation is None:
        return None
    return _take(incoming, consultation, _ANSWERS[digit])


def _which_household(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    choices: list[list[int]] = question.about["choices"]
    consultation = consultation_by_id(incoming.session, question.about["consultation_id"])
    if not 1 <= digit <= len(choices) or consultation is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    answer = Answer(question.about["answer"])
    taken = [_answer(incoming, consultation, answer, number) for number in choices[digit - 1]]
    return _reply(incoming, consultation, answer, taken[-1])


def _take(incoming: Incoming, consultation: ConsultationRow, answer: Answer) -> Reply:
    theirs = households_of_phone(incoming.session, consultation.id, incoming.phone or "")
    if len(theirs) > 1 and consultation.state == State.OPEN:
        return _ask_which(incoming, consultation, theirs, answer)
    household_id = theirs[0].id if theirs else None
    return _reply(
        incoming, consultation, answer, _answer(incoming, consultation, answer, household_id)
    )


def _answer(
    incoming: Incoming, consultation: ConsultationRow, answer: Answer, household_id: int | None
) -> Taken:
    return answer_by_phone(
        incoming.session,
        consultation=consultation,
        phone=incoming.phone,
        answer=answer,
        channel=Channel.SMS,
        words=incoming.words.strip(),
        now=incoming.now,
        household_id=household_id,
    )


def _reply(
    incoming: Incoming, consultation: ConsultationRow, answer: Answer, taken: Taken
) -> Reply:
    reading = f"consultation {consultation.number}: {taken.why or 'counted'}"
    if taken.why in (Why.COUNTED, Why.SAME):
        words = incoming.say(
            "sms.consultation.taken",
            answer=answer_words(answer, incoming.language),
            day=incoming.day(consultation.closes_at),
        )
        return Reply(words, reading, consultation.case_id)
    if taken.why is Why.LATE:
        return Reply(_late_words(incoming, consultation), reading, consultation.case_id)
    return Reply(incoming.say(f"sms.consultation.{taken.why}"), reading)


def _late_words(incoming: Incoming, consultation: ConsultationRow) -> str:
    if consultation.state == State.CALLED_OFF:
        return incoming.say("sms.consultation.called_off")
    if consultation.result is None:  # the closing second: the count is under way
        return incoming.say("sms.consultation.late_now")
    verdict = verdict_words(consultation.result["carried"], incoming.language)
    return incoming.say("sms.consultation.late", verdict=verdict)


def _ask_which(
    incoming: Incoming,
    consultation: ConsultationRow,
    theirs: Sequence[HouseholdRow],
    answer: Answer,
) -> Reply:
    """Ask for which household a telephone of several speaks; the last choice is all of them."""
    choices = [[row.id] for row in theirs] + [[row.id for row in theirs]]
    lines = [
        incoming.part(
            "sms.consultation.household_choice",
            room=row.place.rpartition("-")[2],
            digit=str(position),
        )
        for position, row in enumerate(theirs, start=1)
    ]
    lines.append(incoming.part("sms.consultation.household_both", digit=str(len(choices))))
    words = incoming.say(
        "sms.consultation.which", choices=incoming.part("sms.question.comma").join(lines)
    )
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.WHICH_HOUSEHOLD,
        about={"consultation_id": consultation.id, "answer": answer, "choices": choices},
        words=words,
        now=incoming.now,
        case_id=consultation.case_id,
    )
    return Reply(words, f"consultation {consultation.number}: which household")


def _standing(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    run = run_by_id(incoming.session, question.about["run_id"])
    if digit not in (1, 2, 3) or run is None:
        return None
    order = order_of(incoming.session, run)
    before = run.state
    now_stands = answer_run(incoming.session, run.id, digit, channel=Channel.SMS, now=incoming.now)
    if question.state == "open":
        settle(incoming.session, question, str(digit), incoming.now)
    key = now_stands if before in (RunState.ASKED, RunState.MISSED) else "already"
    words = incoming.say(f"sms.standing.{key}", what=order.name, day=incoming.day_of(run.serves_on))
    return Reply(words, f"standing: {now_stands}", run.case_id)


def digit_of_words(question: QuestionRow, words: str) -> int | None:
    """Read words as the digit of a question that has words of its own: 照旧, 不交, 我去."""
    reader = _READERS.get(QuestionKind(question.kind))
    return reader(clean(words)) if reader is not None else None


def _agrees(words: str) -> int | None:
    found = answer_question(words, "AGREE")
    if _ASKS_BACK.search(words) or (found.answer == "unclear" and found.words):
        return None
    plain = read_opinion(words)
    return {True: 1, False: 2}[plain] if plain is not None else _sure(words, "AGREE", 0.7)


def _stands(words: str) -> int | None:
    return read_standing(words) or _sure(words, "CONFIRM_ORDER", 0.8)


def _sure(words: str, question: str, confidence: float) -> int | None:
    """Read an answer that is sure enough to count; what asks back is none."""
    if _ASKS_BACK.search(words):
        return None
    found = answer_question(words, question)
    return _DIGITS.get(found.answer) if found.confidence >= confidence else None


_ASKS_BACK = re.compile(r"[?？吗]|行不行|好不好|可不可以|能不能")
_DIGITS = {"yes": 1, "no": 2, "person": 3}
_READERS: dict[QuestionKind, Callable[[str], int | None]] = {
    QuestionKind.CONSULTATION: _agrees,
    QuestionKind.CONSULTATION_CHANGE: _agrees,
    QuestionKind.STANDING: _stands,
    QuestionKind.VOLUNTEER: read_coming,
}
# A general yes or no does not do for these: 一样 is a no to "solved", and a yes to "as always".
OWN_WORDS = frozenset(_READERS) - {QuestionKind.VOLUNTEER}
_BY_KIND: dict[QuestionKind, Callable[[Incoming, QuestionRow, int], Reply | None]] = {
    QuestionKind.CONSULTATION: _consultation,
    QuestionKind.CONSULTATION_CHANGE: _consultation,
    QuestionKind.WHICH_HOUSEHOLD: _which_household,
    QuestionKind.STANDING: _standing,
    QuestionKind.VOLUNTEER: answer_volunteer,
}
_CONSULTATIONS = frozenset({QuestionKind.CONSULTATION, QuestionKind.CONSULTATION_CHANGE})
ABOUT_NEIGHBOURS = frozenset(_BY_KIND)
# The case of such a question is a neighbour's: what is said to it is no word of its resident.
OF_SOMEBODY_ELSE = _CONSULTATIONS | {QuestionKind.WHICH_HOUSEHOLD, QuestionKind.VOLUNTEER}
IN_WORDS = {
    **dict.fromkeys((*_CONSULTATIONS, QuestionKind.VOLUNTEER), frozenset({1, 2})),
    QuestionKind.STANDING: frozenset({1, 2, 3}),
}
