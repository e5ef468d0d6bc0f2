"""What looks like a repeat or a machine, and what only looks like one: no words are lost."""

from __future__ import annotations

from core.alarms.queries import ringing_alarms
from tests.line import Line
from tests.world import (
    GRANDMA_JIN,
    LIU_YANG,
    MASTER_WANG,
    STRANGER,
    ZHANG_MIN,
    local,
)


def test_the_words_of_a_machine_stay_on_its_case_and_are_not_answered(line: Line) -> None:
    for minute in range(6):
        reply = line.text(STRANGER, f"您好，我正在开车，{minute}分钟后回复您")
        line.advance(minutes=1)

    assert reply == ""
    assert len(line.cases()) == 3
    kept = [event["words"] for event in line.case(3)["events"] if event["what"] == "repeat"]
    assert kept == [f"您好，我正在开车，{minute}分钟后回复您" for minute in (3, 4, 5)]


def test_a_neighbour_who_reports_flat_after_flat_is_no_machine(line: Line) -> None:
    flats = ["3-2-402", "3-2-502", "3-2-602", "5-3-301", "7-1-501"]
    for flat in flats:
        assert "记下了" in line.text(STRANGER, f"{flat}厨房下水道堵了")
        line.advance(minutes=1)

    assert [case["text"][:7] for case in line.cases()] == flats


def test_case_after_case_taken_in_the_same_words_is_taken(line: Line) -> None:
    for room in range(5):
        line.text(GRANDMA_JIN, f"厨房下水道堵了，第{'一二三四五'[room]}回")
    for number in range(1, 6):
        assert "归您了" in line.text(MASTER_WANG, f"接 {number} 明天上午来")
        line.advance(minutes=1)

    assert {case["status"] for case in line.cases()} == {"accepted"}


def test_walk_in_after_walk_in_is_entered(line: Line) -> None:
    phones = ["13900000101", "13900000104", "13900000105", "13900000106", "13900000107"]
    for phone in phones:
        assert "记下了" in line.text(ZHANG_MIN, f"代报 {phone} 家里暖气不热了")
        line.advance(minutes=1)

    assert len(line.cases()) == len(phones)


def test_the_same_digit_to_two_surveys_in_a_row_answers_both(line: Line) -> None:
    for number, trouble in ((1, "下水道堵了"), (2, "楼道灯坏了")):
        line.text(GRANDMA_JIN, trouble)
        line.text(MASTER_WANG, f"接{number} 今天来")
        line.text(MASTER_WANG, f"办结{number} 好了")
    line.advance(days=8, stop=lambda: any("没修好回2" in text for text in line.inbox(GRANDMA_JIN)))

    assert "记为办好了" in line.text(GRANDMA_JIN, "1")
    line.advance(seconds=3)  # the next question is on the way: nobody has read it yet
    line.text(GRANDMA_JIN, "1")
    assert sorted(case["status"] for case in line.cases()) == ["awaiting_confirmation", "closed"]
    line.advance(seconds=9)
    assert "记为办好了" in line.text(GRANDMA_JIN, "1")
    assert {case["status"] for case in line.cases()} == {"closed"}


def test_a_bare_one_for_the_second_emergency_takes_the_second(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    line.text(GRANDMA_JIN, "救命")
    line.text(STRANGER, "着火了，快来")
    line.settle()

    line.text(LIU_YANG, "1")
    assert _ringing(line) == [2]
    line.advance(seconds=10)
    line.text(LIU_YANG, "1")
    assert _ringing(line) == []


def _ringing(line: Line) -> list[int | None]:
    """Return the cases whose alarm nobody has taken yet."""
    with line.database.reading() as session:
        return [alarm.case_id for alarm in ringing_alarms(session)]
