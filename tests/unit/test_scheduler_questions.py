"""Questions that lapse: the next is asked, and what staff said is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.cases.queries import events_of
from core.cases.tables import CaseRow
from core.db import Database
from core.questions.operations import ask, ask_in_reply
from core.questions.rules import LAPSES_AFTER, QuestionKind
from core.questions.tables import QuestionRow
from scheduler import questions
from tests.callback_office import CallbackOffice
from tests.scheduler_bench import Bench
from tests.world import GRANDMA_JIN, MASTER_WANG, MONDAY_MORNING


@pytest.fixture
def bench(demo: Database) -> Bench:
    return Bench(demo)


@pytest.fixture
def office(bench: Bench) -> CallbackOffice:
    return CallbackOffice(bench.database, MONDAY_MORNING)


def _ask_about_free_words(bench: Bench, case_id: int, staff_id: int | None) -> None:
    with bench.database.transaction() as session:
        ask_in_reply(
            session,
            community_id=bench.community_id,
            phone=MASTER_WANG.phone,
            kind=QuestionKind.FREE_WORDS,
            about={"words": "配件明天到", "staff_id": staff_id},
            words="?",
            now=MONDAY_MORNING,
            case_id=case_id,
        )


def _notes(bench: Bench, case_id: int) -> list[tuple[str, str]]:
    with bench.database.reading() as session:
        events = events_of(session, case_id)
        return [(event.actor, event.words) for event in events if event.what == "note"]


def test_free_words_that_nobody_sorted_are_kept_as_a_note(
    bench: Bench, office: CallbackOffice
) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    _ask_about_free_words(bench, case_id, office.case(case_id).assignee_id)

    assert questions.run(bench.services) == 0
    bench.clock.at = MONDAY_MORNING + LAPSES_AFTER
    assert questions.run(bench.services) == 1
    assert questions.run(bench.services) == 0

    assert _notes(bench, case_id) == [("wangshifu", "配件明天到")]


def test_they_are_kept_too_if_the_case_is_no_longer_theirs(
    bench: Bench, office: CallbackOffice
) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    _ask_about_free_words(bench, case_id, office.case(case_id).assignee_id)
    with bench.database.transaction() as session:
        session.get_one(CaseRow, case_id).assignee_id = None
    bench.clock.at = MONDAY_MORNING + LAPSES_AFTER

    questions.run(bench.services)

    assert _notes(bench, case_id) == [("service", "王建国: 配件明天到")]


def test_the_next_question_is_asked_once_one_lapses(bench: Bench) -> None:
    for name in ("first", "second"):
        with bench.database.transaction() as session:
            ask(
                session,
                community_id=bench.community_id,
                phone=GRANDMA_JIN.phone,
                kind=QuestionKind.SOLVED,
                about={},
                words=name,
                now=MONDAY_MORNING,
                purpose="question",
                key=name,
            )
    bench.clock.at = MONDAY_MORNING + LAPSES_AFTER + timedelta(minutes=1)

    questions.run(bench.services)

    with bench.database.reading() as session:
        states = session.scalars(select(QuestionRow.state).order_by(QuestionRow.id)).all()
    assert states == ["lapsed", "open"]
