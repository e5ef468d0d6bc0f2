"""Every text is a template that could be registered: short, plain, the same in both languages."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.understanding.lexicon import read_lexicon
from core.wording.catalogue import LANGUAGES, say, slots_of, templates, text
from core.wording.days import day_words
from core.wording.segments import segments_of
from sms.replies_trouble import MOST_CHOICES

_DEMO = tomllib.loads(
    (Path(__file__).parents[2] / "fixtures/demo/community.toml").read_text(encoding="utf-8")
)
_COMMUNITY = {"zh_CN": _DEMO["community"]["name"], "en": _DEMO["community"]["english_name"]}
_NEVER_TO_RESIDENTS = ("输入", "无效", "非法", "错误", "系统", "工单", "格式")
_LINK = re.compile(r"https?:|www\.|\.(?:com|cn|org)\b", re.IGNORECASE)
_BAD_NEWS = re.compile(
    r"(?:没|不|未|没有|not |no |nobody|un)[^,。;,.:]*(?:回|请回|按|text |press )1(?!\d)"
)

# Texts to residents, and pieces of texts that are never sent alone.
_TO_RESIDENTS = {
    *(f"sms.callback.{name}" for name in ("closed", "closed_plain", "recorded", "reopened")),
    *(f"sms.callback.{name}" for name in ("survey", "survey_mended")),
    "sms.call.receipt",
    "sms.callback.closed_by_person",
    "sms.code.sent",
    "sms.question.what_kind",
    "sms.question.which_case",
    "sms.question.whose_case",
    "sms.question.withdraw_which",
}
_POINTS_TO_RESIDENTS = {
    f"sms.points.{name}"
    for name in (
        *("attend_how", "attendance_code_unknown", "attended", "attended_already", "cancelled"),
        *("cycle_ends", "expired", "handed_over", "kept_already", "no_activities", "none_here"),
        *("not_enough", "not_registered", "not_waiting", "posted", "reserved"),
        *("reserved_elsewhere", "shop_empty", "sign_up_full", "sign_up_needless", "sign_up_over"),
        *("sign_up_twice", "signed_off", "signed_up", "sold_out", "taken_back", "there_again"),
        *("too_many_reservations", "unknown_activity_plain", "wish_kept", "yours_lapsed"),
    )
}
_RESIDENT_SECTIONS = ("emergency", "receipt", "resident")
_PIECES = {
    "sms.emergency.said_safe",
    "sms.emergency.summary",
    "sms.receipt.only_picture",
    "sms.resident.nothing_task",
    "sms.resident.office",
    "sms.resident.status_line",
    "sms.resident.stray_digit_task",
    "sms.resident.visit_missed_note",
    *(f"sms.resident.{role}" for role in ("deputy", "director", "duty_clerk")),
    *(f"sms.resident.{role}" for role in ("grid_leader", "grid_worker", "property")),
    *(f"sms.resident.state_{state}" for state in ("accepted", "closed", "done", "waiting")),
    "sms.resident.state_withdrawn",
}
_P0 = "sms.emergency."


def _resident_texts() -> list[str]:
    in_sections = {key for key in templates("zh_CN") if key.split(".")[:2] in _sections("sms")}
    return sorted((in_sections | _TO_RESIDENTS | _POINTS_TO_RESIDENTS) - _PIECES)


def _sections(channel: str) -> list[list[str]]:
    return [[channel, section] for section in _RESIDENT_SECTIONS]


def _called(staff: dict[str, Any]) -> str:
    return str(staff.get("called", staff["name"]))


def _people(language: str) -> list[str]:
    return [
        say(f"sms.resident.{role}", language, name=_called(staff))
        for staff in _DEMO["staff"]
        for role in staff["roles"]
        if f"sms.resident.{role}" in templates(language)
    ]


def _summaries(language: str) -> list[str]:
    field = "summary" if language == "zh_CN" else "english"
    return [str(subject[field]) for subject in read_lexicon("categories")["subject"]]


def _longest_of_points(language: str) -> dict[str, str]:
    """Fill the slots of points; names are cut to so many signs (core/points/telling.py)."""
    name = "洗" * 8 if language == "zh_CN" else "soap " * 2 + "so"
    return {
        **dict.fromkeys(("reward", "what", "words", "place"), name),
        "called": "欧阳奶奶" if language == "zh_CN" else "Ms Smith",
        **dict.fromkeys(("points", "missing", "balance", "expiring"), "128"),
        "count": "3",
        "code": "4821",
        "time": "16:00",
    }


def _longest(language: str) -> dict[str, str]:
    """Fill every slot with the longest that the demo community can bring."""
    number, today = "12345", date(2026, 11, 23)
    days = (date(2026, 12, 30), date(2026, 12, 2), date(2026, 11, 25))
    person = max(_people(language), key=len)
    day = max((day_words(day, today, language) for day in days), key=len)
    summary = max(_summaries(language), key=len)
    comma = say("sms.question.comma", language)
    choice = say("sms.question.choice", language, digit="1", what=summary, number=number)
    states = [value for key, value in templates(language).items() if ".resident.state_" in key]
    line = say(
        "sms.resident.status_line",
        language,
        number=number,
        what=summary,
        state=max(states, key=len),
    )
    return {
        "number": number,
        "into": number,
        "person": person,
        "who": person,
        "day": day,
        "time": f"{day} 10:00",
        "phone": str(_DEMO["office"]["staffed_number"]),
        "digit": "9",
        "other": "4",
        "code": "47",
        "summary": summary[: 8 if language == "zh_CN" else 14],
        "choices": comma.join([choice] * MOST_CHOICES[language]),
        "lines": comma.join([line] * MOST_CHOICES[language]),
        "visit": "上午来" if language == "zh_CN" else "today",
    }


@pytest.mark.parametrize("key", sorted(templates("zh_CN")))
def test_both_languages_have_the_same_slots(key: str) -> None:
    assert slots_of(key, "zh_CN") == slots_of(key, "en")


def test_both_languages_have_the_same_keys() -> None:
    assert set(templates("zh_CN")) == set(templates("en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", _resident_texts())
def test_a_text_to_a_resident_is_one_segment_with_the_longest_names(
    key: str, language: str
) -> None:
    points = _longest_of_points(language) if key in _POINTS_TO_RESIDENTS else {}
    slots = {**_longest(language), **points}
    words = text(key, language, community=_COMMUNITY[language], **slots)

    assert len(words.encode("utf-16-le")) // 2 <= 70, words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(key for key in templates("zh_CN") if key.startswith("sms.")))
def test_the_fixed_words_of_a_text_fit_three_segments(key: str, language: str) -> None:
    slots = {
        name: _longest(language).get(name, "青湖华庭14-3-1002") for name in slots_of(key, language)
    }

    assert segments_of(text(key, language, community=_COMMUNITY[language], **slots)) <= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_template_holds_a_link_or_a_line_break(language: str) -> None:
    assert [key for key, words in templates(language).items() if _LINK.search(words)] == []
    assert [key for key, words in templates(language).items() if "\n" in words] == []


def test_residents_never_meet_the_words_of_a_machine() -> None:
    found = [
        (key, word)
        for key, words in templates("zh_CN").items()
        for word in _NEVER_TO_RESIDENTS
        if word in words
    ]

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_is_never_bad_news(language: str) -> None:
    found = {
        key: words
        for key, words in templates(language).items()
        if _BAD_NEWS.search(words) and not key.startswith(_P0)
    }

    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_gas_sends_them_outside_first_and_asks_nothing(language: str) -> None:
    words = templates(language)["sms.emergency.gas"]

    assert words.startswith("先到屋外" if language == "zh_CN" else "Get outside")
    assert set(re.findall(r"\d+", words)) == {"119"}
    assert not {"?", "\uff1f"} & set(words)


def test_whoever_does_not_want_to_live_meets_no_menu() -> None:
    words = templates("zh_CN")["sms.emergency.suicide"]

    assert "12356" in words
    assert "回1" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_claims_that_an_ambulance_was_called(language: str) -> None:
    claims = ("已打120", "已经打120", "已叫120", "救护车已", "ambulance is coming", "we called 120")
    found = [
        key for key, words in templates(language).items() if any(claim in words for claim in claims)
    ]

    assert found == []
