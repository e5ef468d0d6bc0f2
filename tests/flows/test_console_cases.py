"""A day at the desk in the office: through the door, and a case from the board to its end."""

from __future__ import annotations

import re

from core.audit.queries import newest_deeds
from core.staff.queries import staff_by_key
from tests.console import Clerk, text_of
from tests.line import Line
from tests.world import DEPUTY_CHEN, GRANDMA_JIN, LIU_YULAN, ZHANG_MIN


def test_a_case_goes_from_the_board_to_done_and_a_repeat_is_merged(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.text(LIU_YULAN, "下水道往上冒水")
    line.settle()
    clerk = Clerk(line).sign_in(ZHANG_MIN)

    board = clerk.page("/staff")
    assert "厨房下水道堵了" in board
    assert "王建国" in board
    for words in ("jgl", "金桂", "13900000101", "0101", "下水道堵", "1"):
        assert "厨房下水道堵了" in clerk.page("/staff/cases", q=words), words
    assert "没有找到" in clerk.page("/staff/cases", q="路灯")

    merged = clerk.does("/staff/cases/2/merge", into="0001")
    assert "已并入0001号" in merged
    line.settle()
    assert "0002号和0001号是一件事" in line.inbox(LIU_YULAN)[-1]
    assert "0001号又有邻居说了" in line.inbox(GRANDMA_JIN)[-1]

    assert "您接了这件事" in clerk.does("/staff/cases/1/accept", words="明天上午来")
    said = clerk.does("/staff/cases/1/text", words="师傅明天十点到", once="a-form-sent-once")
    assert "师傅明天十点到" in said
    clerk.post("/staff/cases/1/text", words="师傅明天十点到", once="a-form-sent-once")
    line.settle()
    assert [words for words in line.inbox(GRANDMA_JIN) if "师傅明天十点到" in words] == [
        "【东城社区】师傅明天十点到"
    ]
    assert "办结了" in clerk.does("/staff/cases/1/done", words="通了")
    refused = clerk.post("/staff/cases/1/done", words="又通了")
    assert refused.status_code == 409
    assert "又通了" in text_of(refused)
    solved = clerk.does("/staff/cases/1/answer", solved="yes", words="她说好了")
    assert "已结案" in solved
    assert line.case(1)["status"] == "closed"


def test_a_recording_is_heard_at_the_desk_and_the_second_person_is_asked(line: Line) -> None:
    call = line.ring(GRANDMA_JIN).press("1").press("1")
    call.speak("厨房下水道堵了,水漫出来了", key="#").hang_up()
    line.settle()
    clerk = Clerk(line).enter(ZHANG_MIN)
    page = clerk.get("/staff/cases/1").get_data(as_text=True)
    assert "厨房下水道堵了,水漫出来了" in page
    (path,) = set(re.findall(r"/staff/cases/1/recordings/\d+", page))
    sound = clerk.get(path)
    assert sound.mimetype.startswith("audio/")
    assert len(sound.get_data()) > 44
    with line.database.reading() as session:
        assert newest_deeds(session, line.community(session).id)[0].what == "heard"

    assert "您的电话马上响" in clerk.does("/staff/cases/1/ring")
    line.settle()
    assert line.ringing(ZHANG_MIN)
    line.reject(ZHANG_MIN)

    with line.database.reading() as session:
        deputy = staff_by_key(session, line.community(session).id, DEPUTY_CHEN.key)
        second = deputy.id if deputy else 0
    assert clerk.post("/staff/cases/1/close", words="", second=second).status_code == 409
    asked = clerk.does("/staff/cases/1/close", words="搬走了", second=second)
    assert "等对方回1才结案" in asked
    line.settle()
    assert line.case(1)["status"] != "closed"
    line.text(DEPUTY_CHEN, "1")
    assert line.case(1)["status"] == "closed"
