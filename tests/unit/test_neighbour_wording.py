"""Texts about the neighbourhood: one segment each to residents, also with the longest names."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from core.wording.catalogue import LANGUAGES, text
from core.wording.days import day_words

DEMO = tomllib.loads(
    (Path(__file__).parents[2] / "fixtures/demo/community.toml").read_text(encoding="utf-8")
)
COMMUNITY = {"zh_CN": DEMO["community"]["name"], "en": DEMO["community"]["english_name"]}
TO_RESIDENTS = (
    *(f"consultation.{name}" for name in ("taken", "other_phone", "late", "late_now", "which")),
    *(f"consultation.{name}" for name in ("called_off", "not_asked", "result_carried")),
    *(f"consultation.{name}" for name in ("result_carried_cost", "result_failed")),
    *(f"standing.{name}" for name in ("ask", "confirmed", "skipped", "person", "already")),
    *(f"standing.{name}" for name in ("contact", "begun", "left_out", "ended")),
    *(f"volunteer.{name}" for name in ("ask", "accepted", "thanked", "declined", "coming")),
    *(f"volunteer.{name}" for name in ("not_volunteer", "no_such", "opinion", "opinion_how")),
    "volunteer.copy",
)
NOT_OF_RESIDENTS = ("输入", "无效", "非法", "错误", "系统", "工单")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TO_RESIDENTS)
def test_a_text_to_a_resident_is_one_segment(name: str, language: str) -> None:
    is_chinese = language == "zh_CN"
    today = date(2026, 11, 23)
    days = (day_words(date(2026, 12, day), today, language) for day in range(1, 31))
    slots = {
        "answer": "不同意" if is_chinese else "disagree",
        "verdict": "没通过" if is_chinese else "it is not carried",
        "what": "疏通主管道" if is_chinese else "the drain",
        "where": "青湖华庭14-3-1002" if is_chinese else "Qinghu 14-3-1002",
        "names": "美华，桂兰，建新" if is_chinese else "Mei, Lan, Jian",
        "name": "欧阳奶奶" if is_chinese else "Ms Smith",
        "called": "欧阳奶奶" if is_chinese else "Ms Smith",
        "person": "王师傅" if is_chinese else "Wang",
        "choices": "402室回1，502室回2，都是回3" if is_chinese else "402: 1, 502: 2, both: 3",
        "word": "腊梅",
        "rhythm": "每星期三" if is_chinese else "each Wednesday",
        "number": "0158",
        "bare": "158",
        "wanted": "10",
        **dict.fromkeys(("agree", "disagree"), "120"),
        "yuan": "33.34",
        "day": max(days, key=len),
        "phone": str(DEMO["office"]["staffed_number"]),
    }

    words = text(f"sms.{name}", language, community=COMMUNITY[language], **slots)

    assert len(words.encode("utf-16-le")) // 2 <= 70, words
    assert not [word for word in NOT_OF_RESIDENTS if word in words]
