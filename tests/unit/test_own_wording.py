"""An office's own sentence holds to what the shipped ones hold to."""

from __future__ import annotations

import pytest

from core.errors import Refusal
from core.wording.catalogue import LANGUAGES, put_own, say, shipped, templates
from core.wording.checks import may_be_reworded, problems_of


def _wrong(key: str, words: str, language: str = "zh_CN") -> list[str]:
    return [one.key.rpartition(".")[2] for one in problems_of(key, language, words)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_sentence_passes_the_checks(language: str) -> None:
    found: dict[str, list[Refusal]] = {
        key: wrong
        for key, words in shipped(language).items()
        if may_be_reworded(key) and (wrong := list(problems_of(key, language, words)))
    }
    assert found == {}


def test_what_does_not_fit_is_named() -> None:
    key = "sms.standing.ask"  # {day}{what}，照旧回1，这次不用回2，找人说回3。
    good = "{day}又该{what}了，照旧回1，这次不用回2，找人说回3。"
    assert _wrong(key, good) == []
    assert _wrong(key, good.replace("{what}", "")) == ["slots"]
    assert _wrong(key, good.replace("{what}", "{what:>99999}")) == ["slots"]
    assert _wrong(key, good.replace("{what}", "{what.__class__}")) == ["slots"]
    assert _wrong(key, good + "{") == ["slots"]
    assert _wrong(key, good.replace("回3", "回4")) == ["digits"]
    assert _wrong(key, "输入无效：" + good) == ["never", "never"]
    assert _wrong(key, good + "看 www.example.com") == ["link"]
    assert _wrong(key, good + "长" * 40) == ["too_long"]
    for empty in ("", "  ", "a\x00", "{day}{what}\n", "\u202e" + good):
        assert _wrong(key, empty) == ["empty"]
    assert "clause" in _wrong(_voice(), "这一句话里面没有停顿所以老人在电话里听不清楚")


def test_what_is_said_in_danger_stays() -> None:
    assert not any(
        may_be_reworded(key) for key in shipped("zh_CN") if "emergency" in key or ".danger." in key
    )
    assert not may_be_reworded("console.nav.board")


def test_a_sentence_that_no_longer_fits_is_not_said() -> None:
    before = say("sms.standing.skipped", "zh_CN", what="取药")
    try:
        put_own(
            {
                "zh_CN": {
                    "sms.standing.skipped": "好的，{what}下次再说。",
                    "sms.standing.ask": "{gone}",
                }
            }
        )
        assert say("sms.standing.skipped", "zh_CN", what="取药") == "好的，取药下次再说。"
        assert templates("zh_CN")["sms.standing.ask"] == shipped("zh_CN")["sms.standing.ask"]
    finally:
        put_own({})
    assert say("sms.standing.skipped", "zh_CN", what="取药") == before


def _voice() -> str:
    return next(
        key
        for key, words in shipped("zh_CN").items()
        if key.startswith("voice.") and may_be_reworded(key) and "{" not in words
    )
