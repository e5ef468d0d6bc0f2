"""Residents by text: points, the shop, what is on; each answer one segment, each digit undoes."""

from __future__ import annotations

import re

import pytest

from core.wording.segments import segments_of
from tests.line import Line
from tests.points_line import credit, entries, give, points_of, set_stock, stock_of
from tests.world import (
    GRANDMA_CAO,
    GRANDMA_JIN,
    KEEPER_ZHOU,
    LIU_YULAN,
    MS_SMITH,
    STRANGER,
    ZHANG_MIN,
)


@pytest.fixture
def line(line: Line) -> Line:
    """The line, each webhook of which is posted twice."""
    line.twice = True
    return line


def test_the_balance_comes_with_the_last_three_entries_in_one_segment(line: Line) -> None:
    credit(line, GRANDMA_JIN, "看望老人")
    give(line, GRANDMA_JIN, 40)

    answer = line.text(GRANDMA_JIN, "積分")

    assert answer == "【东城社区】金奶奶有43分。11/24扫雪+20，11/23扫雪+20，11/23看望老人+3"
    assert segments_of(answer) == 1
    assert line.text(GRANDMA_CAO, "我有多少积分") == "【东城社区】曹奶奶有0分。"


def test_every_posting_is_told_to_the_resident(line: Line) -> None:
    credit(line, GRANDMA_JIN, "扫雪")
    line.settle()

    assert line.inbox(GRANDMA_JIN)[-1] == "【东城社区】金奶奶，扫雪给您记了5分，现在共5分。"


def test_the_shop_is_told_to_anybody(line: Line) -> None:
    shop = "【东城社区】纸巾10分，洗洁精20分，花生油60分。要哪样发：兑换 名字"

    assert line.text(GRANDMA_JIN, "兑换") == shop
    assert line.text(STRANGER, "积分能换什么") == shop


def test_a_reward_is_kept_and_falls_with_one_digit(line: Line) -> None:
    give(line, GRANDMA_JIN, 60)

    kept = line.text(GRANDMA_JIN, "兑换 油")

    assert re.fullmatch(r"【东城社区】花生油给您留好了，凭\d{4}来社区取，留到.+。不要了回2。", kept)
    assert points_of(line, GRANDMA_JIN) == (0, 60)
    assert stock_of(line, "oil") == 9
    assert line.text(GRANDMA_JIN, "1") == "【东城社区】记着呢，谢谢您。"
    assert points_of(line, GRANDMA_JIN) == (0, 60)
    assert line.text(GRANDMA_JIN, "2") == ("【东城社区】好，花生油不留了，60分退给您，现在共60分。")
    assert points_of(line, GRANDMA_JIN) == (60, 0)
    assert stock_of(line, "oil") == 10


def test_a_digit_about_a_reward_answers_no_older_question(line: Line) -> None:
    give(line, GRANDMA_JIN, 20)
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")
    assert "不办哪件了" in line.text(GRANDMA_JIN, "取消")

    line.text(GRANDMA_JIN, "兑换纸巾")

    assert "不留了" in line.text(GRANDMA_JIN, "2")
    line.advance(minutes=1)  # the same text at once would only be a repeat
    assert "0001" in line.text(GRANDMA_JIN, "2"), "the question about the cases is still open"


def test_a_reward_that_is_kept_already_is_not_kept_twice_by_itself(line: Line) -> None:
    give(line, GRANDMA_JIN, 20)
    kept = line.text(GRANDMA_JIN, "兑换纸巾")
    line.advance(minutes=5)

    again = line.text(GRANDMA_JIN, "换 纸巾".replace("换", "兑换"))

    code = re.search(r"凭(\d{4})", kept)
    assert code is not None
    assert again == f"【东城社区】纸巾给您留着一份，凭{code[1]}取。再要一份回1，不要了回2。"
    assert points_of(line, GRANDMA_JIN) == (10, 10)
    assert "留好了" in line.text(GRANDMA_JIN, "1")
    assert points_of(line, GRANDMA_JIN) == (0, 20)


def test_a_slip_of_writing_is_asked_about(line: Line) -> None:
    give(line, GRANDMA_JIN, 60)

    asked = line.text(GRANDMA_JIN, "兑换 花生由")

    assert asked == "【东城社区】没有“花生由”。要哪样？1花生油。请回数字。"
    assert points_of(line, GRANDMA_JIN) == (60, 0)
    assert "花生油给您留好了" in line.text(GRANDMA_JIN, "1")


def test_whoever_has_not_enough_hears_how_many_are_missing(line: Line) -> None:
    give(line, GRANDMA_JIN, 20)

    assert line.text(GRANDMA_JIN, "兑换花生油") == "【东城社区】花生油要60分，您还差40分。"
    assert points_of(line, GRANDMA_JIN) == (20, 0)


