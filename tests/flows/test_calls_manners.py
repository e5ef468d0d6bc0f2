"""How callers are treated: time to think, their pace, their language, their name."""

from __future__ import annotations

from tests.line import Line
from tests.raw_calls import RawCall
from tests.world import GRANDMA_JIN, LIU_YULAN, MA_YONGFU, STRANGER


def _waits(call: RawCall) -> str:
    gather = call.document.find("Gather")
    assert gather is not None
    return gather.attrib["timeout"]


def test_somebody_over_75_has_ten_seconds_and_is_offered_a_person_first(line: Line) -> None:
    old = RawCall(line, GRANDMA_JIN.phone)
    assert _waits(old) == "10"
    assert old.words.index("找人") < old.words.index("报事")
    younger = RawCall(line, STRANGER.phone)
    assert _waits(younger) == "8"
    assert younger.words.index("报事") < younger.words.index("找人")


def test_only_who_agreed_to_it_is_called_by_name(line: Line) -> None:
    assert "金奶奶您好" in RawCall(line, GRANDMA_JIN.phone).words
    shared = RawCall(line, LIU_YULAN.phone).words
    assert "刘" not in shared
    assert "赵" not in shared


def test_slow_and_language_are_remembered_for_the_telephone_alone(line: Line) -> None:
    call = RawCall(line, STRANGER.phone)
    call.press("9")
    assert "说慢一点" in call.words
    assert call.document.find("Gather/Pause") is not None
    again = RawCall(line, STRANGER.phone)
    assert again.document.find("Gather/Pause") is not None
    again.press("9")
    assert "说快一点" in again.words
    assert RawCall(line, MA_YONGFU.phone).document.find("Gather/Pause") is None
    again.press("8")
    assert "Now in English" in again.words
    again.press("8")
    assert "现在说中文" in again.words


def test_a_hidden_caller_hears_that_their_matters_cannot_be_found(line: Line) -> None:
    call = RawCall(line, "anonymous")
    call.press("2")
    assert "号码没显示" in call.words


def test_the_recorder_gives_time_to_breathe_and_three_minutes(line: Line) -> None:
    call = RawCall(line, STRANGER.phone)
    call.press("1")
    call.press("3")
    call.go_on()
    record = call.document.find("Record")
    assert record is not None
    assert int(record.attrib["timeout"]) >= 5
    assert record.attrib["maxLength"] == "180"
    assert record.attrib["finishOnKey"] == "1234567890*#"


def test_keys_that_end_a_recording_are_obeyed(line: Line) -> None:
    for key, hears in (("0", "正在叫人"), ("*", "请在响声后"), ("#", "记下了"), ("5", "记下了")):
        call = RawCall(line, MA_YONGFU.phone)
        call.press("1")
        call.press("1")
        call.go_on()
        call.speak(f"RE-{key}", key=key)
        assert hears in call.words
    assert len(line.cases()) == 4


def test_a_telephone_that_nobody_registered_is_told_of_no_case_and_has_a_person(line: Line) -> None:
    line.text(STRANGER, "我家停水了")
    call = RawCall(line, STRANGER.phone)
    call.press("2")

    assert "没登记" in call.words
    assert "号" not in call.words
    assert call.document.find("Dial") is not None
