"""``linli flow check``: clean in both languages, and able to find what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.config import Settings
from app.flow_check import bars
from app.flow_check.shape import shape_problems
from app.flow_check.stage import Said
from app.flow_check.walk import flow_problems
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.telephone_audio import joined_wavs


def test_every_menu_keeps_what_callers_are_promised(tmp_path: Path) -> None:
    settings = Settings(
        var=tmp_path,
        voice="pyttsx3",
        secret_key=SecretStr("a key of the tests"),
        twilio_auth_token=SecretStr("a token of the tests"),
    )

    assert list(flow_problems(settings)) == []


def test_the_shape_is_in_order() -> None:
    assert list(shape_problems()) == []


@pytest.mark.parametrize(
    ("words", "language", "problem"),
    [
        ("请输入编号。", "zh_CN", "says '输入'"),
        ("Invalid choice.", "en", "says 'invalid'"),
        ("请按1，报事。", "zh_CN", "names a key before what it is for: 请按1，报事。"),
        (
            "您家里厨房的下水道要修的话请您按一。",
            "zh_CN",
            "a clause of 17 hanzi, at most 12: 您家里厨房的下水道要修的话请您按一",
        ),
    ],
)
def test_words_that_break_a_bar_are_found(words: str, language: str, problem: str) -> None:
    assert problem in list(bars.in_words(words, language))


def test_lengths_and_paces_that_break_a_bar_are_found() -> None:
    long = Said("很长的一段话。", 12.5)
    silent = Said("没有声音。", None)
    hurried = Said("有危险打幺二零或幺幺九报事请按一。", 4.0)

    assert list(bars.in_lengths([long], slow=False)) == ["12.5 s, at most 12 s: 很长的一段话。"]
    assert list(bars.in_lengths([long], slow=True)) == []
    assert list(bars.in_lengths([silent], slow=False)) == ["has no sound: 没有声音。"]
    assert list(bars.in_pace([hurried], slow=False)) == ["240 hanzi a minute, 130-160 wished"]


def test_clauses_that_run_into_one_another_are_found() -> None:
    voice = Pyttsx3Voice()
    run_together = joined_wavs([voice.render("不着急慢慢说", "zh_CN", "normal")], [0.5])
    apart = voice.render("不着急，慢慢说。", "zh_CN", "normal")

    assert len(list(bars.in_pauses(run_together, "不着急，慢慢说。", "zh_CN"))) == 1
    assert list(bars.in_pauses(apart, "不着急，慢慢说。", "zh_CN")) == []
