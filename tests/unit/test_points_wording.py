"""Texts about points: one segment each, also with the longest names that a book can bring."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from core.points.announcing import LONGEST_TEXT
from core.points.telling import LONGEST_NAME
from core.wording.catalogue import LANGUAGES, text
from core.wording.days import day_words

DEMO = tomllib.loads(
    (Path(__file__).parents[2] / "fixtures/demo/community.toml").read_text(encoding="utf-8")
)
COMMUNITY = {"zh_CN": DEMO["community"]["name"], "en": DEMO["community"]["english_name"]}
TO_RESIDENTS = (
    *("attendance_code_unknown", "attended_already", "cancelled", "cycle_ends", "expired"),
    *("handed_over", "no_activities", "not_enough", "not_registered", "not_waiting", "posted"),
    *("reserved", "shop_empty", "sign_up_full", "sign_up_needless", "sign_up_over"),
    *("sign_up_twice", "signed_off", "signed_up", "sold_out", "taken_back", "there_again"),
    *("too_many_reservations", "unknown_activity_plain", "wish_kept", "yours_lapsed"),
)
NOT_OF_RESIDENTS = ("输入", "无效", "非法", "错误", "系统", "工单")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TO_RESIDENTS)
def test_a_text_to_a_resident_is_one_segment(name: str, language: str) -> None:
    longest = "长" * LONGEST_NAME["zh_CN"] if language == "zh_CN" else "x" * LONGEST_NAME["en"]
    today = date(2026, 11, 23)
    days = (day_words(date(2026, 12, day), today, language) for day in range(1, 31))
    slots = {
        **dict.fromkeys(("called", "what", "reward", "name", "place", "words"), longest),
        **dict.fromkeys(("points", "balance", "expiring", "missing"), "9999"),
        "day": max(days, key=len),
        "time": "10:30",
        "code": "4711",
        "count": "3",
        "phone": str(DEMO["office"]["staffed_number"]),
    }

    words = text(f"sms.points.{name}", language, community=COMMUNITY[language], **slots)

    assert len(words.encode("utf-16-le")) // 2 <= LONGEST_TEXT, words
    assert not [word for word in NOT_OF_RESIDENTS if word in words]
