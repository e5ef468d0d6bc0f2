"""Confirming calls: when they ring, how they end, and what follows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.callbacks.operations import (
    mark_surveyed,
    record_answer,
    record_outcome,
    record_satisfied,
    return_to_planning,
)
from core.callbacks.queries import may_ask_satisfied, script_of
from core.callbacks.rules import Outcome
from core.db import Database
from core.outbox.tables import OutboxRow
from core.residents.tables import ResidentRow
from tests.callback_office import DONE_AT, FIRST_CALL_AT, CallbackOffice
from tests.world import (
    GRANDMA_JIN,
    LIU_YULAN,
    MONDAY_MORNING,
    ZHAO_ZHIGANG,
    local,
)


@pytest.fixture
def office(demo: Database) -> CallbackOffice:
    return CallbackOffice(demo, MONDAY_MORNING)


def test_the_first_call_rings_two_hours_after_done_in_a_window(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)

    office.run(DONE_AT)
    assert office.callback().next_at == FIRST_CALL_AT
    assert office.outgoing("call") == []

    office.run(FIRST_CALL_AT)
    (call,) = office.outgoing("call")
    assert (call.purpose, call.to, call.body) == ("callback", GRANDMA_JIN.phone, "0001")
    assert call.detail == {"callback_ids": [office.callback().id], "attempt_ids": [1]}


def test_done_in_the_evening_rings_the_next_morning(office: CallbackOffice) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)
    office.done(case_id, local("2026-11-23 19:30"))

    office.run(local("2026-11-23 19:30"))

    assert office.callback().next_at == local("2026-11-24 10:30")


def test_a_residents_own_window_wins(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    with office.database.transaction() as session:
        resident = session.get_one(ResidentRow, office.case(case_id).resident_id)
        resident.call_from, resident.call_until = "14:00", "16:00"

    office.run(DONE_AT)

    assert office.callback().next_at == local("2026-11-23 14:00")


def test_key_one_closes_and_counts_as_feedback(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    office.answer(solved=True)

    case = office.case(case_id)
    assert (case.status, case.closed_by, case.feedback_at) == ("closed", "resident", FIRST_CALL_AT)
    assert office.attempts() == [("call", "answered")]
    assert office.callback().solved is True


def test_key_two_reopens_the_same_case_and_the_first_clock_stays(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    first_due_at = office.case(case_id).first_due_at
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    office.answer(solved=False)

    case = office.case(case_id)
    assert (case.status, case.reopened, case.first_due_at) == ("dispatched", 1, first_due_at)
    assert office.callback().solved is False


def test_a_repeated_key_changes_nothing(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    office.answer(solved=False)
    office.answer(solved=False)
    office.answer(solved=True)

    assert (office.case(case_id).reopened, office.case(case_id).status) == (1, "dispatched")


def test_a_hang_up_after_the_key_does_not_undo_it(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    office.answer(solved=True)

    office.ends(FIRST_CALL_AT, Outcome.HANG_UP)

    assert office.attempts() == [("call", "answered")]
    assert office.case(case_id).status == "closed"


def test_a_key_wins_over_the_label_of_a_machine(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    office.ends(FIRST_CALL_AT, Outcome.MACHINE)

    office.answer(solved=True)

    assert office.attempts() == [("call", "answered")]
    assert (office.case(case_id).status, office.callback().state) == ("closed", "answered")


def test_several_done_cases_of_a_resident_share_one_call(office: CallbackOffice) -> None:
    first, second = office.done_case(GRANDMA_JIN), office.done_case(GRANDMA_JIN)

    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    (call,) = office.outgoing("call")
    with office.database.reading() as session:
        scripts = script_of(session, call.detail["callback_ids"])
    assert [script.case_number for script in scripts] == ["0001", "0002"]
    assert scripts[0].called == "金奶奶"
    assert scripts[0].leader_called == "小李"

    with office.database.transaction() as session:
        record_answer(
            session, scripts[0].callback_id, solved=True, channel="call", now=FIRST_CALL_AT
        )
    office.ends(FIRST_CALL_AT, Outcome.HANG_UP)
    assert office.attempts() == [("call", "answered"), ("call", "hang_up")]
    assert (office.case(first).status, office.case(second).status) == (
        "closed",
        "awaiting_confirmation",
    )


def test_a_shared_phone_is_rung_for_one_person_at_a_time(office: CallbackOffice) -> None:
    office.done_case(LIU_YULAN)
    office.done_case(ZHAO_ZHIGANG)

    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    assert len(office.outgoing("call")) == 1
    assert [row.state for row in office.callbacks()] == ["ringing", "planned"]
    assert office.callbacks()[1].next_at == local("2026-11-23 13:10")


def test_not_now_asks_nothing_more_and_tries_again(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    office.ends(FIRST_CALL_AT, Outcome.NOT_NOW)

    assert (office.callback().state, office.callback().next_at) == (
        "planned",
        local("2026-11-23 17:00"),
    )


def test_a_reopened_case_gets_a_new_round(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    office.answer(solved=False)

    again = local("2026-11-24 11:00")
    office.done(case_id, again)
    office.run(again)

    assert (office.callback().round, office.callback().state) == (1, "planned")
    assert office.callback().next_at == local("2026-11-24 13:00")


def test_a_call_that_was_never_placed_is_not_counted(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    (call,) = office.outgoing("call")

    with office.database.transaction() as session:
        return_to_planning(
            session, session.get_one(OutboxRow, call.id), now=local("2026-11-23 14:00")
        )

    row = office.callback()
    assert (row.state, row.attempts, row.next_at) == ("planned", 0, local("2026-11-23 16:30"))


def test_a_call_whose_outcome_never_came_is_settled_after_a_while(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    with office.database.transaction() as session:
        session.scalars(select(OutboxRow).where(OutboxRow.kind == "call")).one().state = "sent"

    office.run(local("2026-11-23 13:15"))

    assert office.attempts() == [("call", "no_answer")]
    assert office.callback().state == "planned"


def test_the_satisfaction_question_is_asked_once_a_week(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    callback_id = office.callback().id
    with office.database.transaction() as session:
        assert may_ask_satisfied(session, [callback_id], now=FIRST_CALL_AT)
        mark_surveyed(session, callback_id, now=FIRST_CALL_AT)
        record_satisfied(session, callback_id, satisfied="so_so", channel="call", now=FIRST_CALL_AT)

    with office.database.reading() as session:
        assert not may_ask_satisfied(session, [callback_id], now=local("2026-11-30 12:59"))
        assert may_ask_satisfied(session, [callback_id], now=local("2026-11-30 13:00"))
    assert office.case(case_id).satisfied == "so_so"


def test_outcomes_of_a_row_that_is_no_callback_are_nobodys(office: CallbackOffice) -> None:
    with office.database.transaction() as session:
        record_outcome(session, outbox_id=4711, outcome=Outcome.BUSY, now=FIRST_CALL_AT)

    assert office.attempts() == []
