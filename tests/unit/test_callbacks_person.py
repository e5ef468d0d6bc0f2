"""Callbacks that a person takes over, and the answer that person records."""

from __future__ import annotations

import pytest

from core.callbacks.operations import (
    record_person_answer,
)
from core.callbacks.rules import Outcome
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id
from core.db import Database
from core.errors import Refusal
from core.residents.operations import opt_out
from core.residents.tables import PhoneLineRow
from core.staff.queries import staff_by_key
from tests.callback_office import DONE_AT, FIRST_CALL_AT, CallbackOffice
from tests.world import (
    GRANDMA_JIN,
    MONDAY_MORNING,
    STRANGER,
    local,
)


@pytest.fixture
def office(demo: Database) -> CallbackOffice:
    return CallbackOffice(demo, MONDAY_MORNING)


def test_a_wrong_number_is_never_rung_again_and_a_person_looks(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    other = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    office.ends(FIRST_CALL_AT, Outcome.WRONG_NUMBER)
    office.run(local("2026-11-23 19:00"))

    assert [row.state for row in office.callbacks()] == ["person", "person"]
    assert len(office.outgoing("call")) == 1
    assert ("wrong_number", "open") in office.tasks()
    with office.database.transaction() as session:
        line = session.get_one(PhoneLineRow, (office.community_id, GRANDMA_JIN.phone))
    assert line.wrong_number_at == FIRST_CALL_AT
    assert office.case(other).status == "awaiting_confirmation"


def test_key_zero_leaves_the_question_to_the_person_who_took_the_call(
    office: CallbackOffice,
) -> None:
    office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    office.ends(FIRST_CALL_AT, Outcome.PERSON)
    office.ends(FIRST_CALL_AT, Outcome.HANG_UP)

    assert office.callback().state == "person"
    assert office.tasks()[-1] == ("call_back", "open")


def test_an_opted_out_resident_is_rung_by_a_person(office: CallbackOffice) -> None:
    office.done_case(GRANDMA_JIN)
    with office.database.transaction() as session:
        opt_out(session, office.community_id, GRANDMA_JIN.phone, DONE_AT)

    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    assert office.outgoing("call") == []
    assert (office.callback().state, office.tasks()[-1][0]) == ("person", "call_back")


def test_a_hidden_number_leaves_a_person_to_ask(office: CallbackOffice) -> None:
    case_id = office.done_case(STRANGER.phone)
    with office.database.transaction() as session:
        session.get_one(CaseRow, case_id).phone = None

    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)

    assert office.outgoing("call") == []
    assert office.tasks()[-1] == ("call_back", "open")


def test_a_persons_own_question_settles_the_case_and_their_task(office: CallbackOffice) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)
    office.ends(FIRST_CALL_AT, Outcome.PERSON)

    _person_answers(office, case_id, solved=True)

    assert office.case(case_id).status == "closed"
    assert office.attempts()[-1] == ("person", "answered")
    assert office.tasks()[-1] == ("call_back", "done")


def test_what_staff_say_for_a_resident_is_texted_to_them_and_undone_by_2(
    office: CallbackOffice,
) -> None:
    case_id = office.done_case(GRANDMA_JIN)
    office.run(DONE_AT)
    _person_answers(office, case_id, solved=True)

    (told,) = office.outgoing("text", "closed")

    assert (told.to, "没好请回2" in told.body) == (GRANDMA_JIN.phone, True)
    assert [(row.kind, row.state) for row in office.questions()] == [("reopen", "open")]


def test_a_person_cannot_answer_for_a_case_that_is_not_done(office: CallbackOffice) -> None:
    case_id = office.open(GRANDMA_JIN, MONDAY_MORNING)

    with pytest.raises(Refusal) as refused:
        _person_answers(office, case_id, solved=True)

    assert refused.value.key == "sms.callback.not_done"


def _person_answers(office: CallbackOffice, case_id: int, *, solved: bool) -> None:
    with office.database.transaction() as session:
        clerk = staff_by_key(session, office.community_id, "zhangmin")
        assert clerk is not None
        assert community_by_id(session, office.community_id)
        record_person_answer(
            session,
            session.get_one(CaseRow, case_id),
            solved=solved,
            actor=by(clerk),
            channel="sms",
            words="她说通了",
            now=FIRST_CALL_AT,
        )
