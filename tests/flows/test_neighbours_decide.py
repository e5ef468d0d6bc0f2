"""The stair of twelve households decides on its drain: keys, texts, the door, and one silent."""

from __future__ import annotations

from tests.line import Line
from tests.neighbours_line import (
    DENG,
    DING,
    FANG_ROOM,
    HU,
    JIANG,
    LANDLINES,
    QIU,
    consultation,
    prove,
)
from tests.points_line import points_of
from tests.world import GRANDMA_CAO, MASTER_WANG, XIAO_LI, local


def test_a_drain_of_twelve_households(line: Line) -> None:
    line.twice = True
    assert "0001号" in line.text(HU, "厨房下水道堵了，一直往上返水")
    line.settle()
    line.text(MASTER_WANG, "接1 今天上午来")
    assert "备注记下了" in line.text(MASTER_WANG, "备注1 是3单元的主管道堵了，要全单元一起疏通")

    _opens(line)
    _by_text(line)
    _by_key(line)
    _at_the_door(line)
    _closes(line)
    _clears_and_cleans_up(line)
    _calls_back(line)


def _opens(line: Line) -> None:
    asked = line.text(XIAO_LI, "协商 1 3-3 疏通主管道共360元，每户30元")
    assert "问青湖华庭3-3，12户" in asked
    assert "一共360元，每户30元" in asked
    assert "协商1开始问了，12户" in prove(line, XIAO_LI)
    line.settle()
    assert line.inbox(JIANG)[-1] == (
        "【东城社区】疏通主管道共360元，每户30元。同意回1，不同意回2，星期四截止。"
    )
    look = consultation(line)
    assert (look["asked"], look["silent"], look["total_fen"]) == (12, 12, 36000)


def _by_text(line: Line) -> None:
    assert "您家记作不同意" in line.text(JIANG, "2")
    line.advance(minutes=2)
    assert "您家记作同意" in line.text(JIANG, "1")  # changed before it closes
    assert "您家记作同意" in line.text(DING, "同意，早该修了")
    assert "您家记作同意" in line.text(HU, "回1")
    assert consultation(line)["agree"] == 3


def _by_key(line: Line) -> None:
    for who in LANDLINES:
        call = line.wait_for_ring(who, until=local("2026-11-24 13:00"))
        assert "疏通主管道共三百六十元" in call.heard or "疏通主管道共360元" in call.heard
        no = who is LANDLINES[-1]
        call.press("2" if no else "1")
        assert ("记作不同意" if no else "记作同意") in call.heard
        call.press("1")
    assert (consultation(line)["agree"], consultation(line)["disagree"]) == (9, 1)


def _at_the_door(line: Line) -> None:
    # whoever is silent after a day is rung
    line.advance_to(local("2026-11-24 11:30"), stop=lambda: bool(line.ringing(QIU)))
    line.reject(QIU)
    line.advance_to(local("2026-11-25 20:00"))
    task = next(task for task in line.tasks() if task["kind"] == "at_the_door")
    assert "601 602" in task["words"]
    assert "不在协商1问的里面" in line.text(XIAO_LI, "协商1 999 同意")
    assert "601记作同意。现在10户同意，1户不同意，1户没回" in line.text(
        XIAO_LI, f"协商1 {FANG_ROOM} 同意 方大爷说好"
    )
    assert "没有问到您家" in line.text(GRANDMA_CAO, "协商1 同意")
    # a wrong room, or somebody with a forged number: the household itself is told
    line.text(XIAO_LI, "协商1 401 不同意")
    line.settle()
    told = "疏通主管道共360元：上门记了您家不同意。不对就回：同意1，不同意2。"
    assert told in line.inbox(DING)[-1]
    assert "您家记作同意" in line.text(DING, "1")


def _closes(line: Line) -> None:
    line.advance_to(local("2026-11-26 20:00"))
    look = consultation(line)
    assert (look["state"], look["result"]["carried"]) == ("closed", True)
    assert (look["asked"], look["agree"], look["disagree"], look["silent"]) == (12, 10, 1, 1)
    assert look["recount"]["agrees"] is True
    assert {row["share_fen"] for row in look["households"]} == {3000}
    line.settle()
    assert line.inbox(JIANG)[-1] == (
        "【东城社区】疏通主管道共360元：10户同意，1户不同意，通过了。您家30元，上门收。"
    )
    assert "已经问完了，通过了" in line.text(QIU, "1")
    assert not [event for event in line.case()["events"] if event["what"] == "repeat"]
    notes = [event["words"] for event in line.case()["events"] if event["what"] == "note"]
    assert "12户，10户同意，1户不同意，1户没回，通过了" in notes[-1]
    call = line.wait_for_ring(LANDLINES[0], until=local("2026-11-27 13:00"))
    assert "您家30元" in call.heard.replace("三十", "30")
    call.press("1")
    strays = consultation(line)["strays"]
    assert [(row["why"], row["channel"]) for row in strays] == [
        ("not_asked", "door"),
        ("not_asked", "sms"),
    ]
    assert "收了30元" in line.text(XIAO_LI, "协商1 收 102")
    look = consultation(line)
    assert (look["paid_fen"], look["left_fen"]) == (3000, 33000)


def _clears_and_cleans_up(line: Line) -> None:
    assert "办结记下了" not in line.text(XIAO_LI, "征集 1")  # nobody was called yet: how it is done
    opened = line.text(XIAO_LI, "征集 1 2人 打扫楼道 6分")
    assert "征集1开始了，要2个人，先问2位" in opened
    line.settle()
    # the one next door to it is not asked: it is her own drain
    assert "打扫楼道，青湖华庭3-3，要2个人。能去回1" in line.inbox(DENG)[-1]
    accepted = line.text(GRANDMA_CAO, "去 1")
    assert "胡阿姨家，青湖华庭3-3-202，暗号“" in accepted
    assert accepted == line.text(GRANDMA_CAO, "去1")  # said twice, counted once
    assert "人齐了" not in "".join(line.inbox(XIAO_LI))
    line.advance(minutes=1)
    assert "暗号" in line.text(DENG, "1")
    line.settle()
    assert "征集1人齐了：曹桂兰 邓建新" in line.inbox(XIAO_LI)[-1]
    assert "志愿者桂兰，建新来帮您，暗号“" in line.inbox(HU)[-1]
    assert "来了1人，每人6分已记。没来的：邓建新" in line.text(XIAO_LI, "征集1 完 曹桂兰")
    assert "来1人：曹桂兰。问了2位。没来的：邓建新" in line.text(XIAO_LI, "征集1")
    assert points_of(line, GRANDMA_CAO) == (6, 0)
    assert points_of(line, DENG) == (0, 0)
    assert "办结记下了" in line.text(MASTER_WANG, "办结1 主管道通了")


def _calls_back(line: Line) -> None:
    call = line.wait_for_ring(HU, until=local("2026-12-01 20:00"))
    call.press("1")
    assert "下水道这件事" in call.heard
    call.press("1")
    case = line.case()
    assert (case["status"], case["closed_by"]) == ("closed", "resident")
    assert len(line.cases()) == 1
