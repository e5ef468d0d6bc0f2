"""The one text after three calls, its answers, and landlines that get none."""

from __future__ import annotations

import pytest

from core.callbacks.operations import (
    record_answer,
)
from core.callbacks.rules import Outcome
from core.db import Database
from tests.callback_office import DONE_AT, FIRST_CALL_AT, CallbackOffice
from tests.world import (
    GRANDMA_JIN,
    GRANDPA_WANG,
    MONDAY_MORNING,
    local,
)


@pytest.fixture
def office(demo: Database) -> CallbackOffice:
    return CallbackOffice(demo, MONDAY_MORNING)


def test_three_calls_then_one_text_then_a_person(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)

    rang = office.unanswered_calls(DONE_AT, 3)
    assert rang == [FIRST_CALL_AT, local("2026-11-23 17:00"), local("2026-11-24 10:30")]

    office.run(local("2026-11-24 10:31"))
    (question,) = office.questions()
    assert question.words == "【东城社区】下水道0001号，修好了回1，没修好回2。想找人打5800000。"
    assert office.callback().state == "texted"

    lapsed = local("2026-11-27 10:32")
    office.run(lapsed)
    assert office.callback().state == "person"
    assert office.tasks()[-1] == ("call_back", "open")
    assert office.attempts() == [*[("call", "no_answer")] * 3, ("sms", "no_answer")]


def test_a_landline_is_never_texted_a_person_asks(office: CallbackOffice) -> None:
    office.done_case(GRANDPA_WANG)

    office.unanswered_calls(DONE_AT, 3)
    office.run(local("2026-11-24 10:31"))

    assert office.callback().state == "person"
    assert office.questions() == []
    assert not [text for text in office.outgoing("text") if text.to == GRANDPA_WANG.phone]
    assert office.tasks()[-1] == ("call_back", "open")


def test_a_text_is_asked_within_texting_hours(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    office.unanswered_calls(DONE_AT, 3)

    office.run(local("2026-11-24 22:30"))

    (question,) = office.questions()
    assert question.opened_at == local("2026-11-25 10:00")


def test_a_one_by_text_closes_and_a_two_reopens_for_seven_days(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.unanswered_calls(DONE_AT, 3)
    office.run(local("2026-11-24 10:31"))

    words = office.answer(solved=True, channel="sms")

    assert "七天内" in words
    assert [(q.kind, q.state) for q in office.questions()] == [
        ("solved", "answered"),
        ("reopen", "open"),
    ]
    assert office.case(case_id).status == "closed"

    words = office.answer(solved=False, channel="sms")

    assert office.case(case_id).status == "dispatched"
    assert words == ("【东城社区】谢谢您告诉我。0001号马上让王师傅再来，星期四前一定给您回话。")


def test_a_closing_offers_no_digit_while_another_question_waits(office: CallbackOffice) -> None:
    first, second = office.done_case(GRANDMA_JIN), office.done_case(GRANDMA_JIN)
    for _ in range(3):
        due = office.callback().next_at if office.callbacks() else DONE_AT
        office.run(DONE_AT)
        due = office.callback().next_at
        assert due is not None
        office.run(due)
        office.ends(due, Outcome.NO_ANSWER)
    office.run(local("2026-11-24 10:31"))
    row = office.callbacks()[0]
    assert {row.case_id, office.callbacks()[1].case_id} == {first, second}

    with office.database.transaction() as session:
        words = record_answer(
            session, row.id, solved=True, channel="sms", now=local("2026-11-24 12:00")
        )

    assert "5800000" in words
    assert [(q.kind, q.state) for q in office.questions()] == [
        ("solved", "answered"),
        ("solved", "open"),
    ]


def test_a_key_answers_the_question_that_was_texted(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    office.unanswered_calls(DONE_AT, 3)
    office.run(local("2026-11-24 10:31"))

    office.answer(solved=True, channel="call")

    assert [question.state for question in office.questions()] == ["dropped"]
