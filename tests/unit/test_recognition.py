"""The measure of how well a voice is understood, and the page that tells it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.voice_measuring import unheard_samples
from app.voice_page import with_figures
from core.wording.catalogue import LANGUAGES
from telephony.recognition.figures import (
    MEDIAN_BAR,
    Measured,
    figures,
    misses,
    read_measured,
    write_measured,
)
from telephony.recognition.likeness import parts_said, pinyin_error, word_error
from telephony.recognition.remembered import Remembering
from telephony.recognition.sampled import samples

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("said", "understood", "error"),
    [
        ("报事，请按1。", "报事 请按1", 0.0),
        ("报事，请按1。", "報事請按一", 0.0),  # traditional is not heard
        ("报事，请按1。", "爆势情按衣", 0.0),  # nor are tones, or hanzi
        ("有危险，打幺二零或幺幺九。", "有危险打120或119", 0.0),
        ("记下了，零 幺 五 八号。", "记下了0158号", 0.0),
        ("八千三百人", "8300人", 0.0),
        ("单⟨shan4⟩大妈", "善大妈", 0.0),
        ("单⟨shan4⟩大妈", "丹大妈", 1 / 3),
        ("报事，请按1。", "报事请按7", 1 / 5),
        ("再见。", "再一见", 1 / 2),
        ("再见。", "", 1.0),
        ("", "您好", 1.0),
        ("，。", "", 0.0),
    ],
)
def test_syllables_are_compared_as_they_are_heard(said: str, understood: str, error: float) -> None:
    assert pinyin_error(said, understood) == pytest.approx(error)


@pytest.mark.parametrize(
    ("said", "understood", "error"),
    [
        ("A person, press 0.", "A person. Press zero.", 0.0),
        ("Number zero one five eight.", "number 0158", 0.0),
        ("Repair, press 1.", "Repair, press 2.", 1 / 3),
        ("Goodbye.", "", 1.0),
    ],
)
def test_english_words_are_compared(said: str, understood: str, error: float) -> None:
    assert word_error(said, understood) == pytest.approx(error)


def test_parts_are_syllables_or_words() -> None:
    assert parts_said("报事，请按1。", "zh_CN") == 5
    assert parts_said("Repair, press 1.", "en") == 3


def _row(error: float, language: str = "zh_CN", engine: str = "kokoro") -> Measured:
    return Measured(engine, "v/1", language, "voice.a.b", "您好。", 1.0, '"您\n好"', error)


def test_a_median_or_a_prompt_above_the_bar_is_a_miss() -> None:
    good = [_row(error) for error in (0.0, 0.0, 0.05, 0.2)]
    assert misses(good) == []
    assert len(misses([*good, _row(0.21)])) == 1
    assert misses([_row(0.09), _row(0.0, "en")]) == ["zh_CN: a median of 0.09, above 0.08"]
    assert figures(good).above_bar == 0


def test_what_was_measured_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = [_row(0.5), _row(0.25, "en")]
    write_measured(tmp_path / "voices.toml", rows)
    assert sorted(read_measured(tmp_path / "voices.toml"), key=lambda row: row.error) == rows[::-1]


def test_every_spoken_sentence_is_sampled_with_its_slots_filled() -> None:
    for language in LANGUAGES:
        found = list(samples(language))
        assert len(found) > 120
        assert [one.words for one in found if re.search(r"[{}]", one.words)] == []


def test_a_sound_is_listened_to_once(tmp_path: Path) -> None:
    heard: list[bytes] = []

    class Ears:
        def understood(self, audio: bytes, language: str) -> str:
            heard.append(audio)
            return f"{language}: 您好\n"

    for _ in range(2):  # the second has it from the file alone
        ears = Remembering(Ears(), tmp_path / "ears" / "heard.jsonl")
        assert ears.understood(b"a", "zh_CN") == ears.understood(b"a", "zh_CN") == "zh_CN: 您好\n"
    assert ears.understood(b"a", "en") == "en: 您好\n"
    assert heard == [b"a", b"a"]


MEASURED = read_measured(DOCS / "voices.toml")


def test_the_page_says_what_was_measured() -> None:
    page = (DOCS / "voices.md").read_text(encoding="utf-8")
    assert with_figures(page, MEASURED) == page


def test_every_sentence_was_listened_to() -> None:
    assert unheard_samples() == []
    for language in LANGUAGES:
        assert sum((row.engine, row.language) == ("pyttsx3", language) for row in MEASURED) > 30


@pytest.mark.parametrize(("language", "above"), [("zh_CN", 6), ("en", 0)])
def test_what_the_line_says_is_understood(language: str, above: int) -> None:
    """The bar of docs/voices.md; what few Mandarin sentences miss it is told there."""
    sums = figures(row for row in MEASURED if (row.engine, row.language) == ("kokoro", language))
    assert sums.prompts > 240
    assert sums.median <= MEDIAN_BAR
    assert sums.above_bar <= above


def test_figures_are_compared_however_they_are_written() -> None:
    said = "You need three hundred and five more."
    assert word_error(said, "You need 305 more.") == 0.0
    assert word_error("Number zero one five eight.", "Number 0158.") == 0.0


def test_kokoro_is_understood_much_better_than_espeak() -> None:
    for language in LANGUAGES:
        kokoro, espeak = (
            figures(row for row in MEASURED if (row.engine, row.language) == (engine, language))
            for engine in ("kokoro", "pyttsx3")
        )
        assert kokoro.median < 0.3 * espeak.median
