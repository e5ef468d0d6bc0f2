"""The prompts that the project brings along: complete, whole, short enough, equally loud."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from app.voice_making import wanted_prompts
from core.wording.catalogue import LANGUAGES, say
from telephony.speech.shipped import FOLDER, Shipped, ShippedPrompt, read_list, write_list
from telephony.speech.shipping import Ears, ship
from telephony.speech.telephone_audio import (
    LOUDEST_DBFS,
    SPEECH_DBFS,
    Samples,
    heard_from,
    loudness,
    measured,
    peak_dbfs,
    silence,
    telephone_wav,
)
from telephony.speech.voice import Pace, Take, VoiceFailed

LIST = read_list(FOLDER)
_LARGEST_FOLDER = 30_000_000
_LONGEST_SECONDS = 12.0
_LONGEST_EMERGENCY_SECONDS = 6.0


def sound(seconds: float) -> bytes:
    moments = np.arange(int(seconds * 8000)) / 8000
    samples: Samples = np.sin(2 * np.pi * 500 * moments).astype(np.float32)
    return telephone_wav(samples, 8000)


class TakingVoice:
    """Says everything in a second; remembers the takes."""

    name = "taking/1"

    def __init__(self) -> None:
        self.takes: list[tuple[str, str, Take]] = []

    def render(self, words: str, language: str, pace: str) -> bytes:
        return self.take(words, language, pace, Take())

    def take(self, words: str, language: str, pace: str, take: Take) -> bytes:
        self.takes.append((words, pace, take))
        return sound(1.0 / take.faster)


class HardOfHearing:
    """Understands only what is spoken slowly."""

    def __init__(self, words: str) -> None:
        self._words = words

    def understood(self, audio: bytes, language: str) -> str:
        return self._words if measured(audio).seconds > 1.05 else "什么"


def test_every_fixed_piece_and_the_closed_vocabulary_are_shipped() -> None:
    assert Shipped().problems(wanted_prompts()) == []


def test_all_of_it_is_spoken_by_kokoro_and_not_too_much() -> None:
    assert {prompt.voice.partition("/")[0] for prompt in LIST.values()} == {"kokoro-82m-int8"}
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.wav")) < _LARGEST_FOLDER


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pace", ["normal", "slow"])
def test_each_is_as_loud_as_the_others_and_none_is_too_long(language: str, pace: str) -> None:
    wrong, shipped = [], Shipped()
    for prompt in LIST.values():
        if (prompt.language, prompt.pace) != (language, pace):
            continue
        audio = shipped.find(*prompt.asked)
        assert audio is not None
        samples, rate = heard_from(audio)
        level, peak = loudness(samples, rate), peak_dbfs(samples)
        fits = abs(level - SPEECH_DBFS) <= 2.0 and peak <= LOUDEST_DBFS + 0.3
        if not fits or not 0.15 <= prompt.seconds <= _LONGEST_SECONDS:
            wrong.append((prompt.words, round(level, 1), round(peak, 1), prompt.seconds))
        if rate != 8000 or prompt.seconds != measured(audio).seconds:
            wrong.append((prompt.words, rate, prompt.seconds))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pace", ["normal", "slow"])
def test_the_emergency_sentence_is_there_and_short(language: str, pace: str) -> None:
    for key in ("first.emergency", "receipt.emergency_first"):
        audio = Shipped().find(say(f"voice.{key}", language), language, pace)
        assert audio is not None
        assert measured(audio).seconds <= _LONGEST_EMERGENCY_SECONDS


def test_a_piece_that_begins_or_ends_does_not_click() -> None:
    for prompt in LIST.values():
        samples, _ = heard_from((FOLDER / prompt.file).read_bytes())
        assert abs(samples[0]) < 0.02, prompt.words
        assert abs(samples[-1]) < 0.02, prompt.words


def _kept(folder: Path, words: str = "您好。") -> ShippedPrompt:
    ship([(words, "zh_CN", "normal")], TakingVoice(), None, folder, lambda _: None)
    return read_list(folder)[words, "zh_CN", "normal"]


def test_a_damaged_prompt_is_not_played_and_is_named(tmp_path: Path) -> None:
    kept = _kept(tmp_path)
    assert Shipped(tmp_path).find(*kept.asked) is not None

    (tmp_path / kept.file).write_bytes(sound(0.5))

    assert Shipped(tmp_path).find(*kept.asked) is None
    assert Shipped(tmp_path).problems([kept.asked]) == [f"missing or damaged: {kept.file}"]


def test_words_that_changed_and_files_of_nobody_are_named(tmp_path: Path) -> None:
    kept = _kept(tmp_path)
    (tmp_path / "zh_CN" / "stray.wav").write_bytes(sound(0.5))

    assert Shipped(tmp_path).problems([("你好。", "zh_CN", "normal")]) == [
        "not shipped: 你好。 / zh_CN / normal",
        "too many: 您好。 / zh_CN / normal",
        "in no list: zh_CN/stray.wav",
    ]
    assert Shipped(tmp_path / "nowhere").find(*kept.asked) is None


def test_only_what_changed_is_rendered_again(tmp_path: Path) -> None:
    first, second = TakingVoice(), TakingVoice()
    wanted = [("您好。", "zh_CN", "normal"), ("再见。", "zh_CN", "slow")]
    assert ship(wanted, first, None, tmp_path, lambda _: None) == 2

    changed = [wanted[0], ("再会。", "zh_CN", "slow")]
    assert ship(changed, second, None, tmp_path, lambda _: None) == 1

    assert second.takes == [("再会。", "slow", Take())]
    assert Shipped(tmp_path).problems(changed) == []


def test_what_is_not_understood_is_said_again_and_the_best_take_is_kept(tmp_path: Path) -> None:
    words = "报事，请按一。"
    voice = TakingVoice()
    ears = Ears(HardOfHearing(words), frozenset({words}))

    ship([(words, "zh_CN", pace) for pace in Pace], voice, ears, tmp_path, lambda _: None)

    kept = read_list(tmp_path)[words, "zh_CN", "normal"]
    *normal, (_, pace, best) = voice.takes
    assert [take.faster for _, _, take in normal] == [1.0, 1.0, 0.93]
    assert (pace, best) == ("slow", normal[-1][2])  # the slow one is made of the same take
    assert (kept.error, kept.seconds) == (0.0, pytest.approx(1 / 0.93, abs=0.01))
    assert kept.sha256 == hashlib.sha256((tmp_path / kept.file).read_bytes()).hexdigest()


def test_the_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    prompt = ShippedPrompt('您好"\\。', "zh_CN", "normal", "v", "a.wav", "0" * 64, 1.5, None)
    write_list(tmp_path, [prompt])
    assert read_list(tmp_path) == {prompt.asked: prompt}


def test_a_voice_that_fails_leaves_what_is_there(tmp_path: Path) -> None:
    class Hoarse(TakingVoice):
        name = "hoarse/1"

        def take(self, words: str, language: str, pace: str, take: Take) -> bytes:
            raise VoiceFailed("hoarse")

    kept = _kept(tmp_path)
    with pytest.raises(VoiceFailed):
        ship([kept.asked], Hoarse(), None, tmp_path, lambda _: None)
    assert Shipped(tmp_path).find(*kept.asked) is not None


def test_silence_is_never_shipped() -> None:
    assert not heard_from(telephone_wav(silence(1.0, 8000), 8000))[0].any()
    quiet = [
        p.words for p in LIST.values() if not heard_from((FOLDER / p.file).read_bytes())[0].any()
    ]
    assert quiet == []
