"""How residents and staff write, and what it is read as; the tables are fixtures/inbound_sms."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.understanding.answers import read_answer
from core.understanding.categories import suggest
from core.understanding.emergency import find_emergency
from core.understanding.places import find_place
from sms.commands import Answer, CallbackAnswer, ReportTrouble, Told
from sms.keywords import parse
from sms.staff_keywords import parse_staff

_FIXTURES = Path(__file__).parents[2] / "fixtures/inbound_sms"


def _table(name: str) -> list[Any]:
    rows = json.loads((_FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row, id=repr(row["text"])) for row in rows]


@pytest.mark.parametrize("row", _table("residents"))
def test_a_resident_is_read_as_they_write(row: dict[str, Any]) -> None:
    command = parse(row["text"]).commands[0]

    assert type(command).__name__ == row["read"]
    for field in ("number", "digit", "what", "code"):
        if field in row:
            assert getattr(command, field) == row[field]


@pytest.mark.parametrize("row", _table("staff"))
def test_staff_are_read_as_they_write(row: dict[str, Any]) -> None:
    command = parse_staff(row["text"]).commands[0]

    assert type(command).__name__ == row["read"]
    for field in ("number", "words"):
        if field in row:
            assert getattr(command, field) == row[field]


@pytest.mark.parametrize("row", _table("emergencies"))
def test_danger_is_seen_and_what_looks_like_it_is_not(row: dict[str, Any]) -> None:
    found = find_emergency(row["text"])

    seen = (None, None) if found is None else (found.danger, found.certainty)
    assert seen == (row["danger"], row["certainty"])


def test_a_case_number_of_120_is_no_cry() -> None:
    assert parse("进度120").emergency is None
    assert parse("取消110").emergency is None


@pytest.mark.parametrize(
    "words",
    [
        "5-1-101厨房漏水",
        "3-1-201下水道堵了",
        "我住5 1 101,楼道灯坏了",
        "14-1-1101停水了",
        "3/1/201漏水",
    ],
)
def test_an_address_that_holds_the_figures_is_no_cry(words: str) -> None:
    assert find_emergency(words) is None


@pytest.mark.parametrize(
    ("words", "danger"),
    [("快叫120 3-2-402", "medical"), ("3 2 402 打119", "fire"), ("1 2 0", "medical")],
)
def test_a_cry_beside_an_address_stays_one(words: str, danger: str) -> None:
    found = find_emergency(words)
    assert found is not None
    assert (found.danger, found.certainty) == (danger, "sure")


def test_a_staff_command_about_a_fire_is_no_cry() -> None:
    assert parse_staff("办结12 着火的事处理完了").emergency is None
    assert parse_staff("着火了快来人").emergency is not None


def test_a_long_letter_that_mentions_danger_is_asked_about_not_alarmed() -> None:
    letter = "我们小区的消防通道长期被私家车占用，物业说了多少次都不管。" * 8 + "真起火谁负责"

    found = find_emergency(letter)

    assert found is not None
    assert found.certainty == "possible"


def test_a_digit_and_a_further_request_are_both_read() -> None:
    assert parse("1 还有楼道灯坏了").commands == (
        Answer(1, "还有楼道灯坏了"),
        ReportTrouble("还有楼道灯坏了"),
    )


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("好了", True),
        ("好了 说谢谢", True),
        ("1", True),
        ("没好", False),
        ("还没好", False),
        ("又漏了", False),
        ("2", False),
        ("家里没人接", None),
        ("没人", None),
        ("", None),
    ],
)
def test_a_callback_taken_by_a_person_is_read(words: str, solved: bool | None) -> None:
    command = parse_staff(f"回访12 {words}").commands[0]

    assert isinstance(command, CallbackAnswer)
    assert command.solved is solved


def test_words_for_a_resident_keep_their_marks() -> None:
    assert parse_staff("告知12 说了,明天到。").commands == (Told(12, "说了,明天到。"),)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("三号楼二单元四零一漏水", "3-2-401"),
        ("3-2-402", "3-2-402"),
        ("３－２－４０２暖气不热", "3-2-402"),
        ("3号楼2单元402", "3-2-402"),
        ("3楼2单元402室", "3-2-402"),
        ("14栋1002", "14--1002"),
        ("我在十二号楼", "12"),
        ("3号楼2单元灯坏了", "3-2"),
        ("building 3 unit 2 room 402", "3-2-402"),
        ("2026-11-23来过", None),
        ("电话0993-5800302", None),
        ("下水道堵了", None),
    ],
)
def test_an_address_is_found(text: str, place: str | None) -> None:
    assert find_place(text) == place


@pytest.mark.parametrize(
    ("text", "category", "urgency"),
    [
        ("下水道堵了", "repair", "P2"),
        ("家里停水一天了", "repair", "P1"),
        ("暖气不热", "repair", "P1"),
        ("电梯坏了", "facility", "P1"),
        ("楼道灯坏了", "facility", "P2"),
        ("垃圾好几天没人收", "sanitation", "P2"),
        ("楼道有人拉电线充电", "safety", "P2"),
        ("广场舞太吵", "neighbour", "P2"),
        ("高龄津贴怎么申请", "policy", "P2"),
        ("透析的药没了", "errand", "P1"),
        ("建议装个凉亭", "suggestion", "P2"),
        ("The lift is broken", "facility", "P1"),
        ("那个啥", "other", "P2"),
    ],
)
def test_what_a_request_is_about_is_suggested(text: str, category: str, urgency: str) -> None:
    suggestion = suggest(text)

    assert (suggestion.category, suggestion.urgency) == (category, urgency)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("修好了", "yes"),
        ("已经好了谢谢", "yes"),
        ("通了", "yes"),
        ("是的", "yes"),
        ("还没弄好", "no"),
        ("没有", "no"),
        ("没来人", "no"),
        ("修好了但是又漏了", "no"),
        ("不行", "no"),
        ("not fixed", "no"),
        ("回１", "digit"),
        ("3号楼", ""),
        ("1号楼的灯", ""),
        ("我想问个事", ""),
    ],
)
def test_a_short_answer_is_read(text: str, meaning: str) -> None:
    assert read_answer(text).meaning == meaning


@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    assert parse(text).commands
    assert parse_staff(text).commands


@pytest.mark.parametrize(
    "text",
    ["好的" * 50_000, "我想" * 50_000, "下水道堵了，" * 17_000, "a " * 50_000, "12" * 50_000],
    ids=["talk", "polite", "request", "latin", "digits"],
)
def test_a_hundred_thousand_letters_are_read_in_no_time(text: str) -> None:
    began = time.process_time()
    parse(text)
    parse_staff(text)

    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("text", ["好的" * 29 + "修", "我想我要" * 14 + "呢", "替" + "说报" * 60])
def test_no_pattern_runs_wild(text: str) -> None:
    began = time.process_time()
    parse(text)

    assert time.process_time() - began < 0.5
