"""Texts that need more than a word: in pieces, with several matters, unclear, and corrected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from core.alarms.queries import alarm_calls_of, alarm_of_case
from core.cases.queries import case_by_number
from core.learning.queries import corrected_texts
from core.learning.tables import CorrectionRow
from core.wording.segments import segments_of
from tests.line import Line
from tests.world import (
    GRANDMA_JIN,
    LINE_NUMBER,
    LIU_YANG,
    MASTER_WANG,
    STRANGER,
    ZHANG_MIN,
    local,
)

_LANDLINE = "+869935800999"  # in no register


def _rung(line: Line, number: int = 1) -> list[timedelta]:
    """Return when each person was told of the alarm of a case, counted from its start."""
    with line.database.reading() as session:
        case = case_by_number(session, line.community(session).id, number)
        alarm = alarm_of_case(session, case.id) if case else None
        assert alarm is not None
        return [row.at - alarm.started_at for row in alarm_calls_of(session, alarm.id)]


def _cry(line: Line, number: int, words: str = "救命") -> str:
    fields = {
        "MessageSid": f"SM{number:032d}",
        "From": _LANDLINE,
        "To": LINE_NUMBER,
        "Body": words,
        "NumMedia": "0",
    }
    url = "http://127.0.0.1:8000/sms/inbound"
    signature = line.services.provider.sign(url, fields)
    answer = line.app.test_client().post(
        "/sms/inbound", data=fields, headers={"X-Twilio-Signature": signature}
    )
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_twenty_cries_at_one_instant_from_an_opted_out_landline_are_one_emergency(
    line: Line,
) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    _cry(line, 99, "TD")  # opts out; the desk's landlines cannot text by themselves
    with ThreadPoolExecutor(20) as threads:
        replies = set(threads.map(lambda number: _cry(line, number), range(20)))
    assert len(replies) == 1
    assert "有危险请马上打120" in replies.pop()

    (case,) = line.cases()
    assert (case["urgency"], case["alarm"]["repeats"]) == ("P0", 20)
    assert sum(event["words"] == "救命" for event in case["events"]) == 20

    line.advance(minutes=5, seconds=1)
    minutes = [at for at in _rung(line) if at % timedelta(minutes=1) == timedelta()]
    assert set(minutes) == {timedelta(minutes=minute) for minute in range(6)}

    line.text(LIU_YANG, "接1")
    rung = len(_rung(line))
    line.advance(minutes=4)
    assert len(_rung(line)) == rung


def test_a_possible_emergency_that_nobody_answers_climbs_till_somebody_does(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    reply = line.text(STRANGER, "老头子头疼得厉害")
    line.settle()

    assert segments_of(reply) == 1
    assert line.ringing() == []
    line.advance(minutes=4)
    assert len(_rung(line)) >= 5
    line.text(LIU_YANG, "接1")
    line.advance(minutes=5)
    assert "联系上了吗" in line.inbox(LIU_YANG)[-1]


def test_possible_emergencies_at_one_instant_are_one_case(line: Line) -> None:
    words = ["老头子头疼得厉害", "他头疼得厉害", "头疼得厉害咋办"]

    def send(number: int) -> None:
        fields = {
            "MessageSid": f"SM{number:032d}",
            "From": STRANGER.phone,
            "To": LINE_NUMBER,
            "Body": words[number],
            "NumMedia": "0",
        }
        signature = line.services.provider.sign("http://127.0.0.1:8000/sms/inbound", fields)
        line.app.test_client().post(
            "/sms/inbound", data=fields, headers={"X-Twilio-Signature": signature}
        )

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(send, range(3)))

    assert len(line.cases()) == 1


def test_a_sure_word_after_a_possible_one_makes_the_same_case_an_emergency(line: Line) -> None:
    line.text(GRANDMA_JIN, "老头子头疼得厉害")
    assert "120" in line.text(GRANDMA_JIN, "他晕倒了")
    line.settle()

    (case,) = line.cases()
    assert (case["urgency"], case["danger"]) == ("P0", "medical")
    assert line.ringing(ZHANG_MIN)


def test_all_is_well_in_words_is_the_digit_two(line: Line) -> None:
    line.text(GRANDMA_JIN, "老头子头疼得厉害")

    assert "放心" in line.text(GRANDMA_JIN, "没事了")
    assert line.case(1)["alarm"]["state"] == "ended"


def test_an_address_after_a_possible_emergency_goes_to_it(line: Line) -> None:
    line.text(STRANGER, "老头子头疼得厉害")
    line.text(STRANGER, "我在3号楼2单元402")

    (case,) = line.cases()
    assert any("3号楼2单元402" in event["words"] for event in case["events"])
    assert case["alarm"]["state"] == "ringing"


def test_two_texts_within_a_minute_that_belong_together_are_one_case(line: Line) -> None:
    line.text(STRANGER, "厨房下水道堵了")
    line.advance(seconds=30)
    reply = line.text(STRANGER, "我在青湖华庭3号楼2单元402")

    (case,) = line.cases()
    assert "0001号" in reply
    assert case["text"] == "厨房下水道堵了\n我在青湖华庭3号楼2单元402"
    assert case["place"] == "3-2-402"
    line.settle()
    assert case["assignee"] == "wangshifu"


def test_a_beginning_without_a_matter_is_filled_by_the_next_text(line: Line) -> None:
    line.text(GRANDMA_JIN, "那个事你们看看吧")
    line.text(GRANDMA_JIN, "楼道灯不亮了")

    (case,) = line.cases()
    assert case["category"] == "facility"


def test_another_matter_within_the_minute_is_a_case_of_its_own(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.text(GRANDMA_JIN, "楼上半夜吵得睡不着")

    assert [case["category"] for case in line.cases()] == ["repair", "neighbour"]


def test_the_same_matter_an_hour_later_is_not_joined_to_it(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.advance(hours=1)
    line.text(GRANDMA_JIN, "卫生间的下水道也不通")

    assert line.case(1)["text"] == "厨房下水道堵了"


def test_several_requests_in_one_text_are_several_cases(line: Line) -> None:
    words = "楼道灯坏了，还有垃圾三天没人收"
    reply = line.text(GRANDMA_JIN, words)

    first, second = line.cases()
    assert first["text"] == words
    assert {first["category"], second["category"]} == {"facility", "sanitation"}
    assert "0001号" in reply
    assert "0002号" in reply
    assert segments_of(reply) == 1


def test_what_nobody_can_place_is_a_case_at_once_and_asked_about_once(line: Line) -> None:
    reply = line.text(GRANDMA_JIN, "那个事你们看看吧")

    assert "修东西回1" in reply
    assert segments_of(reply) == 1
    line.advance(minutes=5)
    assert "修东西回1" not in line.text(GRANDMA_JIN, "那个事情我说不清楚")
    assert len(line.cases()) == 2

    assert "物业王师傅" in line.text(GRANDMA_JIN, "1")
    assert line.case(1)["category"] == "repair"
    assert line.case(1)["assignee"] == "wangshifu"


def test_nobody_answering_leaves_the_case_to_a_person(line: Line) -> None:
    line.text(GRANDMA_JIN, "那个事你们看看吧")
    line.advance(hours=30)

    assert line.case(1)["status"] == "dispatched"
    assert line.case(1)["assignee"] is not None


def test_staff_correct_a_category_and_it_is_kept_to_learn_from(line: Line) -> None:
    line.text(GRANDMA_JIN, "楼道灯坏了")
    line.settle()

    reply = line.text(ZHANG_MIN, "类别 1 维修")

    assert "0001号改成维修" in reply
    assert line.case(1)["category"] == "repair"
    assert line.case(1)["assignee"] == "wangshifu"
    with line.database.reading() as session:
        assert corrected_texts(session) == [("楼道灯坏了", "repair")]
        kept = session.scalars(select(CorrectionRow)).one()
        assert (kept.suggested, kept.by) == ("facility", "zhangmin")


def test_a_category_that_is_none_is_asked_for(line: Line) -> None:
    line.text(GRANDMA_JIN, "楼道灯坏了")
    line.settle()

    assert "环境卫生" in line.text(ZHANG_MIN, "类别 1 香蕉")
    assert line.case(1)["category"] == "facility"


def test_a_plumber_may_not_correct_what_is_not_his(line: Line) -> None:
    line.text(GRANDMA_JIN, "楼上半夜吵得睡不着")
    line.settle()

    line.text(MASTER_WANG, "类别 1 维修")

    assert line.case(1)["category"] == "neighbour"


def test_a_place_that_is_said_is_completed_by_the_register(line: Line) -> None:
    line.text(GRANDMA_JIN, "3号楼402漏水了")
    line.advance(minutes=5)
    line.text(GRANDMA_JIN, "4号楼的路灯坏了")

    assert [case["place"] for case in line.cases()] == ["3-2-402", "4"]


def test_a_bare_address_later_that_day_fills_the_place_that_is_missing(line: Line) -> None:
    line.text(STRANGER, "下水道堵了")
    line.advance(hours=2)
    line.text(STRANGER, "3号楼2单元402")

    (case,) = line.cases()
    assert case["place"] == "3-2-402"


def test_no_text_is_lost_however_it_is_written(line: Line) -> None:
    letter = "我们小区三号楼的下水道堵了,物业一直不来。" + "打了12次电话都没人接," * 60
    texts = (
        letter,
        "楼道灯坏了\n3-2-401\n电话 0869-5800213,晚上7点后在家",
        "🙏垃圾三天没人收😷臭得很🙏",
        "Hello 单元門 door lock 壞了 please 来修",
        "麻烦你们帮我查一下我家墙皮为啥老往下掉呢谢谢",
    )
    for place, words in enumerate(texts):
        line.text(f"+8613912340{place:03d}", words)

    assert [case["text"] for case in line.cases()] == list(texts)

    line.text("+8613912340000", "还有,一楼返臭水")
    assert "还有,一楼返臭水" in "\n".join(case["text"] for case in line.cases())
