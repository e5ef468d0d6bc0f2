"""Danger by text: said back at once, one case, people called, never limited."""

from __future__ import annotations

import pytest

from core.wording.segments import segments_of
from tests.line import Line
from tests.world import (
    GRANDMA_JIN,
    LIU_YANG,
    MASTER_WANG,
    MS_SMITH,
    STRANGER,
    XIAO_LI,
    ZHANG_MIN,
    local,
)

_CRIES = {
    "救命": "有危险请马上打120",
    "着火了": "快往外跑",
    "煤气味好大": "先到屋外",
    "老伴晕倒了": "请马上打120",
    "摔倒起不来了": "先别扶起来",
    "触电了": "别碰人和电线",
    "被困电梯": "别慌",
    "有人砸门": "先躲到安全的地方",
    "不想活了": "我们在这儿",
    "吃错药了": "请马上打120",
    "老伴走丢了": "请马上打110",
    "jiu ming": "有危险请马上打120",
    "救\u200b命🆘": "有危险请马上打120",
}


def test_a_cry_is_answered_at_once_and_alarms(line: Line) -> None:
    line.text(GRANDMA_JIN, "救命")
    line.settle()

    case = line.case(1)
    assert (case["urgency"], case["text"]) == ("P0", "救命")
    alarm = line.inbox(ZHANG_MIN)[-1]
    assert "紧急" in alarm
    assert "青湖华庭3-2-402" in alarm
    assert line.ringing(ZHANG_MIN)


def test_each_danger_has_its_own_words_in_one_segment(line: Line) -> None:
    for number, (cry, begins) in enumerate(_CRIES.items()):
        reply = line.text(f"+86139123450{number:02d}", cry)

        assert reply.startswith(f"【东城社区】{begins}"), reply
        assert segments_of(reply) == 1, reply
    assert {case["urgency"] for case in line.cases()} == {"P0"}
    assert len(line.cases()) == len(_CRIES)


def test_gas_asks_for_no_digit(line: Line) -> None:
    reply = line.text(GRANDMA_JIN, "厨房燃气泄漏")

    assert reply.startswith("【东城社区】先到屋外")
    assert "回1" not in reply
    assert "？" not in reply


