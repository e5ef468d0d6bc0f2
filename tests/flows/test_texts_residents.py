"""Residents by text: each command through the real door, answered in one segment."""

from __future__ import annotations

import re

from sqlalchemy import select

from core.residents.operations import is_opted_out
from core.staff.tables import StaffCodeRow
from core.wording.segments import segments_of
from tests.line import Line
from tests.world import (
    GRANDMA_JIN,
    LIU_YULAN,
    MA_YONGFU,
    MASTER_WANG,
    MS_SMITH,
    STRANGER,
    ZHANG_MIN,
    Person,
    local,
)


def test_free_words_are_a_case_and_its_receipt_names_who_and_until_when(line: Line) -> None:
    reply = line.text(GRANDMA_JIN, "求助：下水道堵了")
    line.settle()

    assert reply == (
        "【东城社区】记下了，0001号。物业王师傅管这事，星期四前一定给您回话。有急事打5800000。"
    )
    case = line.case(1)
    assert (case["category"], case["urgency"], case["channel"]) == ("repair", "P2", "sms")
    assert case["text"] == "求助：下水道堵了"
    assert case["status"] == "dispatched"
    assert "下水道堵了" in line.inbox(MASTER_WANG)[-1]


def test_the_words_stay_as_they_were_sent(line: Line) -> None:
    line.text(GRANDMA_JIN, "　下水道　堵了!!\u200b ")

    assert line.case(1)["text"] == "　下水道　堵了!!\u200b "


