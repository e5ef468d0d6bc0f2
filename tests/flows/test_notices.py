"""Notices: a second person, members first, text and voice, the pace, the stop, the expiry."""

from __future__ import annotations

from datetime import timedelta

from core.callbacks.queries import words_to_tell
from core.cases.queries import case_by_number
from tests.line import Line
from tests.neighbours_line import LANDLINES, MOBILES, notice, prove
from tests.world import (
    DEPUTY_CHEN,
    GRANDMA_JIN,
    GRANDPA_WANG,
    STRANGER,
    VOLUNTEER_WU,
    XIAO_LI,
    ZHANG_MIN,
    local,
)


def test_a_notice_to_a_stair_by_text_and_by_voice(line: Line) -> None:
    line.text(MOBILES[0], "退订")
    asked = line.text(ZHANG_MIN, "通知 青湖3号楼3单元 都发 到今天18:00 明早9点停水，请备水")
    assert "发给青湖华庭3-3，15部电话，短信和电话" in asked
    assert "通知1已请陈静看" in prove(line, ZHANG_MIN)
    line.settle()
    assert "“明早9点停水，请备水”。同意回1，不同意回2" in line.inbox(DEPUTY_CHEN)[-1]
    assert notice(line)["stages"][0]["state"] == "asked"
    assert line.inbox(MOBILES[1]) == []  # nothing before somebody else agreed
    assert "开始发了" in line.text(DEPUTY_CHEN, "1")
    line.advance(seconds=15)
    look = notice(line)
    assert line.inbox(MOBILES[1]) == ["【东城社区】明早9点停水，请备水"]
    assert (look["phones"], look["refused"], look["reached"]) == (15, 2, 3)  # her text and her call
    call = line.answer(LANDLINES[0])
    assert "有个通知" in call.heard
    assert "停水" in call.heard
    call.press("1")
    line.answer(LANDLINES[1]).press("2").hang_up()
    line.advance(seconds=2)
    look = notice(line)
    assert (look["heard"], look["refused"]) == (1, 3)
    assert "通知1正在发" in line.text(ZHANG_MIN, "通知1")
    line.advance_to(local("2026-11-23 18:30"))  # past its time: nobody is rung any more
    look = notice(line)
    settled = look["reached"] + look["refused"] + look["unreachable"] + look["expired"]
    assert (settled, look["bar"][-4:]) == (15, "100%")
    assert "发完了" in line.inbox(ZHANG_MIN)[-1] or "过了时间" in line.inbox(ZHANG_MIN)[-1]
    assert [task for task in line.tasks() if task["kind"] == "delivery_failed"] == []


def test_members_hear_first_and_it_stops_within_a_minute(line: Line) -> None:
    line.text(XIAO_LI, "通知 先党员 全体 楼道要装扶手，大家说说")
    prove(line, XIAO_LI)
    line.settle()
    line.text(DEPUTY_CHEN, "1")
    line.advance(minutes=2)
    assert "第一批发完了：2部电话，2部收到" in line.inbox(XIAO_LI)[-1]
    assert line.inbox(MOBILES[1]) == []  # no member
    assert "下一批已请陈静看" in line.text(XIAO_LI, "通知1 下一批")
    line.settle()
    line.text(DEPUTY_CHEN, "1")
    line.settle()
    sent = notice(line)["reached"]
    assert 2 < sent <= 2 + 10  # one second's worth of the provider's rate
    at = line.now
    assert "停了" in line.text(XIAO_LI, "通知1 停")
    line.advance_to(at + timedelta(hours=3))
    look = notice(line)
    assert look["reached"] == sent
    assert look["stopped"] > 20
    assert (
        line.inbox(GRANDMA_JIN).count("【东城社区】楼道要装扶手，大家说说") == 1
    )  # in both stages
    assert line.inbox(GRANDPA_WANG) == []


def test_a_major_matter_is_put_to_members_first_and_their_words_are_counted(line: Line) -> None:
    line.text(MOBILES[1], "主管道又堵了，三个月堵了四回")
    assert "请写要说的话" in line.text(XIAO_LI, "重大 1")
    line.text(XIAO_LI, "重大 1 想换主管道，大家怎么看。")
    prove(line, XIAO_LI)
    line.settle()
    line.text(DEPUTY_CHEN, "1")
    line.advance(minutes=2)
    asked = "【东城社区】想换主管道，大家怎么看。您怎么看请发：意见1 几句话"
    assert line.inbox(GRANDMA_JIN)[-1] == asked
    assert "请写几句话" in line.text(GRANDMA_JIN, "意见1")
    assert "您的话记在0001号上了" in line.text(GRANDMA_JIN, "意见1 该换，管子老了")
    line.text(GRANDMA_JIN, "意见1 钱从维修资金出")  # one person, two words
    line.text(VOLUNTEER_WU, "意见1 我不是党员")
    look = line.text(XIAO_LI, "重大1")
    assert "1位回了意见。金桂兰（党员）：钱从维修资金出；金桂兰（党员）：该换，管子老了" in look
    opinions = notice(line)["opinions"]
    assert (opinions["answered"], len(opinions["words"])) == (1, 2)
    assert f"问了党员{opinions['asked']}位，1位回了意见" in line.text(XIAO_LI, "通知1")
    line.text(XIAO_LI, "通知1 下一批")
    kept = [event["words"] for event in line.case()["events"] if event["what"] == "opinion"]
    assert kept[-1] == f"通知1先问了党员：问了{opinions['asked']}位，1位回了意见"
    assert len(kept) == 3
    with line.database.reading() as session:  # no word of a neighbour is told as progress
        case = case_by_number(session, line.community(session).id, 1)
        assert case is not None
        assert words_to_tell(session, case) == ""


def test_what_cannot_be_sent_is_refused_in_a_sentence(line: Line) -> None:
    line.text(ZHANG_MIN, "通知 没暖气的 明天送电暖气")
    assert "里没有能通知到的人" in line.inbox(ZHANG_MIN)[-1]
    assert "太长了，请少写" in line.text(ZHANG_MIN, f"通知 全体 {'停水' * 40}")
    assert "时间已经过了" in line.text(ZHANG_MIN, "通知 全体 到9:00 停水")
    assert "要发请写给谁" in line.text(ZHANG_MIN, "通知 明天停水")
    assert "不能发通知" in line.text(VOLUNTEER_WU, "通知 全体 开会")
    assert "没有通知9" in line.text(ZHANG_MIN, "通知9")
    assert "记下了" in line.text(STRANGER, "通知 全体 开会")  # anybody's words are a matter
    assert [row for row in line.messages() if row["purpose"] == "broadcast"] == []
