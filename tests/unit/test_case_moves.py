"""Moves of staff: who may, from where, and what each leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.cases.closing import report_done
from core.cases.moves import accept_case, escalate_case, return_case, transfer_case
from core.cases.notes import add_note, record_told
from core.cases.progress import has_real_progress, record_feedback
from core.cases.queries import progress_words
from core.cases.rules import MOVES, CaseStatus, Move, Standing, is_allowed, refusal_at
from core.cases.standing import standings_of
from core.db import Database
from core.errors import Refusal
from core.wording.catalogue import LANGUAGES, say
from tests.unit.demo_office import Desk
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    GRANDMA_JIN,
    GRID_WORKER_MA,
    KEEPER_ZHOU,
    LEADER_SUN,
    LIU_YANG,
    MASTER_WANG,
    MONDAY_MORNING,
    STRANGER,
    VOLUNTEER_HE,
    VOLUNTEER_WU,
    XIAO_LI,
    ZHANG_MIN,
    Person,
    local,
)

NOON = local("2026-11-23 12:00")


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office on a Monday morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


@pytest.mark.parametrize("who", [MASTER_WANG, XIAO_LI, ZHANG_MIN, DEPUTY_CHEN, DIRECTOR_GUO])
def test_these_may_accept_a_case(desk: Desk, who: Person) -> None:
    case = desk.open()

    accept_case(desk.session, case, actor=desk.actor(who), channel="sms", now=NOON)

    assert (case.status, desk.holder(case), case.accepted_at) == ("accepted", who.key, NOON)


@pytest.mark.parametrize("who", [LEADER_SUN, GRID_WORKER_MA, KEEPER_ZHOU, VOLUNTEER_HE])
def test_these_may_not(desk: Desk, who: Person) -> None:
    case = desk.open()

    with pytest.raises(Refusal) as refused:
        accept_case(desk.session, case, actor=desk.actor(who), channel="sms", now=NOON)

    assert refused.value.key == "sms.refusal.not_yours"
    assert refused.value.slots == {"number": "0001", "name": "王建国"}
    assert desk.whats(case) == ["received", "dispatched"]


def test_accepting_with_words_is_what_the_resident_may_be_told(desk: Desk) -> None:
    case = desk.open()

    accept_case(
        desk.session, case, actor=desk.actor(MASTER_WANG), channel="sms", now=NOON, visit="明天上午"
    )

    assert (case.visit, case.progressed_at) == ("明天上午", NOON)
    assert (case.climb_at, case.escalation_level) == (case.due_at, 0)
    assert progress_words(desk.session, case) == "明天上午"
    assert has_real_progress(case)


def test_accepting_without_words_is_no_progress_yet(desk: Desk) -> None:
    case = desk.open()

    accept_case(desk.session, case, actor=desk.actor(MASTER_WANG), channel="sms", now=NOON)

    assert not has_real_progress(case)
    assert case.visit == ""


def test_whoever_had_the_case_hears_that_somebody_else_accepted_it(desk: Desk) -> None:
    case = desk.open()

    accept_case(desk.session, case, actor=desk.actor(XIAO_LI), channel="sms", now=NOON)

    assert "0001号现在由李强接了" in desk.texts_to(MASTER_WANG)[-1].body


def test_a_transfer_must_be_accepted_anew_and_promises_nothing(desk: Desk) -> None:
    case = desk.open()
    accept_case(
        desk.session, case, actor=desk.actor(MASTER_WANG), channel="sms", now=NOON, visit="下午"
    )

    transfer_case(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        to=desk.staff(XIAO_LI),
        channel="sms",
        now=NOON,
    )

    assert (case.status, desk.holder(case), case.visit) == ("dispatched", "xiaoli", "")
    assert (case.accepted_at, case.climb_at) == (None, local("2026-11-23 14:00"))
    assert "转给您" in desk.texts_to(XIAO_LI)[-1].body


@pytest.mark.parametrize(
    ("to", "key"),
    [
        (VOLUNTEER_WU, "sms.refusal.cannot_carry"),
        (KEEPER_ZHOU, "sms.refusal.cannot_carry"),
        (MASTER_WANG, "sms.refusal.already_theirs"),
    ],
)
def test_a_case_is_not_given_to(desk: Desk, to: Person, key: str) -> None:
    case = desk.open()

    with pytest.raises(Refusal) as refused:
        transfer_case(
            desk.session,
            case,
            actor=desk.actor(ZHANG_MIN),
            to=desk.staff(to),
            channel="sms",
            now=NOON,
        )

    assert refused.value.key == key


def test_a_returned_case_goes_to_the_grid_leader(desk: Desk) -> None:
    case = desk.open()

    to = return_case(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        reason="不归物业管",
        channel="sms",
        now=NOON,
    )

    assert (to.key, desk.holder(case), case.status) == ("xiaoli", "xiaoli", "dispatched")
    assert "不归物业管" in desk.texts_to(XIAO_LI)[-1].body


def test_a_case_of_an_unknown_place_comes_back_to_the_duty_person(desk: Desk) -> None:
    case = desk.open(who=STRANGER)
    transfer_case(
        desk.session,
        case,
        actor=desk.actor(ZHANG_MIN),
        to=desk.staff(MASTER_WANG),
        channel="sms",
        now=NOON,
    )

    to = return_case(
        desk.session, case, actor=desk.actor(MASTER_WANG), reason="", channel="sms", now=NOON
    )

    assert to.key == "zhangmin"


def test_only_whoever_has_a_case_may_return_it(desk: Desk) -> None:
    case = desk.open()

    with pytest.raises(Refusal, match=r"not_yours"):
        return_case(
            desk.session, case, actor=desk.actor(ZHANG_MIN), reason="", channel="sms", now=NOON
        )


def test_a_case_is_reported_to_the_deputy_then_to_the_director_and_no_further(desk: Desk) -> None:
    case = desk.open()
    ways = []

    for who in (MASTER_WANG, DEPUTY_CHEN):
        to = escalate_case(
            desk.session, case, actor=desk.actor(who), words="要换总管", channel="sms", now=NOON
        )
        ways.append((to.key, case.escalation_level))

    assert ways == [("chendeputy", 3), ("guodirector", 4)]
    assert "要换总管" in desk.texts_to(DIRECTOR_GUO)[-1].body
    with pytest.raises(Refusal, match=r"nobody_above"):
        escalate_case(
            desk.session, case, actor=desk.actor(DIRECTOR_GUO), words="", channel="sms", now=NOON
        )


def test_a_note_of_the_one_responsible_is_progress_and_of_another_is_not(desk: Desk) -> None:
    case = desk.open()
    accept_case(desk.session, case, actor=desk.actor(MASTER_WANG), channel="sms", now=NOON)

    add_note(
        desk.session, case, actor=desk.actor(ZHANG_MIN), channel="sms", words="又来催", now=NOON
    )
    assert not has_real_progress(case)
    add_note(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        channel="sms",
        words="配件明天到",
        now=NOON,
    )

    assert has_real_progress(case)
    assert progress_words(desk.session, case) == "配件明天到"


def test_telling_the_resident_counts_as_feedback_and_moves_only_the_second_clock(
    desk: Desk,
) -> None:
    case = desk.open()
    accept_case(desk.session, case, actor=desk.actor(MASTER_WANG), channel="sms", now=NOON)
    tuesday = local("2026-11-24 11:00")

    record_told(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        channel="sms",
        words="等配件",
        now=tuesday,
    )

    assert case.feedback_at == tuesday
    assert case.first_due_at == local("2026-11-26 20:00")
    assert case.due_at == case.climb_at == local("2026-11-27 20:00")
    assert not has_real_progress(case)  # it has been told


def test_a_heard_progress_call_moves_the_clock_over_the_weekend(desk: Desk) -> None:
    case = desk.open()
    wednesday = local("2026-11-25 17:00")

    record_feedback(desk.session, case, channel="call", words="等配件", now=wednesday)

    assert (case.due_at, case.feedback_at) == (local("2026-11-30 20:00"), wednesday)
    assert desk.whats(case)[-1] == "feedback"


def test_somebody_rung_for_an_emergency_may_accept_it(desk: Desk) -> None:
    case = desk.open("救命", who=STRANGER, urgency="P0", now=local("2026-11-24 03:00"))
    stands = standings_of(desk.session, case, desk.actor(LIU_YANG), NOON)

    assert Standing.ALARMED in stands


def test_somebody_who_left_may_do_nothing(desk: Desk) -> None:
    case = desk.open()
    actor = desk.actor(MASTER_WANG)
    desk.staff(MASTER_WANG).left_at = NOON
    desk.session.flush()

    assert standings_of(desk.session, case, actor, NOON) == frozenset()


@pytest.mark.parametrize("status", list(CaseStatus))
@pytest.mark.parametrize("move", list(Move))
def test_a_refused_move_has_words_in_every_language(move: Move, status: CaseStatus) -> None:
    everybody = list(Standing)
    if not is_allowed(move, status, everybody):
        for language in LANGUAGES:
            assert "0012" in say(refusal_at(status), language, number="0012", name="王师傅")


def test_volunteers_and_keepers_stand_nowhere_in_the_table() -> None:
    standings = {standing for rule in MOVES.values() for standing in rule.who}

    assert not {"volunteer", "points_keeper"} & {standing.value for standing in standings}


def test_a_case_done_already_is_not_done_again(desk: Desk) -> None:
    case = desk.open(who=GRANDMA_JIN)
    done = {"actor": desk.actor(MASTER_WANG), "channel": "sms", "words": "通了", "now": NOON}
    report_done(desk.session, case, **done)  # type: ignore[arg-type]  # one set for two calls

    with pytest.raises(Refusal, match=r"already_done"):
        report_done(desk.session, case, **done)  # type: ignore[arg-type]  # one set for two calls
    assert case.done_at == NOON != MONDAY_MORNING
