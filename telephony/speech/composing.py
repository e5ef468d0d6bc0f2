"""One sound out of several pieces: no click at a join, pauses where the punctuation is."""

from __future__ import annotations

from collections.abc import Sequence

from core.wording.clips import spoken_length
from telephony.speech.clauses import TEMPOS, clauses_of, pause_after, pauses_of
from telephony.speech.telephone_audio import (
    TELEPHONE_RATE,
    TelephoneSound,
    heard_from,
    joined_wavs,
    measured,
    trimmed,
    written,
)

_MARKS = "，。！？；：、…,.!?;:"
_ENGLISH_WORDS_A_MINUTE = {"normal": 165, "slow": 125}  # without the pauses
_WITHIN_CLAUSE = 0.04  # seconds: two pieces of one clause follow as syllables do


def pause_of(words: str, pace: str) -> float:
    """Return the seconds of silence that follow words, as their last mark says; none without.

    >>> pause_of("号，有人在办。", "normal"), pause_of("零 幺", "normal")
    (0.5, 0.04)
    """
    ending = words.rstrip()[-1:]
    return pause_after(ending, TEMPOS[pace]) if ending and ending in _MARKS else _WITHIN_CLAUSE


def expected_seconds(words: str, language: str, pace: str) -> float:
    """Tell about how long words will take to say, their pauses too, before they are rendered.

    >>> expected_seconds("报事，请按1。", "zh_CN", "normal")
    2.19
    """
    tempo = TEMPOS[pace]
    clauses = clauses_of(words)
    pauses = sum(pauses_of(clauses, tempo))
    if language == "en":
        return round(spoken_length(words) * 60 / _ENGLISH_WORDS_A_MINUTE[pace] + pauses, 2)
    hanzi = spoken_length(words)
    spoken = max(hanzi * 60 / tempo.hanzi_a_minute, hanzi * 60 / tempo.fastest + pauses)
    return round(spoken, 2)


def composed(wavs: Sequence[bytes], pauses: Sequence[float]) -> TelephoneSound:
    """Put telephone WAVs one after the other; each ends in its pause, whatever silence it had."""
    return measured(joined_wavs([_without_quiet(wav) for wav in wavs], pauses))


def with_pause(wav: bytes, words: str, pace: str) -> TelephoneSound:
    """End a recording in the pause of its words, whatever silence it came with."""
    return composed([wav], [pause_of(words, pace)])


def _without_quiet(wav: bytes) -> bytes:
    samples, _ = heard_from(wav)
    return written(trimmed(samples, TELEPHONE_RATE))
