"""Opening a case: number, clock, place, route, alert; drafts and repeats."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from core.alarms.operations import end_alarm, open_alarm_of_case
from core.cases.moves import transfer_case
from core.cases.notes import add_repeat, change_category, identify_resident
from core.cases.opening import complete_draft
from core.cases.queries import newest_cases_of_phone, open_cases_of_phone
from core.cases.rules import Category, Channel
from core.db import Database
from core.wording.segments import segments_of
from tests.unit.demo_office import Desk
from tests.world import (
    GRANDMA_JIN,
    LEADER_SUN,
    LIU_YANG,
    LIU_YULAN,
    MA_YONGFU,
    MASTER_WANG,
    MONDAY_MORNING,
    STRANGER,
    XIAO_LI,
    ZHANG_MIN,
    local,
)


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office on a Monday morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


def test_a_case_gets_a_number_a_due_time_and_the_person_of_its_route(desk: Desk) -> None:
    case = desk.open()

    assert (case.number, case.status, desk.holder(case)) == (1, "dispatched", "wangshifu")
    assert (case.place, case.received_on.isoformat()) == ("3-2-402", "2026-11-23")
    assert case.first_due_at == case.due_at == local("2026-11-26 20:00")
    assert (case.provisional, case.escalation_level) == (False, 0)
    assert case.climb_at == local("2026-11-23 12:30")
    assert desk.whats(case) == ["received", "dispatched"]


def test_the_alert_carries_address_phone_and_words(desk: Desk) -> None:
    desk.open("厨房下水道堵了，水漫出来了")

    (alert,) = desk.texts_to(MASTER_WANG)
    for part in ("【东城社区】", "0001号维修", "金桂兰", "13900000101", "青湖华庭3-2-402", "水漫"):
        assert part in alert.body
    assert (alert.purpose, alert.priority, alert.not_before) == ("alert", 2, MONDAY_MORNING)


def test_five_thousand_characters_are_kept_whole_and_alerted_in_three_segments(desk: Desk) -> None:
    words = "水管一直在漏，" * 714

    case = desk.open(words)

    (alert,) = desk.texts_to(MASTER_WANG)
    assert case.words == words
    assert segments_of(alert.body) == 3
    assert "…" in alert.body
    assert "退1" in alert.body


@pytest.mark.parametrize(
    ("who", "category", "holder"),
    [
        (GRANDMA_JIN, "repair", "wangshifu"),  # an estate with a property company
        (GRANDMA_JIN, "neighbour", "xiaoli"),  # the grid leader of her building
        (MA_YONGFU, "repair", "sunleader"),  # an estate without a property company
        (STRANGER, "repair", "zhangmin"),  # nobody knows where: the duty person finds out
    ],
)
def test_the_route_leads_to(desk: Desk, who: object, category: str, holder: str) -> None:
    case = desk.open(who=who, category=category)  # type: ignore[arg-type]  # a Person, by table

    assert desk.holder(case) == holder


def test_a_normal_case_of_the_night_is_alerted_when_the_office_opens(desk: Desk) -> None:
    desk.open(now=local("2026-11-24 03:00"))

    (alert,) = desk.texts_to(MASTER_WANG)
    assert alert.not_before == local("2026-11-24 10:00")


def test_a_same_day_case_is_alerted_from_six_in_the_morning(desk: Desk) -> None:
    desk.open("家里没暖气了", urgency="P1", now=local("2026-11-24 03:00"))

    (alert,) = desk.texts_to(MASTER_WANG)
    assert (alert.not_before, alert.priority) == (local("2026-11-24 06:00"), 1)
    assert "今天要办" in alert.body


def test_a_spoken_case_says_how_to_hear_it(desk: Desk) -> None:
    desk.open("", channel=Channel.CALL)

    (alert,) = desk.texts_to(MASTER_WANG)
    assert "回听1" in alert.body


def test_an_unknown_phone_makes_a_task_to_find_out_who_it_is(desk: Desk) -> None:
    case = desk.open(who=STRANGER)

    (task,) = desk.tasks()
    assert (task.kind, task.case_id, task.phone) == ("who_is_it", case.id, STRANGER.phone)
    assert case.resident_id is None


def test_a_shared_phone_is_routed_by_its_address_before_anybody_knows_who_it_was(
    desk: Desk,
) -> None:
    case = desk.open(who=LIU_YULAN, resident=None)

    assert (case.resident_id, case.place, desk.holder(case)) == (None, "5-1-101", "wangshifu")
    assert [task.kind for task in desk.tasks()] == ["who_is_it"]


def test_saying_who_it_is_ends_the_task_and_looks_at_the_route_again(desk: Desk) -> None:
    case = desk.open(who=STRANGER)

    identify_resident(
        desk.session,
        case,
        resident=desk.resident(MA_YONGFU),
        actor=desk.actor(ZHANG_MIN),
        channel="sms",
        now=MONDAY_MORNING,
    )

    assert (case.place, desk.holder(case)) == ("2-1-201", "sunleader")
    assert [task.state for task in desk.tasks()] == ["done"]
    assert len(desk.texts_to(LEADER_SUN)) == 1


def test_a_corrected_category_sends_an_unaccepted_case_elsewhere(desk: Desk) -> None:
    case = desk.open()

    change_category(
        desk.session,
        case,
        actor=desk.actor(ZHANG_MIN),
        category=Category.NEIGHBOUR,
        channel="sms",
        now=MONDAY_MORNING,
    )

    assert (case.category, desk.holder(case)) == ("neighbour", "xiaoli")
    assert len(desk.texts_to(XIAO_LI)) == 1


def test_a_case_that_was_given_on_by_hand_is_not_moved_by_a_route(desk: Desk) -> None:
    case = desk.open(who=STRANGER)
    by_duty = {"actor": desk.actor(ZHANG_MIN), "channel": "sms", "now": MONDAY_MORNING}
    transfer_case(desk.session, case, to=desk.staff(XIAO_LI), **by_duty)  # type: ignore[arg-type]  # one set for two calls

    identify_resident(desk.session, case, resident=desk.resident(MA_YONGFU), **by_duty)  # type: ignore[arg-type]  # one set for two calls

    assert desk.holder(case) == "xiaoli"


def test_a_hidden_number_is_nobody_s_and_never_asked_about(desk: Desk) -> None:
    first, second = desk.open(who=None), desk.open(who=None)

    assert first.id != second.id
    assert desk.tasks() == []
    assert newest_cases_of_phone(desk.session, desk.community.id, None) == []
    assert open_cases_of_phone(desk.session, desk.community.id, None) == []


def test_a_draft_waits_and_is_completed_once(desk: Desk) -> None:
    case = desk.open("", channel=Channel.CALL, draft=True)
    assert (case.status, case.assignee_id, desk.texts_to(MASTER_WANG)) == ("draft", None, [])

    for _ in range(2):  # the recorder's action and its callback both come
        complete_draft(desk.session, case, words="水管漏了", now=local("2026-11-23 10:31"))

    assert (case.status, case.words) == ("dispatched", "水管漏了")
    assert case.opened_at == MONDAY_MORNING
    assert desk.whats(case) == ["started", "received", "dispatched"]
    assert len(desk.texts_to(MASTER_WANG)) == 1


def test_what_is_said_again_is_kept_and_told(desk: Desk) -> None:
    case = desk.open()

    add_repeat(
        desk.session, case, words="怎么还没人来", channel="sms", now=local("2026-11-23 11:00")
    )

    assert desk.whats(case)[-1] == "repeat"
    assert "怎么还没人来" in desk.texts_to(MASTER_WANG)[-1].body


def test_an_emergency_goes_to_whoever_is_rung_first_and_raises_the_alarm(desk: Desk) -> None:
    case = desk.open("救命", urgency="P0", danger="medical", now=local("2026-11-24 03:00"))

    assert desk.holder(case) == "liuduty"
    (alarm_text,), (alarm_call,) = desk.texts_to(LIU_YANG), desk.calls_to(LIU_YANG)
    assert {alarm_text.purpose, alarm_call.purpose} == {"alarm"}
    assert alarm_text.not_before == alarm_call.not_before == local("2026-11-24 03:00")


def test_twenty_cries_at_once_are_one_case_with_twenty_entries(whole_demo: Database) -> None:
    def cry(number: int) -> None:
        with whole_demo.transaction() as session:
            Desk(session).open(f"救命{number}", who=STRANGER, urgency="P0", danger="other")

    threads = [Thread(target=cry, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with whole_demo.transaction() as session:
        desk = Desk(session)
        (case,) = open_cases_of_phone(session, desk.community.id, STRANGER.phone)
        whats = desk.whats(case)
        assert whats.count("received") + whats.count("repeat") == 20
        assert len(desk.texts_to(ZHANG_MIN)) == 2  # one alarm, one task to ask who it is


def test_a_cry_hours_later_is_another_emergency(desk: Desk) -> None:
    first = desk.open("救命", urgency="P0", danger="fire")
    alarm = open_alarm_of_case(desk.session, first.id)
    assert alarm is not None
    end_alarm(desk.session, alarm, MONDAY_MORNING)

    soon = desk.open("救命", urgency="P0", danger="fire", now=local("2026-11-23 11:00"))
    assert (soon.id, alarm.state, alarm.repeats) == (first.id, "ringing", 2)
    end_alarm(desk.session, alarm, local("2026-11-23 11:05"))
    later = desk.open("救命", urgency="P0", danger="gas", now=local("2026-11-23 19:00"))

    assert later.id != first.id


def test_cases_of_the_new_year_nobody_has_announced_are_provisional(desk: Desk) -> None:
    case = desk.open(now=local("2026-12-30 11:00"))

    assert case.provisional