def test_of_what_is_sold_out_they_are_told_when_it_is_back(line: Line) -> None:
    give(line, GRANDMA_JIN, 60)
    give(line, GRANDMA_CAO, 60)
    set_stock(line, "oil", 1)
    line.text(GRANDMA_CAO, "兑换油")

    assert line.text(GRANDMA_JIN, "兑换油") == (
        "【东城社区】花生油现在没有了。来了要告诉您吗？要就回1。"
    )
    assert line.text(GRANDMA_JIN, "1") == "【东城社区】好，花生油来了告诉您。"
    line.text(GRANDMA_CAO, "2")
    line.settle()

    assert line.inbox(GRANDMA_JIN)[-1] == "【东城社区】花生油又有了，60分。要就发：兑换 花生油"


def test_a_couple_with_one_phone_is_asked_whose(line: Line) -> None:
    credit(line, LIU_YULAN, "扫雪 3")

    assert line.text(LIU_YULAN, "积分") == "【东城社区】是哪位的？1刘阿姨，2赵大爷。请回数字。"
    assert line.text(LIU_YULAN, "2") == "【东城社区】赵大爷有0分。"
    line.text(LIU_YULAN, "积分")
    assert line.text(LIU_YULAN, "1") == "【东城社区】刘阿姨有3分。11/23扫雪+3"


def test_what_is_on_and_signing_up_by_number_name_and_slip(line: Line) -> None:
    listed = line.text(GRANDMA_JIN, "最近有什么活动")
    number = re.search(r"(\d+)号读书会", listed)

    assert number is not None, listed
    assert segments_of(listed) == 1
    signed_up = line.text(GRANDMA_JIN, f"报名 {number[1]}号")
    assert signed_up == ("【东城社区】读书会给您报上名了，星期五16:00，社区二楼。不去了回2。")
    assert "给您报过名了" in line.text(GRANDMA_JIN, "报名参加读书会")
    assert line.text(GRANDMA_JIN, "2") == "【东城社区】好，读书会不去了，名额让给别人。"
    assert "要哪" not in line.text(GRANDMA_JIN, "报名 独书会")
    assert "读书会给您报上名了" in line.text(GRANDMA_JIN, "1")


def test_a_standing_activity_needs_no_name(line: Line) -> None:
    assert line.text(GRANDMA_JIN, "报名扫雪") == "【东城社区】扫雪不用报名，做了告诉我们就行。"


def test_whoever_is_there_texts_the_code_and_is_posted_once(line: Line) -> None:
    told = line.text(KEEPER_ZHOU, "签到 扫雪")
    code = re.search(r"签到码是(\d{4})", told)
    assert code is not None, told

    assert "签到好了" in line.text(GRANDMA_CAO, f"签到{code[1]}")
    assert points_of(line, GRANDMA_CAO) == (5, 0)
    line.advance(minutes=5)
    assert line.text(GRANDMA_CAO, f"簽到 {code[1]}") == (
        "【东城社区】扫雪已经给您记过分了，不用再发。"
    )
    assert "对不上" in line.text(GRANDMA_JIN, "签到 0000")
    assert entries(line) == 1
    line.advance(hours=4)
    assert "对不上" in line.text(GRANDMA_JIN, f"签到 {code[1]}")


def test_a_phone_without_an_account_is_told_whom_to_ring(line: Line) -> None:
    words = "【东城社区】您这个电话还没登记积分，请打5800000，我们给您办。"

    assert line.text(STRANGER, "积分") == words
    assert line.text(STRANGER, "兑换 油") == words


def test_english_residents_read_english(line: Line) -> None:
    assert line.text(MS_SMITH, "points") == "[Dongcheng] Ms Smith: 0 points."
    assert "peanut oil 60" in line.text(MS_SMITH, "shop")
    assert line.text(MS_SMITH, "redeem peanut oil") == (
        "[Dongcheng] peanut oil takes 60; you need 60 more."
    )
    assert "reading cir" in line.text(MS_SMITH, "sign up reading circle")


def test_words_about_points_that_are_no_wish_are_a_case(line: Line) -> None:
    line.text(GRANDMA_JIN, "我上回扫雪的积分没给我算上")
    line.text(GRANDMA_JIN, "兑换点的门锁坏了没人修")

    assert len(line.cases()) == 2


def test_danger_beside_a_wish_goes_first(line: Line) -> None:
    assert "120" in line.text(GRANDMA_JIN, "报名 我妈晕倒了叫不应")


def test_a_community_without_points_says_so(line: Line) -> None:
    from core.points.tables import ActivityRow, RewardRow

    with line.database.transaction() as session:
        for row in (*session.query(ActivityRow), *session.query(RewardRow)):
            row.left_at = line.now

    assert line.text(GRANDMA_JIN, "积分") == (
        "【东城社区】我们社区还没有积分。有事写几个字发来就行。"
    )
    assert "积分" not in line.text(GRANDMA_JIN, "帮助")


def test_staff_who_live_here_have_points_too(line: Line) -> None:
    assert "登记" in line.text(ZHANG_MIN, "积分")
    assert "花生油60分" in line.text(ZHANG_MIN, "兑换")


def test_help_names_points(line: Line) -> None:
    assert "积分" in line.text(GRANDMA_JIN, "帮助")
