"""Points by telephone, besides the transcripts: what is offered, to whom, and in which language."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from core.points.tables import ActivityRow, PointCycleRow, RewardRow
from core.residents.pins import set_pin
from core.residents.queries import find_residents
from tests.line import Line
from tests.points_line import credit, give, points_of, set_stock
from tests.world import (
    GRANDMA_CAO,
    GRANDMA_JIN,
    GRANDMA_XUE,
    GRANDPA_WANG,
    MS_SMITH,
    STRANGER,
    local,
)


@pytest.fixture
def line(line: Line) -> Line:
    """The line, each webhook of which is posted twice."""
    line.twice = True
    return line


def test_a_community_without_points_offers_no_key_for_them(line: Line) -> None:
    with line.database.transaction() as session:
        for table in (ActivityRow, RewardRow):
            session.execute(update(table).values(left_at=line.now))

    call = line.ring(GRANDMA_CAO)
    assert "积分" not in call.heard
    assert "再按一次" in call.press("3").heard


def test_at_night_the_key_is_taken_though_not_named(line: Line) -> None:
    line.advance_to(local("2026-11-23 20:30"))

    call = line.ring(GRANDMA_CAO)

    assert "积分" not in call.heard
    assert "能换的东西有" in call.press("3").heard


def test_a_telephone_of_nobodys_hears_that_it_has_none(line: Line) -> None:
    call = line.ring(STRANGER).press("3")

    assert "这个电话还没有积分。" in call.heard
    assert "找人，请按0。" in call.heard


def test_the_list_is_read_slowly(line: Line) -> None:
    line.ring(GRANDMA_CAO).press("3")

    document = line.posted[-1].answered.body
    assert "纸巾，</Say><Pause" in document, document
    assert "积分发到您手机上了。</Say><Pause" not in document, document


def test_nothing_is_read_out_that_is_gone(line: Line) -> None:
    set_stock(line, "detergent", 0)

    heard = line.ring(GRANDMA_CAO).press("3").heard

    assert "洗洁精" not in heard
    assert "花生油，六十分，请按2。" in heard


def test_a_key_means_what_was_heard_though_the_shelf_changed(line: Line) -> None:
    give(line, GRANDMA_CAO, 60)
    call = line.ring(GRANDMA_CAO).press("3")
    set_stock(line, "tissues", 0)

    assert "花生油" in call.press("3").heard
    call.press("1")
    assert points_of(line, GRANDMA_CAO) == (0, 60)


def test_the_last_one_goes_to_whoever_presses_first(line: Line) -> None:
    give(line, GRANDMA_CAO, 60)
    give(line, GRANDMA_JIN, 60)
    set_stock(line, "oil", 1)
    first = line.ring(GRANDMA_CAO).press("3", "3")
    second = line.ring(GRANDMA_JIN).press("3", "3")

    assert "给您留好了" in first.press("1").heard
    assert "这样刚换完了。" in second.press("1").heard
    line.settle()
    assert "来了要告诉您吗" in line.inbox(GRANDMA_JIN)[-1]
    assert (points_of(line, GRANDMA_CAO), points_of(line, GRANDMA_JIN)) == ((0, 60), (60, 0))


def test_english_callers_hear_english_and_change_in_the_middle(line: Line) -> None:
    call = line.ring(MS_SMITH)
    assert "Points, press 3." in call.heard

    assert "peanut oil,sixty points,press 3." in call.press("3").heard
    assert "花生油，六十分，请按3。" in call.press("8").heard


def test_wrong_keys_are_asked_about_and_lose_nobody(line: Line) -> None:
    call = line.ring(GRANDMA_CAO).press("3", "5", "5")

    assert "要第一样吗？" in call.heard
    assert "请稍等，正在叫人。" in call.press("5").heard


def test_a_slow_caller_is_still_answered_in_time(line: Line) -> None:
    line.ring(GRANDMA_CAO).press("9").hang_up()

    heard = line.ring(GRANDMA_CAO).heard

    assert heard.startswith("有危险打幺二零或幺幺九。")
    assert heard.endswith("积分，请按3。")
    assert "东城社区" not in heard  # so that the whole stays within 20 s


def test_a_landline_that_nobody_answers_is_told_by_a_person(line: Line) -> None:
    give(line, GRANDMA_XUE, 20)
    line.advance_to(local("2026-11-24 10:30"))
    line.ring(GRANDMA_XUE).press("3", "1", "1", "1").hang_up()

    line.advance(minutes=30)

    task = line.tasks()[-1]
    assert (task["kind"], task["phone"]) == ("tell_resident", GRANDMA_XUE.phone)
    assert "薛秀珍换了纸巾" in task["words"]


def test_four_digits_set_at_the_office_let_a_landline_hear_its_points(line: Line) -> None:
    credit(line, GRANDPA_WANG, "扫雪 20")
    with line.database.transaction() as session:
        (resident,) = find_residents(session, line.community(session).id, GRANDPA_WANG.name)
        set_pin(session, resident=resident, pin="4807", now=line.now)
        cycle = session.scalars(select(PointCycleRow).order_by(PointCycleRow.id)).first()
        assert cycle is not None
        cycle.announced_at = line.now

    call = line.ring(GRANDPA_WANG).press("3")
    assert "没用完的积分，可以用到十二月三十一日，星期四。" in call.heard
    assert "请按四位密码" in call.heard
    assert "二十" not in call.press("0000").heard
    assert "密码没对上" in call.heard
    assert "您现在一共有二十分。" in call.press("4807").heard
    assert "纸巾" in call.heard
    call.hang_up()

    silent = line.ring(GRANDPA_WANG).press("3").stay_silent()
    assert "一共有" not in silent.everything_heard
    assert "纸巾" in silent.heard
    silent.hang_up()
    wanted = line.ring(GRANDPA_WANG).press("3").press("0").stay_silent()  # nothing follows the 0
    assert wanted.waits_for == "callee"


def test_whoever_guesses_is_not_asked_any_more(line: Line) -> None:
    with line.database.transaction() as session:
        (resident,) = find_residents(session, line.community(session).id, GRANDPA_WANG.name)
        set_pin(session, resident=resident, pin="4807", now=line.now)

    for _ in range(3):
        line.ring(GRANDPA_WANG).press("3", "1111", "2222").hang_up()
    call = line.ring(GRANDPA_WANG).press("3")

    assert "密码" not in call.heard
    assert "请到社区当面问" in call.heard
