"""Tasks: opened once, texted to their owner, climbing when nobody does them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from core.cases.rules import SERVICE
from core.db import Database
from core.errors import Refusal
from core.tasks.operations import climb_due, finish_task, open_task
from core.tasks.queries import open_tasks_of_case, open_tasks_of_staff, task_by_number
from core.tasks.rules import TaskKind
from core.tasks.tables import TaskRow
from core.wording.catalogue import LANGUAGES, say
from core.wording.segments import fit, segments_of
from tests.unit.demo_office import Desk
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    GRANDMA_JIN,
    KEEPER_ZHOU,
    LIU_YANG,
    MASTER_WANG,
    MONDAY_MORNING,
    STRANGER,
    VOLUNTEER_WU,
    XIAO_LI,
    ZHANG_MIN,
    Person,
    local,
)

QUARTER = local("2026-11-23 10:45")


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office on a Monday morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


def ring_back(desk: Desk, who: Person = GRANDMA_JIN) -> TaskRow:
    """Return the task to ring somebody back within a quarter of an hour."""
    return open_task(
        desk.session,
        community=desk.community,
        kind=TaskKind.CALL_BACK,
        words="电话断了",
        now=MONDAY_MORNING,
        key=f"call:7:{who.key}",
        due_at=QUARTER,
        phone=who.phone,
    )


def test_a_task_goes_to_the_first_on_duty_with_name_address_and_phone(desk: Desk) -> None:
    task = ring_back(desk)

    assert (task.number, task.state, task.owner_staff_id) == (1, "open", desk.staff(ZHANG_MIN).id)
    (alert,) = desk.texts_to(ZHANG_MIN)
    for part in (
        "T1",
        "请回电话",
        "金桂兰",
        "青湖华庭3-2-402",
        "13900000101",
        "11/23 10:45",
        "办T1",
    ):
        assert part in alert.body
    assert (alert.task_id, alert.not_before) == (task.id, MONDAY_MORNING)


def test_the_same_key_is_the_same_task(desk: Desk) -> None:
    assert ring_back(desk).id == ring_back(desk).id
    assert len(desk.texts_to(ZHANG_MIN)) == 1


def test_by_night_it_is_the_next_morning_s_and_texted_then(desk: Desk) -> None:
    task = open_task(
        desk.session,
        community=desk.community,
        kind=TaskKind.OTHER,
        words="看一下",
        now=local("2026-11-24 03:00"),
        key="a",
    )

    assert task.due_at == local("2026-11-24 12:00")
    (alert,) = desk.texts_to(ZHANG_MIN)
    assert alert.not_before == local("2026-11-24 10:00")


@pytest.mark.parametrize("who", [ZHANG_MIN, LIU_YANG, XIAO_LI, DEPUTY_CHEN, DIRECTOR_GUO])
def test_these_may_end_it(desk: Desk, who: Person) -> None:
    task = ring_back(desk)

    finish_task(desk.session, task, actor=desk.actor(who), words="打过了", now=QUARTER)

    assert (task.state, task.done_by, task.done_words, task.climb_at) == (
        "done",
        who.key,
        "打过了",
        None,
    )


@pytest.mark.parametrize("who", [MASTER_WANG, KEEPER_ZHOU, VOLUNTEER_WU])
def test_these_may_not(desk: Desk, who: Person) -> None:
    task = ring_back(desk)

    with pytest.raises(Refusal, match=r"task_not_yours"):
        finish_task(desk.session, task, actor=desk.actor(who), words="", now=QUARTER)


def test_a_task_is_ended_once(desk: Desk) -> None:
    task = ring_back(desk)
    finish_task(desk.session, task, actor=SERVICE, words="", now=QUARTER)

    with pytest.raises(Refusal, match=r"task_done"):
        finish_task(desk.session, task, actor=SERVICE, words="", now=QUARTER)
    assert open_tasks_of_staff(desk.session, desk.staff(ZHANG_MIN)) == []


def test_what_nobody_did_climbs_to_the_leader_the_deputy_and_the_director(desk: Desk) -> None:
    task = ring_back(desk)
    told = []

    for _ in range(4):
        assert task.climb_at is not None
        now = task.climb_at
        assert climb_due(desk.session, now) == 1
        told.append(
            [
                who.key
                for who in (ZHANG_MIN, XIAO_LI, DEPUTY_CHEN, DIRECTOR_GUO)
                if any(text.created_at == now for text in desk.texts_to(who))
            ]
        )

    assert told == [
        ["zhangmin", "xiaoli"],
        ["zhangmin", "chendeputy"],
        ["zhangmin", "guodirector"],
        ["zhangmin", "guodirector"],
    ]
    assert "张敏的T1过了11/23 10:45还没办" in desk.texts_to(XIAO_LI)[-1].body
    assert task.escalation_level == 4


def test_without_a_grid_leader_a_colleague_on_duty_hears_of_it(desk: Desk) -> None:
    ring_back(desk, STRANGER)

    climb_due(desk.session, QUARTER)

    assert len(desk.texts_to(LIU_YANG)) == 1


def test_tasks_are_found_by_number_and_by_case(desk: Desk) -> None:
    case = desk.open(who=STRANGER)

    (task,) = open_tasks_of_case(desk.session, case.id)
    assert task_by_number(desk.session, desk.community.id, 1) == task


def test_the_same_key_in_many_transactions_at_once_is_one_task(whole_demo: Database) -> None:
    def work() -> None:
        with whole_demo.transaction() as session:
            ring_back(Desk(session))

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with whole_demo.transaction() as session:
        assert [task.number for task in Desk(session).tasks()] == [1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_kind_has_a_name(kind: TaskKind, language: str) -> None:
    assert say(f"sms.task.{kind.value}", language)


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_words_are_cut_so_that_the_whole_fits(segments: int) -> None:
    text = fit(lambda words: f"【东城社区】{words}。完", "堵" * 999, segments=segments)

    assert segments_of(text) == segments
    assert text.endswith("…。完")
    assert segments_of(text.replace("…", "堵…")) == segments + 1


def test_emoji_count_as_two_units_and_are_never_halved() -> None:
    text = fit(lambda words: words, "😀" * 99, segments=1)

    assert text == "😀" * 34 + "…"
