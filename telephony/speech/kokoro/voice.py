"""Kokoro as a voice: words in, telephone sound out. 400 MB, so for a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from core.wording.ear import written_out
from telephony.speech.clauses import (
    TEMPOS,
    clauses_of,
    joined,
    sentences_of,
    speaking_seconds,
    syllables_in,
)
from telephony.speech.kokoro.chinese import chinese_phonemes
from telephony.speech.kokoro.engine import MOST_TOKENS, RATE, Engine, Run
from telephony.speech.kokoro.english import english_phonemes
from telephony.speech.kokoro.model import check_model, read_model, vocabulary
from telephony.speech.kokoro.styles import STYLES, check_styles, read_style
from telephony.speech.pauses import begun_quietly, cut_quietly
from telephony.speech.stretching import stretched
from telephony.speech.telephone_audio import Samples, telephone_wav, trimmed
from telephony.speech.voice import Take, VoiceFailed
from telephony.twiml import cleaned

NAME = f"kokoro-82m-int8/{STYLES['zh_CN']}+{STYLES['en']}/2"
_SPEED = 0.9  # of English, and of pieces too short to have a tempo
_SLOWER = 1.2  # times as long are these at the slow pace
_MOST_SLOWER = 1.45  # beyond, it sounds drawn
_SLOWEST, _FASTEST = 0.6, 1.1  # outside, it slurs
_LATELY = 6  # sounds that are kept, since words are wanted at both paces one after the other
_OFF_BY = 0.1  # of the tempo; less is not heard
_FEWEST_SYLLABLES = 4
_SECONDS_A_PHONEME, _SECONDS_INSIDE = 0.046, 0.3  # at speed 1; inside: between two clauses
_MARKS = ",.!?;:…"
_MARK_AND_SPACE = 2  # tokens between two clauses


@dataclass(frozen=True)
class Places:
    """Where the voice finds what it needs."""

    styles: Path  # a folder of style files
    dictionary: Path  # a folder in which jieba keeps its dictionary
    model: Path | None = None  # a folder with the model; None: it is in the wheels

    def check(self) -> None:
        """Look at everything that the voice needs.

        :raises VoiceUnusable: naming what is missing or damaged.
        """
        check_model(self.model)
        check_styles(self.styles)


@dataclass(frozen=True)
class _Clause:
    """A clause and its tokens."""

    words: str
    tokens: list[int]


class KokoroVoice:
    """Renders words in Mandarin and English, in the calling thread."""

    name = NAME

    def __init__(self, places: Places, threads: int = 1) -> None:
        """Load the model.

        :raises VoiceUnusable: if something is missing or damaged.
        """
        self._dictionary = places.dictionary
        self._tokens = vocabulary()
        self._styles = {
            language: read_style(places.styles, name) for language, name in STYLES.items()
        }
        self._lately: dict[tuple[tuple[str, ...], str, Take], list[Samples]] = {}
        self._styled = 0  # of the take that is spoken
        self._last: tuple[Sequence[_Clause], float] = ((), 0.0)  # and their seconds at speed 1
        marks = frozenset(self._tokens[mark] for mark in _MARKS)
        self._engine = Engine(read_model(places.model), threads, marks)

    def render(self, words: str, language: str, pace: str) -> bytes:
        """Return a WAV of 8 kHz mono mu-law.

        :raises VoiceFailed: if there is nothing to speak.
        """
        return self.take(words, language, pace, Take())

    def take(self, words: str, language: str, pace: str, take: Take) -> bytes:
        """Return a WAV of the words spoken a little otherwise.

        :raises VoiceFailed: if there is nothing to speak.
        """
        if language not in STYLES or pace not in TEMPOS:
            raise VoiceFailed("neither this language nor this pace is known")
        clauses = self._clauses(written_out(cleaned(words), language), language)
        if not clauses:
            raise VoiceFailed("nothing to speak")
        texts = [clause.words for clause in clauses]
        has_tempo = language != "en" and syllables_in(texts) >= _FEWEST_SYLLABLES
        spoken = self._at_normal_pace(clauses, language, take, has_tempo=has_tempo)
        if pace == "slow":
            times = _times_slower(texts, spoken) if has_tempo else _SLOWER
            spoken = [stretched(sound, RATE, times) for sound in spoken]
        return telephone_wav(joined(texts, spoken, RATE, TEMPOS[pace]), RATE)

    def _at_normal_pace(
        self, clauses: Sequence[_Clause], language: str, take: Take, *, has_tempo: bool
    ) -> list[Samples]:
        """Speak, or return what was spoken lately: the slow pace is made of the same sound."""
        asked = (tuple(clause.words for clause in clauses), language, take)
        if asked not in self._lately:
            self._styled = take.styled
            if has_tempo:
                spoken = self._in_time(clauses, take.faster)
            else:
                spoken = self._spoken(clauses, language, _SPEED * take.faster)
            self._lately = {asked: spoken, **dict(list(self._lately.items())[: _LATELY - 1])}
        return self._lately[asked]

    def _clauses(self, words: str, language: str) -> list[_Clause]:
        found = []
        for clause in clauses_of(words):
            if language == "en":
                phonemes = english_phonemes(clause)
            else:
                phonemes = chinese_phonemes(clause, self._dictionary)
            tokens = [self._tokens[one] for one in phonemes if one in self._tokens]
            if any(one.isalpha() for one in phonemes):
                found.append(_Clause(clause, tokens))
        return found

    def _in_time(self, clauses: Sequence[_Clause], faster: float) -> list[Samples]:
        """Speak Chinese at its tempo; once more if the first guess of the speed missed it."""
        texts = [clause.words for clause in clauses]
        wished = speaking_seconds(texts, TEMPOS["normal"]) / faster
        known, seconds = self._last
        speed = _held((seconds if known == clauses else _usual_seconds(clauses)) / wished)
        spoken = self._spoken(clauses, "zh_CN", speed)
        took = sum(len(sound) for sound in spoken) / RATE
        self._last = clauses, took * speed  # another take of them needs no guess
        fitting = _held(speed * took / wished)
        if abs(fitting / speed - 1) <= _OFF_BY:
            return spoken
        return self._spoken(clauses, "zh_CN", fitting)

    def _spoken(self, clauses: Sequence[_Clause], language: str, speed: float) -> list[Samples]:
        """Speak sentence by sentence; returns a sound for each clause."""
        tokens = {clause.words: clause.tokens for clause in clauses}
        found: list[Samples] = []
        for sentence in sentences_of([clause.words for clause in clauses]):
            found += self._sentence([tokens[words] for words in sentence], language, speed)
        return found

    def _sentence(self, clauses: list[list[int]], language: str, speed: float) -> list[Samples]:
        """Speak a sentence in one run and cut it after each clause."""
        space = self._tokens[" "]
        whole = [token for clause in clauses for token in (*clause, space)][:-1]
        if len(whole) > MOST_TOKENS:
            return [self._piecewise(clause, language, speed) for clause in clauses]
        run = self._run(whole, language, speed)
        lasts = accumulate(len(clause) + 1 for clause in clauses[:-1])
        spans = [(run.ends[last - 1 - _MARK_AND_SPACE], run.ends[last - 1]) for last in lasts]
        return cut_quietly(begun_quietly(run.samples, RATE, run.begins), RATE, spans)

    def _piecewise(self, tokens: list[int], language: str, speed: float) -> Samples:
        """Speak what is too long for one run."""
        starts = range(0, len(tokens), MOST_TOKENS)
        runs = (self._run(tokens[at : at + MOST_TOKENS], language, speed) for at in starts)
        return np.concatenate([trimmed(run.samples, RATE) for run in runs])

    def _run(self, tokens: list[int], language: str, speed: float) -> Run:
        return self._engine.run(tokens, self._styles[language][self._styled :], speed)


def _usual_seconds(clauses: Sequence[_Clause]) -> float:
    """Guess how long clauses take at speed 1."""
    phonemes = sum(len(clause.tokens) for clause in clauses)
    inside = len(clauses) - len(sentences_of([clause.words for clause in clauses]))
    return inside * _SECONDS_INSIDE + phonemes * _SECONDS_A_PHONEME


def _times_slower(texts: Sequence[str], spoken: Sequence[Samples]) -> float:
    """Return how many times as long the slow pace lets the clauses last."""
    took = sum(len(sound) for sound in spoken) / RATE
    return float(np.clip(speaking_seconds(texts, TEMPOS["slow"]) / took, 1.0, _MOST_SLOWER))


def _held(speed: float) -> float:
    return float(np.clip(speed, _SLOWEST, _FASTEST))
