"""What a caller may expect, as numbers and as rules on words.

From GB/T 33358 on hotlines, ISO/IEC 13714 on telephone menus, W3C COGA on voice menus, and
studies of calls to people over 65.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import soundfile

from core.wording.clips import spoken_length

LONGEST_PROMPT = 12.0  # seconds at the normal pace; likewise below
FIRST_MENU = 20.0
EMERGENCY_SENTENCE = 6.0
OPENING = 5.0  # until our own call has named community and leader
MACHINE = 15.0  # what an answering machine hears
REACHED = 30.0  # from the answer until a person's telephone rings or the recorder runs
FIRST_KEY, FIRST_KEY_ELDER = 8, 10
RECORDER_SILENCE, RECORDER_LONGEST = 5, 180
CLAUSE_HANZI = 12
BETWEEN_CLAUSES = 0.5
PACES = {"normal": (130, 160), "slow": (100, 120)}  # hanzi a minute, with the pauses
_SLOWER = 145 / 110
_FORBIDDEN = {
    "zh_CN": ("输入", "无效", "非法", "错误", "系统", "工单"),
    "en": ("invalid", "illegal", "error", "system", "ticket", "enter "),
}
_CLAUSE = {"zh_CN": r"[，。！？；：、]", "en": r"[,.!?;:]"}
_KEY = {"zh_CN": re.compile(r"请按([0-9])"), "en": re.compile(r"press ([0-9])")}
_NAMED = {
    "zh_CN": re.compile(r"[^，。！？；0-9]+，请按[0-9]"),
    "en": re.compile(r"[^,.!?;0-9]+, press [0-9]", re.IGNORECASE),
}
# A thing and its key are one clause: its comma is a breath, not a pause.
_TO_KEY = {"zh_CN": re.compile("，请按"), "en": re.compile(", (?:please )?press ", re.IGNORECASE)}
_CHINESE_ALONE = re.compile("[^A-Za-z]*[\u4e00-\u9fff][^A-Za-z]*")
_QUIET = 0.004  # of full scale
_TOLERANCE = 0.05  # seconds; a pause is cut at whole frames
_LONG_ENOUGH = 12  # hanzi: the pace of a word or two says nothing


class Heard(Protocol):
    """A piece that was heard."""

    @property
    def words(self) -> str:
        """What it said."""
        ...

    @property
    def seconds(self) -> float | None:
        """How long it lasted; None: there was no sound."""
        ...


def in_words(words: str, language: str) -> Iterator[str]:
    """Say what is wrong with words that a resident hears."""
    lowered = words.lower()
    for forbidden in _FORBIDDEN[language]:
        if forbidden in lowered:
            yield f"says {forbidden!r}"
    for clause in re.split(_CLAUSE[language], words):
        hanzi = len(re.findall("[\u4e00-\u9fff]", clause))
        if hanzi > CLAUSE_HANZI:
            yield f"a clause of {hanzi} hanzi, at most {CLAUSE_HANZI}: {clause}"
    if len(_NAMED[language].findall(words)) < len(_KEY[language].findall(words)):
        yield f"names a key before what it is for: {words}"


def in_lengths(said: Sequence[Heard], *, slow: bool) -> Iterator[str]:
    """Say which pieces last too long, or have no sound."""
    longest = LONGEST_PROMPT * (_SLOWER if slow else 1.0)
    for piece in said:
        if piece.seconds is None and piece.words:
            yield f"has no sound: {piece.words}"
        elif piece.seconds is not None and piece.seconds > longest:
            yield f"{piece.seconds:.1f} s, at most {longest:.0f} s: {piece.words}"


def in_pace(said: Sequence[Heard], *, slow: bool) -> Iterator[str]:
    """Say whether all of it together is too fast or too slow; Chinese alone is counted."""
    chinese = [p for p in said if p.seconds and _CHINESE_ALONE.fullmatch(p.words)]
    hanzi = sum(spoken_length(piece.words) for piece in chinese)
    seconds = sum(piece.seconds or 0.0 for piece in chinese)
    if hanzi < _LONG_ENOUGH or not seconds:
        return
    slowest, fastest = PACES["slow" if slow else "normal"]
    pace = round(hanzi * 60 / seconds)
    if not slowest <= pace <= fastest:
        yield f"{pace} hanzi a minute, {slowest}-{fastest} wished"


def keys_named(words: str, language: str) -> list[str]:
    """Return the keys that words offer, in order."""
    return _KEY[language].findall(words)


def in_pauses(audio: bytes, words: str, language: str) -> Iterator[str]:
    """Say whether clauses of a prompt run into one another, by its sound."""
    marks = len(re.findall(_CLAUSE[language], words.strip())) - len(
        _TO_KEY[language].findall(words)
    )
    pauses = [seconds for seconds in _pauses(audio) if seconds >= BETWEEN_CLAUSES - _TOLERANCE]
    if len(pauses) < marks:
        yield f"{len(pauses)} pauses of {BETWEEN_CLAUSES} s for {marks} marks: {words}"


def _pauses(audio: bytes) -> Iterable[float]:
    samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32")
    loud = np.append(np.flatnonzero(np.abs(samples) > _QUIET), len(samples))
    gaps = np.diff(loud) / rate
    return [float(gap) for gap in gaps if gap > 0.2]
