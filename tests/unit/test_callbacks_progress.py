"""Progress calls on days two and three: feedback, apology, and a person before closing time."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.callbacks.operations import heard_progress, plan_due
from core.callbacks.queries import script_of
from core.callbacks.rules import Outcome
from core.cases.notes import record_told
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.db import Database
from core.staff.queries import staff_by_key
from tests.callback_office import CallbackOffice
from tests.world import GRANDMA_JIN, MONDAY_MORNING, local

DAY_TWO_EVENING = local("2026-11-25 16:30")
DAY_THREE_MORNING = local("2026-11-26 10:30")
NOON = local("2026-11-26 12:00")


@pytest.fixture
def office(demo: Database) -> CallbackOffice:
    return CallbackOffice(demo, MONDAY_MORNING)


def _hear(office: CallbackOffice, at: datetime) -> None:
    with office.database.transaction() as session:
        heard_progress(session, office.callback("progress").id, now=at)


def test_it_is_planned_for_day_twos_last_window(office: CallbackOffice) -> None:
    office.open(GRANDMA_JIN, MONDAY_MORNING)

    office.run(MONDAY_MORNING)

    row = office.callback("progress")
    assert (row.next_at, row.person_at) == (DAY_TWO_EVENING, NOON)


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        ("2026-09-30 11:00", "2026-10-09 16:30"),  # the National Day holiday lies between
        ("2026-10-08 11:00", "2026-10-10 16:30"),  # day two is a Saturday that is worked
        ("2026-11-27 11:00", "2026-12-01 16:30"),  # a weekend lies between
    ],
)
def test_day_two_follows_the_state_councils_calendar(
    database: Database, opened: str, first: str
) -> None:
    office = CallbackOffice(database, local(opened))
    office.open(GRANDMA_JIN, local(opened))

    office.run(local(opened))

    assert office.callback("progress").next_at == local(first)


def test_real_progress_that_was_heard_is_feedback_and_moves_the_clock(
    office: CallbackOffice,
) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.accept(case_id, local("2026-11-23 12:00"), visit="星期四上午来")
    office.run(MONDAY_MORNING)
    office.run(DAY_TWO_EVENING)
    (call,) = office.outgoing("call")
    with office.database.reading() as session:
        (script,) = script_of(session, call.detail["callback_ids"])
    assert (call.purpose, script.apology, script.progress_words) == (
        "progress",
        False,
        "星期四上午来",
    )

    _hear(office, DAY_TWO_EVENING)

    case = office.case(case_id)
    assert case.feedback_at == DAY_TWO_EVENING
    assert (case.due_at, case.first_due_at) == (
        local("2026-11-30 20:00"),
        local("2026-11-26 20:00"),
    )
    office.run(DAY_TWO_EVENING)
    assert [row.state for row in office.callbacks()] == ["answered", "planned"]
    assert office.callback("progress").next_at == local("2026-11-27 16:30")


def test_an_apology_is_no_feedback_and_a_person_takes_over_at_noon(
    office: CallbackOffice,
) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.run(MONDAY_MORNING)
    office.run(DAY_TWO_EVENING)
    (call,) = office.outgoing("call")
    with office.database.reading() as session:
        assert [script.apology for script in script_of(session, call.detail["callback_ids"])] == [
            True
        ]

    _hear(office, DAY_TWO_EVENING)
    _hear(office, DAY_TWO_EVENING)  # the same webhook again
    office.run(DAY_THREE_MORNING)
    assert len(office.outgoing("call")) == 1  # nobody is apologised to twice
    office.run(NOON)

    assert office.case(case_id).feedback_at is None
    assert office.attempts() == [("call", "answered")]
    assert office.tasks()[-1] == ("tell_resident", "open")
    assert office.callback("progress").state == "person"


def test_after_an_apology_progress_is_told_the_next_morning(office: CallbackOffice) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.run(MONDAY_MORNING)
    office.run(DAY_TWO_EVENING)
    _hear(office, DAY_TWO_EVENING)
    office.accept(case_id, local("2026-11-25 18:00"), visit="今天下午来")

    office.run(DAY_THREE_MORNING)
    _hear(office, DAY_THREE_MORNING)

    assert len(office.outgoing("call")) == 2
    assert office.case(case_id).feedback_at == DAY_THREE_MORNING


def test_not_reached_twice_is_a_persons_task_before_closing_time(office: CallbackOffice) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.run(MONDAY_MORNING)
    office.run(DAY_TWO_EVENING)
    office.ends(DAY_TWO_EVENING, Outcome.NO_ANSWER)
    assert office.callback("progress").next_at == DAY_THREE_MORNING
    office.run(DAY_THREE_MORNING)
    office.ends(DAY_THREE_MORNING, Outcome.BUSY)
    assert office.callback("progress").next_at == NOON

    office.run(NOON)

    assert office.tasks()[-1] == ("tell_resident", "open")
    assert office.case(case_id).feedback_at is None
    (told,) = [row for row in office.outgoing("text") if row.task_id is not None]
    assert "0001" in told.body


def test_a_person_who_told_the_resident_ends_the_task(office: CallbackOffice) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.run(MONDAY_MORNING)
    office.run(NOON)
    assert office.tasks()[-1] == ("tell_resident", "open")

    at = local("2026-11-26 17:00")
    with office.database.transaction() as session:
        clerk = staff_by_key(session, office.community_id, "zhangmin")
        assert clerk is not None
        case = session.get_one(CaseRow, case_id)
        record_told(session, case, actor=by(clerk), channel="sms", words="配件明天到", now=at)
    office.run(at)

    assert office.tasks()[-1] == ("tell_resident", "done")
    assert [row.state for row in office.callbacks()] == ["answered", "planned"]


def test_a_case_that_is_done_needs_no_progress_call(office: CallbackOffice) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.run(MONDAY_MORNING)
    office.done(case_id, local("2026-11-24 11:00"))

    office.run(local("2026-11-24 11:00"))

    assert [(row.kind, row.state) for row in office.callbacks()] == [
        ("progress", "dropped"),
        ("confirm", "planned"),
    ]


def test_a_resident_who_does_not_know_that_it_is_done_is_told_on_day_three(
    office: CallbackOffice,
) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.done(case_id, local("2026-11-26 11:00"))

    office.run(NOON)

    assert office.tasks()[-1] == ("tell_resident", "open")
    assert office.callback().state == "planned"  # the confirming call is made all the same


def test_two_schedulers_that_plan_at_once_plan_once(office: CallbackOffice) -> None:
    office.open(GRANDMA_JIN, MONDAY_MORNING)

    office.run(MONDAY_MORNING)
    with office.database.transaction() as session:
        assert plan_due(session, MONDAY_MORNING) == 0

    assert len(office.callbacks()) == 1