def test_twenty_cries_at_night_are_one_case_with_twenty_entries(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    line.text(STRANGER, "TD")

    replies = {line.text(STRANGER, "救命") for _ in range(20)}

    assert len(replies) == 1
    assert len(line.cases()) == 1
    cries = [event for event in line.case(1)["events"] if event["words"] == "救命"]
    assert len(cries) == 20


def test_what_follows_a_cry_goes_to_whoever_hurries_there(line: Line) -> None:
    line.text(STRANGER, "救命")
    line.text(STRANGER, "我在3号楼2单元402")

    assert len(line.cases()) == 1
    assert "3号楼2单元402" in line.case(1)["events"][-1]["words"]


def test_the_alarm_is_taken_by_text_and_the_caller_reached(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    line.text(GRANDMA_JIN, "老头子晕倒了")
    line.settle()

    assert "归您了" in line.text(LIU_YANG, "接1")
    line.settle()
    assert "13900000101" in line.inbox(LIU_YANG)[-1]

    line.advance(minutes=5)
    assert "联系上了吗" in line.inbox(LIU_YANG)[-1]
    assert "联系上就好" in line.text(LIU_YANG, "1")
    rung = len(line.inbox(ZHANG_MIN))
    line.advance(minutes=10)
    assert len(line.inbox(ZHANG_MIN)) == rung


def test_a_bare_one_takes_the_alarm_that_rings(line: Line) -> None:
    line.text(GRANDMA_JIN, "救命")
    line.settle()

    assert "归您了" in line.text(ZHANG_MIN, "1")
    assert line.case(1)["assignee"] == "zhangmin"


def test_possible_danger_alerts_a_person_and_is_asked_with_one_digit(line: Line) -> None:
    reply = line.text(GRANDMA_JIN, "老头子头疼得厉害")
    line.settle()

    assert "120、119或110" in reply
    assert "有危险回1，没事回2" in reply
    assert segments_of(reply) == 1
    assert line.case(1)["urgency"] == "P0"
    assert any("疑似紧急" in text for text in line.inbox(ZHANG_MIN))
    assert line.ringing() == []

    assert "请马上打120" in line.text(GRANDMA_JIN, "1")
    line.settle()
    assert line.case(1)["urgency"] == "P0"
    assert len(line.cases()) == 1
    assert any("紧急" in text for text in line.inbox(ZHANG_MIN))


def test_possible_danger_that_is_none_stays_an_ordinary_case(line: Line) -> None:
    line.text(GRANDMA_JIN, "老头子头疼得厉害")

    assert "放心" in line.text(GRANDMA_JIN, "2")
    line.settle()
    assert line.case(1)["urgency"] == "P2"
    assert line.case(1)["alarm"]["state"] == "ended"
    assert any("居民回话说没事" in text for text in line.inbox(ZHANG_MIN))
    line.advance(minutes=10)
    assert line.ringing() == []
    assert not any(call["purpose"] == "alarm" for call in line.calls())


def test_a_possible_gas_leak_is_sent_outside_and_asked_nothing(line: Line) -> None:
    reply = line.text(GRANDMA_JIN, "屋里臭鸡蛋味")

    assert reply.startswith("【东城社区】先到屋外")
    assert "回1" not in reply
    line.settle()
    assert any("疑似紧急" in text for text in line.inbox(ZHANG_MIN))


@pytest.mark.parametrize("words", ["煤气费怎么交", "上次着火那家", "花了120块", "救命之恩，谢谢"])
def test_what_only_looks_like_danger_is_kept_and_does_not_alarm(line: Line, words: str) -> None:
    line.text(GRANDMA_JIN, words)
    line.settle()

    assert line.case(1)["text"] == words
    assert line.case(1)["urgency"] != "P0"
    assert line.ringing() == []


def test_staff_in_danger_are_people_too(line: Line) -> None:
    assert "打120" in line.text(MASTER_WANG, "我在3号楼从梯子上掉下来，胸口疼")
    line.settle()

    assert line.case(1)["urgency"] == "P0"
    assert any("紧急" in text for text in line.inbox(ZHANG_MIN))


def test_a_staff_command_that_names_danger_does_not_alarm(line: Line) -> None:
    line.text(GRANDMA_JIN, "楼道灯坏了")
    line.text(MASTER_WANG, "办结1 换灯时没着火，好了")

    assert line.case(1)["status"] == "awaiting_confirmation"
    assert len(line.cases()) == 1


def test_a_walk_in_with_an_emergency_alarms(line: Line) -> None:
    assert "0001号记下了" in line.text(ZHANG_MIN, "代报 金奶奶 晕倒了")

    assert line.case(1)["urgency"] == "P0"
    assert line.case(1)["resident"]["name"] == "金桂兰"


def test_an_english_cry_is_answered_in_english(line: Line) -> None:
    assert line.text(MS_SMITH, "Help me, there is a fire").startswith("[Dongcheng] Get out")
    assert line.case(1)["urgency"] == "P0"


def test_a_leader_is_told_when_nobody_answers(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    line.text(GRANDMA_JIN, "救命")
    line.advance(minutes=4)

    assert any("紧急" in text for text in line.inbox(XIAO_LI))


def test_another_danger_is_another_emergency_and_alarms_at_once(line: Line) -> None:
    line.text(GRANDMA_JIN, "老伴走丢了")
    line.settle()
    line.text(ZHANG_MIN, "接1")

    reply = line.text(GRANDMA_JIN, "我家着火了")
    line.settle()

    assert "快往外跑" in reply
    assert [case["urgency"] for case in line.cases()] == ["P0", "P0"]
    assert "着火" in line.inbox(ZHANG_MIN)[-1]


def test_a_cry_after_the_emergency_was_done_is_a_new_one(line: Line) -> None:
    line.text(GRANDMA_JIN, "老伴走丢了")
    line.settle()
    line.text(ZHANG_MIN, "办结1 人找到了")

    line.text(GRANDMA_JIN, "老伴又走丢了")
    line.settle()

    assert [case["status"] for case in line.cases()] == ["awaiting_confirmation", "dispatched"]


def test_a_street_lamp_beside_an_emergency_is_a_case_of_its_own(line: Line) -> None:
    line.text(GRANDMA_JIN, "老伴走丢了")
    line.settle()
    line.advance(minutes=5)

    reply = line.text(GRANDMA_JIN, "2号楼路灯不亮了")

    assert "0002号" in reply
    assert line.case(2)["urgency"] == "P2"
    assert "2号楼路灯不亮了" in [event["words"] for event in line.case(1)["events"]]


def test_what_follows_a_cry_never_claims_that_somebody_has_it(line: Line) -> None:
    line.text(GRANDMA_JIN, "老伴走丢了")
    line.settle()

    assert "正在叫" in line.text(GRANDMA_JIN, "他穿蓝色棉衣")
    line.text(ZHANG_MIN, "接1")
    assert "已经收到" in line.text(GRANDMA_JIN, "他往东走的")


def test_staff_who_cry_for_help_are_named_and_not_rung_themselves(line: Line) -> None:
    line.text(ZHANG_MIN, "救命")
    line.settle()

    assert not line.ringing(ZHANG_MIN)
    assert ZHANG_MIN.name in line.inbox(LIU_YANG)[-1]
    assert line.tasks() == []


def test_taking_an_emergency_by_text_is_answered_once(line: Line) -> None:
    line.text(GRANDMA_JIN, "救命")
    line.settle()
    before = len(line.inbox(ZHANG_MIN))

    reply = line.text(ZHANG_MIN, "接1")
    line.settle()

    assert "请马上联系" in reply
    assert line.inbox(ZHANG_MIN)[before:] == [reply]
