"""Keepers by text: 加分, 扣回, 发放, 签到; the code first, one sentence for whatever is wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.line import DEMO_FILE, Line
from tests.points_line import credit, entries, give, points_of, prove
from tests.world import (
    DEPUTY_CHEN,
    GRANDMA_CAO,
    GRANDMA_JIN,
    GRANDPA_WANG,
    GRID_WORKER_MA,
    KEEPER_ZHOU,
    MA_YONGFU,
    MS_SMITH,
    VOLUNTEER_WU,
)


@pytest.fixture
def line(line: Line) -> Line:
    """The line, each webhook of which is posted twice."""
    line.twice = True
    return line


def _with_a_namesake(line: Line) -> None:
    namesake = """
[[resident]]
key = "jinguilan2"
name = "金桂兰"
phones = ["13900000199"]
estate = "beiyuan"
place = "1-1-101"
"""
    line.load(DEMO_FILE.read_text(encoding="utf-8") + namesake)


def test_points_count_once_the_code_comes_back(line: Line) -> None:
    said = line.text(KEEPER_ZHOU, "加分 13900000101 扫雪 3")

    assert said == ("【东城社区】给金桂兰记3分：扫雪。请把刚发给您的两位数回过来，才算数。")
    assert points_of(line, GRANDMA_JIN) == (0, 0)
    assert prove(line) == "【东城社区】金桂兰，扫雪，3分记好了，现在共3分。"
    assert points_of(line, GRANDMA_JIN) == (3, 0)
    line.settle()
    assert "扫雪给您记了3分" in line.inbox(GRANDMA_JIN)[-1]


def test_one_code_serves_half_an_hour(line: Line) -> None:
    credit(line, GRANDMA_JIN, "扫雪")

    line.advance(minutes=29)
    assert "记好了" in line.text(KEEPER_ZHOU, "加分 曹桂兰 扫雪")
    line.advance(minutes=2)
    assert "两位数" in line.text(KEEPER_ZHOU, "加分 马永福 扫雪")


def test_a_wrong_code_records_nothing(line: Line) -> None:
    line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪")
    line.settle()
    code = re.search(r"把(\d\d)回", line.inbox(KEEPER_ZHOU)[-1])
    assert code is not None

    assert "对不上" in line.text(KEEPER_ZHOU, "10" if code[1] != "10" else "11")
    assert entries(line) == 0


def test_the_last_code_counts_for_all_that_wait_and_each_of_them_is_said_back(
    line: Line,
) -> None:
    line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪")
    line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪 5")  # sent twice is one
    second = line.text(KEEPER_ZHOU, "加分 曹桂兰 扫雪 3")
    assert second == (
        "【东城社区】给曹桂兰记3分：扫雪；前面：给金桂兰记5分：扫雪。"
        "请把最后发给您的两位数回过来，连前面1笔一起算数。"
    )
    for words in ("签到 扫雪 金桂兰 马永福", "加分 13900000107 看望老人"):
        assert "连前面" in line.text(KEEPER_ZHOU, words)
    fifth = line.text(KEEPER_ZHOU, "加分 13900000109 看望老人")
    assert fifth.startswith("【东城社区】前面4笔还没算数。请先把")

    assert prove(line) == (
        "【东城社区】金桂兰，扫雪，5分记好了，现在共5分。 曹桂兰，扫雪，3分记好了，现在共3分。"
        " 扫雪记好了，1位，每人5分。另外1位以前记过，没有再记。"
        " 李国强，看望老人，3分记好了，现在共3分。"
    )
    assert entries(line) == 4


def test_words_are_taken_as_they_are_written(line: Line) -> None:
    for words in (
        "加分金桂兰扫雪3分",
        "加分 金桂兰，扫雪，三分",
        "家分 金桂蘭 掃雪 ３",
        "加分 金奶奶 扫雪3",
        "jiafen 139 0000 0101 扫雪 3",
        "credit 13900000101 snow clearing 3 points",
    ):
        said = line.text(KEEPER_ZHOU, words)
        assert said.startswith("【东城社区】给金桂兰记3分：扫雪"), words
    assert "记20分" in line.text(KEEPER_ZHOU, "加分 曹桂兰 扫雪 二十")
    prove(line)

    assert points_of(line, GRANDMA_JIN) == (3, 0)
    assert points_of(line, GRANDMA_CAO) == (20, 0)


def test_without_a_number_the_activity_says_how_many(line: Line) -> None:
    credit(line, MS_SMITH, "看望老人")

    assert points_of(line, MS_SMITH) == (3, 0)


_WRONG = (
    ("加分 金桂兰 扫雪 -3", "分数请写1到100的整数。"),
    ("加分 金桂兰 扫雪 0", "分数请写1到100的整数。"),
    ("加分 金桂兰 扫雪 1000000000000", "分数请写1到100的整数。"),
    ("加分 金桂兰 扫雪 10^12", "分数请写1到100的整数。"),
    ("加分 金桂兰 扫雪 1.5", "分数请写1到100的整数。"),
    ("加分 金桂兰 扫雪 半分", "分数请写1到100的整数。"),
    ("加分 13999999999 扫雪", "没找到“13999999999”，请写姓名或电话。"),
    ("加分 诸葛亮 扫雪", "没找到“诸葛亮”，请写姓名或电话。"),
    ("加分 金桂兰 唱京剧", "没有“唱京剧”这个活动。看有哪些请发：活动"),
    ("发放 0001", "没有0001这个码，请再看一眼。"),
    ("扣回 金桂兰 记错了人", "金桂兰没有可以扣回的分。"),
    ("签到 唱京剧 金桂兰", "没有“唱京剧”这个活动。看有哪些请发：活动"),
    (
        "签到 扫雪 金桂兰、诸葛亮",
        "名单里这几位对不上：诸葛亮。一位也没记，请写电话再发一次。",
    ),
)


def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_posted(line: Line) -> None:
    for words, answer in _WRONG:
        assert line.text(KEEPER_ZHOU, words) == f"【东城社区】{answer}"
    line.settle()

    assert entries(line) == 0
    assert line.inbox(KEEPER_ZHOU) == [f"【东城社区】{answer}" for _, answer in _WRONG], "no code"
    assert line.cases() == []


def test_two_people_of_one_name_are_asked_about_by_digit(line: Line) -> None:
    _with_a_namesake(line)

    asked = line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪 3")

    assert asked == (
        "【东城社区】叫“金桂兰”的不止一位，是哪位？1 金桂兰 3-2-402，2 金桂兰 1-1-101。请回数字。"
    )
    assert line.text(KEEPER_ZHOU, "3") == asked
    assert "给金桂兰记3分" in line.text(KEEPER_ZHOU, "1")
    prove(line)
    assert points_of(line, GRANDMA_JIN) == (3, 0)


def test_an_unknown_activity_offers_the_nearest(line: Line) -> None:
    asked = line.text(KEEPER_ZHOU, "加分 金桂兰 少雪 3")

    assert asked == "【东城社区】没有“少雪”这个活动。是哪个？1 扫雪。请回数字。"
    line.text(KEEPER_ZHOU, "1")
    prove(line)
    assert points_of(line, GRANDMA_JIN) == (3, 0)


def test_the_same_deed_is_recorded_once_a_day(line: Line) -> None:
    credit(line, GRANDMA_JIN, "扫雪")
    line.advance(minutes=1)

    assert line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪") == (
        "【东城社区】金桂兰的扫雪已经记过了。记错了先发：扣回 金桂兰 原因"
    )
    assert entries(line) == 1


def test_many_points_need_a_second_keeper(line: Line) -> None:
    line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪 60")
    answer = prove(line)
    line.settle()

    assert answer == "【东城社区】60分要马超同意，已经问了，同意了才算。"
    assert line.inbox(GRID_WORKER_MA)[-1] == (
        "【东城社区】周梅要给金桂兰记60分：扫雪。同意回1，不同意回2。"
    )
    assert points_of(line, GRANDMA_JIN) == (0, 0)
    assert line.text(GRID_WORKER_MA, "1") == "【东城社区】金桂兰，扫雪，60分记好了，现在共60分。"
    line.settle()
    assert line.inbox(KEEPER_ZHOU)[-1] == "【东城社区】马超同意，金桂兰的60分办好了。"
    assert points_of(line, GRANDMA_JIN) == (60, 0)


def test_a_second_keeper_may_say_no(line: Line) -> None:
    line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪 60")
    prove(line)
    line.settle()

    assert line.text(GRID_WORKER_MA, "2") == "【东城社区】好的。"
    line.settle()
    assert "不同意" in line.inbox(KEEPER_ZHOU)[-1]
    assert entries(line) == 0


def test_a_mistake_is_taken_back_with_a_reason(line: Line) -> None:
    credit(line, GRANDMA_JIN, "扫雪 3")
    credit(line, GRANDMA_JIN, "看望老人")

    assert "请写原因" in line.text(KEEPER_ZHOU, "扣回 金桂兰")
    assert line.text(KEEPER_ZHOU, "扣回 金桂兰 扫雪 不是她扫的") == (
        "【东城社区】金桂兰的3分扣回了，现在共3分。"
    )
    line.settle()
    assert "扫雪的3分记错了，已经退回" in line.inbox(GRANDMA_JIN)[-1]
    assert "记好了" in line.text(KEEPER_ZHOU, "加分 金桂兰 扫雪 4"), "the deed may be recorded anew"
    assert points_of(line, GRANDMA_JIN) == (7, 0)


def test_spent_points_are_not_taken_back(line: Line) -> None:
    credit(line, GRANDMA_JIN, "扫雪 10")
    line.text(GRANDMA_JIN, "兑换纸巾")

    assert line.text(KEEPER_ZHOU, "扣回 金桂兰 记错了") == (
        "【东城社区】金桂兰的分已经用了，还差10分，扣不回来。"
    )


def test_a_reward_is_handed_over_against_its_code_once(line: Line) -> None:
    give(line, GRANDMA_JIN, 20)
    code = _code_of(line.text(GRANDMA_JIN, "兑换纸巾"))

    assert line.text(KEEPER_ZHOU, f"发放 {code}") == (
        "【东城社区】把纸巾发给金桂兰。请把刚发给您的两位数回过来，才算数。"
    )
    assert prove(line) == "【东城社区】纸巾发给金桂兰了，记好了。"
    assert points_of(line, GRANDMA_JIN) == (10, 0)
    line.settle()
    assert "纸巾取走了" in line.inbox(GRANDMA_JIN)[-1]
    line.advance(minutes=1)
    assert "已经发过了，不能再发" in line.text(KEEPER_ZHOU, f"发放{code}")
    assert "没有给您留着了" in line.text(GRANDMA_JIN, "2")


def test_whoever_forgot_the_code_is_known_by_name(line: Line) -> None:
    give(line, GRANDMA_JIN, 40)
    line.text(GRANDMA_JIN, "兑换纸巾")
    line.text(GRANDMA_JIN, "兑换洗洁精")

    asked = line.text(KEEPER_ZHOU, "发放 金桂兰")

    assert asked == "【东城社区】金桂兰留着几样，发哪样？1 纸巾，2 洗洁精。请回数字。"
    line.text(KEEPER_ZHOU, "2")
    assert prove(line) == "【东城社区】洗洁精发给金桂兰了，记好了。"
    assert line.text(KEEPER_ZHOU, "发放 曹桂兰") == "【东城社区】曹桂兰没有留着的奖品。"


def test_one_neighbour_after_another_is_no_machine(line: Line) -> None:
    line.text(KEEPER_ZHOU, "加分 13900000101 看望老人 3")
    prove(line)
    for number in ("104", "106", "107", "109", "110"):
        assert "记好了" in line.text(KEEPER_ZHOU, f"加分 13900000{number} 看望老人 3")

    assert entries(line) == 6


def test_a_list_of_who_was_there_is_posted_at_once(line: Line) -> None:
    said = line.text(KEEPER_ZHOU, "签到 扫雪 金桂兰、曹桂兰 13900000104")

    assert said == (
        "【东城社区】扫雪，每人5分：金桂兰，曹桂兰，马永福。请把刚发给您的两位数回过来，才算数。"
    )
    assert prove(line) == "【东城社区】扫雪记好了，3位，每人5分。"
    assert [points_of(line, who)[0] for who in (GRANDMA_JIN, GRANDMA_CAO, MA_YONGFU)] == [5, 5, 5]
    assert line.text(KEEPER_ZHOU, "签到 扫雪 金桂兰 王德明") == (
        "【东城社区】扫雪记好了，1位，每人5分。另外1位以前记过，没有再记。"
    )
    line.settle()
    assert line.inbox(GRANDPA_WANG) == [], "a landline is never texted"


def test_of_a_list_with_namesakes_each_is_asked_about(line: Line) -> None:
    _with_a_namesake(line)

    asked = line.text(KEEPER_ZHOU, "签到 扫雪 金桂兰 曹桂兰")
    assert asked.startswith("【东城社区】叫“金桂兰”的不止一位，是哪位？1 金桂兰 3-2-402，2 金桂兰")
    assert "每人5分：曹桂兰，金桂兰" in line.text(KEEPER_ZHOU, "1")
    assert prove(line) == "【东城社区】扫雪记好了，2位，每人5分。"
    assert [points_of(line, who)[0] for who in (GRANDMA_JIN, GRANDMA_CAO)] == [5, 5]


def test_only_a_keeper_of_this_community_records(line: Line) -> None:
    other = (
        DEMO_FILE.read_text(encoding="utf-8")
        .replace('key = "dongcheng"', 'key = "xicheng"')
        .replace("0993-5800000", "0993-5900000")
        .replace("13900000", "13800000")
        .replace("0993-58003", "0993-59003")
    )
    line.load(other, name="xicheng.toml")
    stranger = "+8613800000009"  # the other community's keeper

    assert line.text(stranger, "加分 金桂兰 扫雪") == (
        "【东城社区】您不是这个社区的积分管理员，没有记。"
    )
    assert line.text(VOLUNTEER_WU, "加分 金桂兰 扫雪") == (
        "【东城社区】吴刚不是这里的积分管理员，不能记分。"
    )
    assert line.text(DEPUTY_CHEN, "发放 1234").startswith("【东城社区】陈静不是这里的")
    assert line.text(stranger, "加分 13900000101 扫雪", number="+869935900000") == (
        "【东城社区】没找到“13900000101”，请写姓名或电话。"
    )
    assert entries(line) == 0
    assert line.cases() == []


def test_the_days_limit_holds_for_a_keeper(line: Line) -> None:
    text = DEMO_FILE.read_text(encoding="utf-8")
    line.load(text.replace("keeper_day_limit = 500", "keeper_day_limit = 8"))
    credit(line, GRANDMA_JIN, "扫雪")

    assert "上限" in line.text(KEEPER_ZHOU, "加分 曹桂兰 扫雪")
    line.advance_to(line.now + timedelta(days=1))
    assert "两位数" in line.text(KEEPER_ZHOU, "加分 曹桂兰 扫雪")


def test_a_keeper_is_told_what_can_be_texted(line: Line) -> None:
    assert "加分 姓名或电话 活动" in line.text(KEEPER_ZHOU, "帮助")
    assert "加分 姓名或电话 活动" in line.text(KEEPER_ZHOU, "加分")


def _code_of(words: str) -> str:
    found = re.search(r"凭(\d{4})", words)
    assert found is not None, words
    return found[1]