def test_progress_is_told_to_the_phone_that_asked(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    assert "交给物业王师傅了" in line.text(GRANDMA_JIN, "进度")

    line.text(MASTER_WANG, "接1 明天上午来")

    assert line.text(GRANDMA_JIN, "进度０００１") == (
        "【东城社区】0001号：物业王师傅已经接了，明天上午来。没来请回2。"
    )
    assert "对不起" in line.text(GRANDMA_JIN, "2")
    line.settle()
    assert "没来人" in line.inbox(MASTER_WANG)[-1]


def test_the_newest_cases_are_told_together(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")

    assert line.text(GRANDMA_JIN, "进度") == (
        "【东城社区】楼道灯0002号交给人了，下水道0001号交给人了。"
    )


def test_somebody_elses_number_tells_nothing(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    reply = line.text(MA_YONGFU, "进度1")

    assert reply == line.text(MA_YONGFU, "进度 999")[: len(reply)]
    assert "王师傅" not in reply
    assert "0001" not in reply
    assert line.text(MA_YONGFU, "取消1") == reply


def test_a_case_is_taken_back_after_the_code(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    assert "两位数" in line.text(GRANDMA_JIN, "取消1")
    line.settle()
    code = _code_in(line.inbox(GRANDMA_JIN)[-1])

    assert "对不上" in line.text(GRANDMA_JIN, "10" if code != "10" else "11")
    assert line.case(1)["status"] == "dispatched"
    assert line.text(GRANDMA_JIN, code) == "【东城社区】0001号取消了。再有事随时发来。"
    assert line.case(1)["status"] == "withdrawn"


def test_of_several_cases_it_is_asked_which_one_to_take_back(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")

    assert "不办哪件了" in line.text(GRANDMA_JIN, "取消")
    assert "0001" in line.text(GRANDMA_JIN, "2")
    line.settle()
    line.text(GRANDMA_JIN, _code_in(line.inbox(GRANDMA_JIN)[-1]))

    assert [case["status"] for case in line.cases()] == ["withdrawn", "dispatched"]


def test_a_person_is_promised_and_given_the_task(line: Line) -> None:
    assert line.text(GRANDMA_JIN, "人工") == (
        "【东城社区】好，值班张敏这就给您打电话。有急事打5800000。"
    )
    task = line.tasks()[-1]
    assert (task["kind"], task["owner"]) == ("ask_person", "zhangmin")
    assert task["due_at"].startswith("2026-11-23T10:45")


def test_at_night_a_person_is_promised_for_the_morning(line: Line) -> None:
    line.advance_to(local("2026-11-23 21:30"))

    assert "星期二 10:00上班，值班张敏" in line.text(GRANDMA_JIN, "找人")
    assert line.tasks()[-1]["due_at"].startswith("2026-11-24T10:15")


def test_surveys_are_stopped_and_wanted_again(line: Line) -> None:
    assert "恢复" in line.text(GRANDMA_JIN, "TD")
    assert _is_opted_out(line, GRANDMA_JIN)

    line.text(GRANDMA_JIN, "恢复")

    assert not _is_opted_out(line, GRANDMA_JIN)
    assert line.cases() == []


def test_thanks_greetings_and_help_are_no_case(line: Line) -> None:
    replies = [line.text(GRANDMA_JIN, words) for words in ("谢谢", "你好", "好的", "👍", "帮助")]

    assert all(reply.startswith("【东城社区】") for reply in replies)
    assert "进度" in replies[-1]
    assert (line.cases(), line.tasks()) == ([], [])


def test_words_about_the_open_case_are_kept_on_it(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")

    assert "0001号上了" in line.text(GRANDMA_JIN, "还没来人")
    line.settle()

    assert len(line.cases()) == 1
    assert "还没来人" in line.inbox(MASTER_WANG)[-1]


def test_words_that_could_belong_to_several_cases_are_asked_about(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")

    assert line.text(GRANDMA_JIN, "还没来人") == (
        "【东城社区】记下了。说的是哪件事？1楼道灯0002号，2下水道0001号，别的事回3。"
    )
    assert "0001号上了" in line.text(GRANDMA_JIN, "2")
    assert "还没来人" in [event["words"] for event in line.case(1)["events"]]
    assert len(line.cases()) == 2


def test_a_new_trouble_beside_an_open_one_is_a_case_of_its_own(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")
    again = line.text(GRANDMA_JIN, "楼道灯坏了 。")

    assert [case["text"] for case in line.cases()] == ["下水道堵了", "楼道灯坏了"]
    assert "您的话记在0002号上了" in again


def test_an_unknown_phone_is_a_case_and_a_task_to_find_out_who(line: Line) -> None:
    assert "值班张敏管这事" in line.text(STRANGER, "我家停水了")
    assert [task["kind"] for task in line.tasks()] == ["who_is_it"]
    assert line.case(1)["urgency"] == "P1"
    assert "有人在管" in line.text(STRANGER, "进度")

    assert "核实" in line.text(STRANGER, "取消1")
    assert line.case(1)["status"] == "dispatched"


def test_a_shared_phone_is_a_case_and_a_task_to_find_out_who(line: Line) -> None:
    line.text(LIU_YULAN, "暖气不热")

    assert line.case(1)["resident"] == {"name": None, "phone": LIU_YULAN.phone}
    assert [task["kind"] for task in line.tasks()] == ["who_is_it"]
    assert "交给物业王师傅了" in line.text(LIU_YULAN, "进度")


def test_those_who_share_a_phone_are_asked_whose_matter_it_is(line: Line) -> None:
    line.text(LIU_YULAN, "暖气不热")
    line.settle()

    assert line.inbox(LIU_YULAN)[-1] == ("【东城社区】0001号是哪位的事？刘玉兰回1，赵志刚回2。")
    assert "哪位的事" in line.text(LIU_YULAN, "3")
    assert line.text(LIU_YULAN, "2") == "【东城社区】好，0001号记在您名下了。"
    assert line.case(1)["resident"]["name"] == "赵志刚"
    assert [task["state"] for task in line.tasks()] == ["done"]


def test_whoever_speaks_for_a_neighbour_on_a_shared_phone_is_not_asked(line: Line) -> None:
    line.text(LIU_YULAN, "我替302的王大爷说，他家暖气不热")
    line.settle()

    assert not [words for words in line.inbox(LIU_YULAN) if "哪位的事" in words]


def test_a_borrowed_phone_speaks_for_a_neighbour(line: Line) -> None:
    reply = line.text(GRANDMA_JIN, "我替302的王大爷说，他家暖气不热")
    line.settle()

    assert "会问清是谁家" in reply
    assert line.case(1)["resident"]["name"] is None
    assert "who_is_it" in [task["kind"] for task in line.tasks()]
    assert "青湖华庭3-2-302" in line.inbox(MASTER_WANG)[-1]


def test_what_nobody_can_make_out_is_asked_about_by_a_person(line: Line) -> None:
    assert line.text(GRANDMA_JIN, "那个") == (
        "【东城社区】您的话记下了，0001号。值班张敏给您打电话问一问。"
    )
    assert [task["kind"] for task in line.tasks()] == ["call_back"]


def test_the_same_text_again_within_seconds_is_answered_and_not_obeyed(line: Line) -> None:
    first = line.text(GRANDMA_JIN, "下水道堵了")

    assert line.text(GRANDMA_JIN, "下水道堵了") == first
    assert len(line.cases()) == 1
    assert len(line.case(1)["events"]) == 2


def test_the_same_words_an_hour_later_are_kept_on_the_open_case(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.advance(hours=1)

    assert "0001号上了" in line.text(GRANDMA_JIN, "下水道堵了")
    assert len(line.cases()) == 1


def test_a_machine_that_answers_us_is_not_answered_for_ever(line: Line) -> None:
    replies = []
    for minute in range(6):
        replies.append(line.text(STRANGER, f"您好，我正在开车，{minute}分钟后回复您"))
        line.advance(minutes=1)

    assert replies[-1] == ""
    assert len(line.cases()) <= 3


def test_our_own_words_sent_back_are_no_case(line: Line) -> None:
    receipt = line.text(STRANGER, "下水道堵了")

    assert line.text(STRANGER, receipt) == ""
    assert len(line.cases()) == 1


def test_a_digit_without_a_question_is_answered_and_a_person_asks(line: Line) -> None:
    assert line.text(GRANDMA_JIN, "7") == (
        "【东城社区】收到您回的7。现在没有要您回数字的事，值班张敏给您打电话问一问。"
    )
    assert [task["kind"] for task in line.tasks()] == ["call_back"]
    assert line.cases() == []


def test_a_digit_that_is_no_choice_is_asked_about_once_and_then_by_a_person(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "楼道灯坏了")
    question = line.text(GRANDMA_JIN, "还没来人")

    assert line.text(GRANDMA_JIN, "8") == question
    assert "打电话问一问" in line.text(GRANDMA_JIN, "9")


def test_a_closing_one_is_confirmed_and_its_two_opens_the_case_again(line: Line) -> None:
    _let_it_be_asked_by_text(line)

    assert "回2" in line.text(GRANDMA_JIN, "1")
    assert line.case(1)["status"] == "closed"
    assert "谢谢您告诉我" in line.text(GRANDMA_JIN, "2")
    assert line.case(1)["status"] == "dispatched"


def test_not_solved_in_words_opens_the_case_again(line: Line) -> None:
    _let_it_be_asked_by_text(line)

    assert "谢谢您告诉我" in line.text(GRANDMA_JIN, "还没弄好，一放水就往外冒")
    line.settle()

    assert line.case(1)["status"] == "dispatched"
    assert "一放水就往外冒" in "".join(line.inbox(MASTER_WANG))


def test_solved_in_words_closes_while_the_survey_is_open(line: Line) -> None:
    _let_it_be_asked_by_text(line)

    line.text(GRANDMA_JIN, "修好了，谢谢")

    assert line.case(1)["status"] == "closed"


def test_a_one_without_a_survey_closes_nothing(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1")
    line.text(MASTER_WANG, "办结1 通了")

    line.text(GRANDMA_JIN, "1")

    assert line.case(1)["status"] == "awaiting_confirmation"


def test_a_digit_after_the_lapse_is_asked_about_by_the_name_of_its_matter(line: Line) -> None:
    _let_it_be_asked_by_text(line)
    survey = line.inbox(GRANDMA_JIN)[-1]
    line.advance(hours=73)

    assert line.text(GRANDMA_JIN, "1") == survey
    assert line.case(1)["status"] == "awaiting_confirmation"

    line.advance(minutes=1)
    line.text(GRANDMA_JIN, "1")

    assert line.case(1)["status"] == "closed"


def test_an_english_resident_is_answered_in_english(line: Line) -> None:
    assert line.text(MS_SMITH, "The lift is broken") == (
        "[Dongcheng] No. 0001: 王师傅 answers by Thursday. Urgent: 5800000"
    )
    assert "0001" in line.text(MS_SMITH, "status 1")
    assert "start" in line.text(MS_SMITH, "stop")
    assert "two digits" in line.text(MS_SMITH, "cancel 1")
    assert "王师傅" not in line.text(MS_SMITH, "help")


def test_every_reply_to_a_resident_is_one_segment(line: Line) -> None:
    said = (
        "下水道堵了",
        "楼道灯坏了",
        "还没来人",
        "1",
        "进度",
        "取消",
        "人工",
        "帮助",
        "谢谢",
        "TD",
    )
    for who in (GRANDMA_JIN, STRANGER, MS_SMITH):
        for words in said:
            reply = line.text(who, words)
            assert segments_of(reply) == 1, reply


def _let_it_be_asked_by_text(line: Line) -> None:
    """Let three callback calls ring out, so that the survey comes by text."""
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1 今天来")
    line.text(MASTER_WANG, "办结1 通了")
    line.advance(days=8, stop=lambda: any("没修好回2" in text for text in line.inbox(GRANDMA_JIN)))
    assert "没修好回2" in line.inbox(GRANDMA_JIN)[-1]


def _code_in(words: str) -> str:
    found = re.search(r"(?<!\d)\d{2}(?!\d)", words)
    assert found is not None
    return found.group()


def _is_opted_out(line: Line, who: Person) -> bool:
    with line.database.reading() as session:
        return is_opted_out(session, line.community(session).id, who.phone)


def test_the_code_goes_to_the_registered_phone_only(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(GRANDMA_JIN, "取消1")

    with line.database.reading() as session:
        assert session.scalars(select(StaffCodeRow.phone)).all() == [GRANDMA_JIN.phone]
    assert line.inbox(ZHANG_MIN) == []
