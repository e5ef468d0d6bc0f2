"""Staff by text: the whole working day on one telephone."""

from __future__ import annotations

import re

from core.wording.segments import segments_of
from tests.line import Line
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    GRANDMA_JIN,
    GRANDPA_WANG,
    KEEPER_ZHOU,
    LIU_YANG,
    MASTER_WANG,
    XIAO_LI,
    ZHANG_MIN,
    Person,
    local,
)


def test_a_plumber_on_the_stairs(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.settle()
    assert "请回：接1" in line.inbox(MASTER_WANG)[-1]

    assert "居民问起就说“明天上午来”" in line.text(MASTER_WANG, "接 １ 明天上午来")
    assert line.case(1)["status"] == "accepted"

    assert "备注回2" in line.text(MASTER_WANG, "配件明天到")
    assert "备注记下了" in line.text(MASTER_WANG, "2")
    assert line.case(1)["events"][-1]["words"] == "配件明天到"

    assert "办结记下了" in line.text(MASTER_WANG, "办结 换了一段管子")
    assert line.case(1)["status"] == "awaiting_confirmation"


def test_free_words_that_nobody_sorted_are_kept_as_a_note(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1")
    line.text(MASTER_WANG, "配件明天到")
    line.advance(hours=73)

    assert "配件明天到" in [
        event["words"] for event in line.case(1)["events"] if event["what"] == "note"
    ]


def test_free_words_can_be_done_or_ones_own_matter(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1")
    line.text(MASTER_WANG, "我家暖气不热")
    assert "0002号" in line.text(MASTER_WANG, "3")
    assert line.case(2)["text"] == "我家暖气不热"

    line.text(MASTER_WANG, "通了，好了")
    line.text(MASTER_WANG, "1")
    assert line.case(1)["status"] == "awaiting_confirmation"


def test_without_a_number_the_only_case_is_meant(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    line.text(MASTER_WANG, "接")

    assert line.case(1)["status"] == "accepted"


def test_of_several_cases_it_is_asked_which_one(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")
    line.text(MASTER_WANG, "接1")
    line.text(MASTER_WANG, "接2")

    assert "说的是哪件" in line.text(MASTER_WANG, "办结 换好了")
    line.text(MASTER_WANG, "2")

    done = [case["status"] for case in line.cases()]
    assert sorted(done) == ["accepted", "awaiting_confirmation"]


def test_a_building_is_no_case_number(line: Line) -> None:
    for words in ("下水道堵了", "楼道灯坏了", "单元门坏了"):
        line.text(GRANDMA_JIN, words)
    line.text(MASTER_WANG, "接3")

    assert "说的是哪件" in line.text(MASTER_WANG, "办结 3号楼的门修好了")
    assert line.case(3)["status"] == "accepted"


def test_a_number_that_is_not_theirs_is_asked_about(line: Line) -> None:
    line.text(GRANDMA_JIN, "高龄津贴怎么申请")
    line.text(GRANDMA_JIN, "下水道堵了")

    assert "0001号现在归张敏管。说的是哪件" in line.text(MASTER_WANG, "接1")
    assert "没有0099号。说的是哪件" in line.text(MASTER_WANG, "接99")
    assert "0001号现在归张敏管" in line.text(KEEPER_ZHOU, "接1")
    assert line.case(1)["status"] == "dispatched"


def test_a_case_goes_round_and_comes_back(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    assert "写为什么退" in line.text(MASTER_WANG, "退1")
    assert "已退给李强" in line.text(MASTER_WANG, "退1 不归我管")
    assert "已转给王建国" in line.text(XIAO_LI, "转1 物业 请再看看")
    assert "已报给陈静" in line.text(MASTER_WANG, "上报1 要动大修")
    assert line.case(1)["assignee"] == "chendeputy"
    line.settle()
    assert "要动大修" in line.inbox(DEPUTY_CHEN)[-1]
    assert "没找到这个人" in line.text(DEPUTY_CHEN, "转1 张三")


def test_telling_the_resident_counts_as_feedback(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1")

    assert "告知记下了" in line.text(MASTER_WANG, "告知1 打电话说了，配件明天到")

    assert line.case(1)["feedback_at"] is not None


def test_the_residents_answer_taken_by_a_person(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1")
    assert "还没办结" in line.text(ZHANG_MIN, "回访1 好了")
    line.text(MASTER_WANG, "办结1 通了")

    assert "没好 哪里没好" in line.text(ZHANG_MIN, "回访1 家里没人")
    assert "重办" in line.text(ZHANG_MIN, "回访1 没好 还在漏")
    assert line.case(1)["status"] == "dispatched"

    line.text(MASTER_WANG, "接1")
    line.text(MASTER_WANG, "办结1 这回好了")
    assert "结了" in line.text(ZHANG_MIN, "回访 1 好了 说谢谢")
    assert line.case(1)["status"] == "closed"


def test_closing_without_the_resident_needs_a_reason_a_code_and_a_second_person(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    assert "原因" in line.text(ZHANG_MIN, "结案1")
    assert "两位数" in line.text(ZHANG_MIN, "结案1 已经搬走了")
    assert line.case(1)["status"] == "dispatched"

    assert "已请陈静" in line.text(ZHANG_MIN, _code_of(line, ZHANG_MIN))
    line.settle()
    assert "已经搬走了" in line.inbox(DEPUTY_CHEN)[-1]
    assert line.case(1)["status"] == "dispatched"

    line.text(DEPUTY_CHEN, "1")
    line.settle()
    assert line.case(1)["status"] == "closed"
    assert "陈静同意" in line.inbox(ZHANG_MIN)[-1]
    assert "陈静" in line.case(1)["events"][-1]["words"]


def test_the_second_person_may_refuse(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(DEPUTY_CHEN, "结案1 不归我们")
    line.text(DEPUTY_CHEN, _code_of(line, DEPUTY_CHEN))
    line.settle()

    line.text(DIRECTOR_GUO, "2")
    line.settle()

    assert line.case(1)["status"] == "dispatched"
    assert "郭涛不同意" in line.inbox(DEPUTY_CHEN)[-1]


def test_a_wrong_code_closes_nothing(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(ZHANG_MIN, "结案1 已经搬走了")
    code = _code_of(line, ZHANG_MIN)

    assert "对不上" in line.text(ZHANG_MIN, "10" if code != "10" else "11")
    line.settle()

    assert line.inbox(DEPUTY_CHEN) == []


def test_a_walk_in_is_entered_by_phone_by_name_and_by_landline(line: Line) -> None:
    assert "金桂兰，青湖华庭3-2-402" in line.text(ZHANG_MIN, "代报 13900000101 水管漏了")
    assert "王德明" in line.text(ZHANG_MIN, "代报 5800302 下水道堵了")
    assert "王德明" in line.text(ZHANG_MIN, "代报王大爷 楼道灯坏了")
    assert "还不知道是哪位" in line.text(ZHANG_MIN, "代报 13999999999 家里没电")
    assert "请写是谁" in line.text(ZHANG_MIN, "代报")

    assert [case["channel"] for case in line.cases()] == ["staff"] * 4
    assert line.case(2)["resident"]["phone"] == GRANDPA_WANG.phone
    assert line.case(1)["events"][0]["actor"] == "zhangmin"


def test_tasks_are_done_and_listed(line: Line) -> None:
    line.text(GRANDMA_JIN, "人工")
    assert "T1居民要找人说" in line.text(ZHANG_MIN, "我的")

    assert "T1办好了" in line.text(ZHANG_MIN, "办 T1 打过电话了")
    assert line.tasks()[0]["state"] == "done"
    assert "已经办过" in line.text(ZHANG_MIN, "办t1")
    assert "没有T9" in line.text(ZHANG_MIN, "办T9")
    assert "没有在办的事" in line.text(ZHANG_MIN, "我的")


def test_a_case_is_looked_at(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    assert line.text(MASTER_WANG, "查1") == line.text(MASTER_WANG, "查 0001")
    assert "13900000101" in line.text(ZHANG_MIN, "查1")
    assert "13900000101" not in line.text(KEEPER_ZHOU, "查1")
    assert "0001号下水道" in line.text(MASTER_WANG, "我的")


def test_a_case_without_a_recording_is_read_instead_of_heard(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    assert "没有录音" in line.text(MASTER_WANG, "听1")


def test_a_spoken_case_is_heard_on_the_phone_that_asks(line: Line) -> None:
    call = line.ring(GRANDMA_JIN)
    call.press("1", "1").speak("下水道堵了", key="#")
    call.hang_up()
    line.settle()
    number = line.cases()[-1]["number"]

    assert "马上打给您" in line.text(MASTER_WANG, f"听{int(number)}")
    line.settle()

    assert line.ringing(MASTER_WANG)


def test_the_last_one_on_duty_leaves_only_when_somebody_takes_over(line: Line) -> None:
    line.text(ZHANG_MIN, "下班")
    assert "辛苦了" in line.text(ZHANG_MIN, _code_of(line, ZHANG_MIN))
    line.text(LIU_YANG, "下班")
    assert "交给谁" in line.text(LIU_YANG, _code_of(line, LIU_YANG))

    assert "回1就算接班" in line.text(LIU_YANG, "2")
    line.settle()
    assert "请您接着值班" in line.inbox(XIAO_LI)[-1]

    line.text(XIAO_LI, "1")
    line.settle()
    assert "您可以下班了" in line.inbox(LIU_YANG)[-1]
    assert "网格长小李这就给您打电话" in line.text(GRANDMA_JIN, "人工")


def test_somebody_goes_on_duty(line: Line) -> None:
    assert "李强现在值班" in line.text(XIAO_LI, "值班")
    assert "已经在值班" in line.text(XIAO_LI, "我值班了")


def test_a_received_alert_is_not_yet_accepted(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    assert "接1 哪天来" in line.text(MASTER_WANG, "收到")
    assert line.case(1)["status"] == "dispatched"


def test_a_note_about_no_call_is_answered(line: Line) -> None:
    assert "没有要记的电话" in line.text(ZHANG_MIN, "记 老人问医保")


def test_staff_without_cases_are_residents_too(line: Line) -> None:
    assert "0001号" in line.text(KEEPER_ZHOU, "我家暖气不热")
    assert line.case(1)["channel"] == "sms"


def test_every_reply_to_staff_fits_three_segments(line: Line) -> None:
    for number in range(9):
        line.text(GRANDMA_JIN, f"第{number}次说，下水道堵了，" + "水往外冒" * 30)
    for words in ("我的", "查1", "办结 好了", "接", "帮助", "听1", "配件明天到" * 40):
        reply = line.text(MASTER_WANG, words)
        assert 0 < segments_of(reply) <= 3, reply


def _code_of(line: Line, who: Person) -> str:
    line.settle()
    found = re.search(r"(?<!\d)\d{2}(?!\d)", line.inbox(who)[-1])
    assert found is not None
    return found.group()


def test_an_alert_that_waited_for_the_morning_is_void_once_the_case_went_on(line: Line) -> None:
    line.advance_to(local("2026-11-23 20:30"))
    line.text(GRANDMA_JIN, "下水道堵了")
    assert "0001号归您了" in line.text(MASTER_WANG, "接1 明天上午来")

    line.advance_to(local("2026-11-24 10:30"))

    assert [words for words in line.inbox(MASTER_WANG) if "哪天来" in words] == []


def test_a_remark_behind_a_space_is_no_unit(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")
    line.text(MASTER_WANG, "办结1 门锁也换了")

    assert line.case(1)["status"] == "awaiting_confirmation"
