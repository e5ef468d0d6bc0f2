"""Danger to life or home, seen in a text: by sure sayings, possible ones, and how they sound."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.understanding.lexicon import pattern_of, read_lexicon
from core.understanding.normalise import clauses, clean, syllables

Certainty = Literal["sure", "possible"]

_NOT_A_KIND = ("look_alikes", "softeners")
_SOFTENER_REACH = 12  # characters before a saying, within its clause
_FOLLOWER_REACH = 8
_LETTER_CHARACTERS = 150
_SOUNDED_CHARACTERS = 600  # sounding out is for what a thumb typed, not for letters
_BARE_NUMBERS = {"119": "fire", "120": "medical", "110": "violence"}
_JOINED = re.compile(r"(?<!\d)\d++(?:\s?[-–—/.]++\s?\d++)+")  # 5-1-101: a place
_SPACED = re.compile(r"(?<!\d)\d++(?:\s++\d++)+")  # 5 1 101; but 120 3 2 402 is a cry
_LATIN = re.compile(r"[a-z' 0-9]{2,}")


@dataclass(frozen=True)
class Emergency:
    """A danger that was seen: its kind, how certain, and the words that decided."""

    danger: str
    certainty: Certainty
    words: str


@dataclass(frozen=True)
class _Kind:
    danger: str
    sure: re.Pattern[str] | None
    possible: re.Pattern[str] | None
    sounds: re.Pattern[str] | None
    typed: re.Pattern[str] | None
    english: re.Pattern[str] | None


@dataclass(frozen=True)
class _Softening:
    look_alikes: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    again: re.Pattern[str]
    english: re.Pattern[str]


def find_emergency(text: str) -> Emergency | None:
    """Tell whether a text speaks of danger, in any spelling; None if not. Never raises.

    >>> find_emergency("老头子晕倒了").danger
    'medical'
    >>> find_emergency("jiu ming a").certainty
    'sure'
    >>> find_emergency("这个月煤气费怎么交") is None
    True
    """
    cleaned = clean(text)
    said = _softening().look_alikes.sub("|", clauses(_alone_numbers(cleaned)))
    return _sure(said, cleaned) or _possible(said)


def _sure(said: str, cleaned: str) -> Emergency | None:
    bare = said.strip("|")
    if bare in _BARE_NUMBERS:
        return Emergency(_BARE_NUMBERS[bare], "sure", bare)
    sounded = syllables(said[:_SOUNDED_CHARACTERS].replace("|", ""))
    latin = _latin_words(cleaned)
    softened: Emergency | None = None
    for kind in _kinds():
        for found in _matches(kind.sure, said):
            if not _is_softened(said, found):
                return Emergency(kind.danger, _weighed(kind, said), found.group())
            if _softening().again.search(said):
                softened = softened or Emergency(kind.danger, "possible", found.group())
        heard = _heard(kind, sounded, latin)
        if heard and not (softened or _is_spelled(kind, said)):
            return Emergency(kind.danger, "sure", heard)
    return softened


def _weighed(kind: _Kind, said: str) -> Certainty:
    """Weigh a saying in a long letter: whoever is in danger does not write one."""
    if len(said) <= _LETTER_CHARACTERS:
        return "sure"
    spoken = sum(len(found.group()) for found in _matches(kind.sure, said))
    return "sure" if spoken * 20 >= len(said) else "possible"


def _possible(said: str) -> Emergency | None:
    if len(said) > _LETTER_CHARACTERS:
        return None  # a letter of complaint holds half of these words, and is read anyway
    for kind in _kinds():
        for found in _matches(kind.possible, said):
            if not _is_softened(said, found):
                return Emergency(kind.danger, "possible", found.group())
    return None


def _heard(kind: _Kind, sounded: str, latin: str) -> str:
    for pattern, text in (
        (kind.sounds, f" {sounded}"),
        (kind.typed, latin),
        (kind.english, latin),
    ):
        found = pattern.search(text) if pattern else None
        if found:
            return found.group().strip()
    return ""


def _is_spelled(kind: _Kind, said: str) -> bool:
    """Tell whether the sayings themselves stand there, so that their softening decides."""
    return kind.sure is not None and kind.sure.search(said) is not None


def _matches(pattern: re.Pattern[str] | None, said: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(said) if pattern else iter(())


def _is_softened(said: str, found: re.Match[str]) -> bool:
    before = said[max(0, found.start() - _SOFTENER_REACH) : found.start()].rpartition("|")[2]
    after = said[found.end() : found.end() + _FOLLOWER_REACH].partition("|")[0]
    rules = _softening()
    return bool(rules.before.search(before) or rules.after.search(after))


def _alone_numbers(said: str) -> str:
    """Take 110, 119 and 120 out where they are part of a longer number, or of a place.

    Without its hyphens 5-1-101 would hold a 110, and 3-1-201 a 120.
    """
    placeless = _SPACED.sub(_unless_alone, _JOINED.sub(_unless_spelled, said))
    return re.sub(r"(?<=\d)(?:110|119|120)|(?:110|119|120)(?=\d|\.\d|-\d)", "#", placeless)


def _unless_alone(found: re.Match[str]) -> str:
    numbers = found.group().split()
    alone = _BARE_NUMBERS.keys() & set(numbers)
    return "|".join(numbers) if alone else _unless_spelled(found)


def _unless_spelled(found: re.Match[str]) -> str:
    spelled = re.sub(r"\D", "", found.group())  # 1 2 0, figure by figure
    return spelled if spelled in _BARE_NUMBERS else "#"


def _latin_words(cleaned: str) -> str:
    words = " ".join(_LATIN.findall(cleaned.replace("’", "'")))
    if not words:
        return ""
    return _softening().english.sub(" ", f" {' '.join(words.split())} ")


@functools.cache
def _softening() -> _Softening:
    lexicon = read_lexicon("emergency")
    softeners = lexicon["softeners"]
    return _Softening(
        _must(pattern_of(lexicon["look_alikes"]["sayings"])),
        _must(pattern_of(softeners["sayings"])),
        _must(pattern_of(softeners["followers"])),
        _must(pattern_of(softeners["again"])),
        _must(pattern_of(f" {saying} " for saying in lexicon["look_alikes"]["english"])),
    )


@functools.cache
def _kinds() -> tuple[_Kind, ...]:
    lexicon = read_lexicon("emergency")
    return tuple(
        _Kind(
            danger=name,
            sure=pattern_of(entry["sure"]),
            possible=pattern_of(entry["possible"]),
            sounds=pattern_of(_sounds_of(entry)),
            typed=_typed(entry["sounds"]),
            english=pattern_of(f" {saying} " for saying in entry["english"]),
        )
        for name, entry in lexicon.items()
        if name not in _NOT_A_KIND
    )


def _sounds_of(entry: dict[str, list[str]]) -> list[str]:
    """Choose what may be heard in hanzi: two syllables sound like too much (就明天, 救命)."""
    named = [sound for sound in entry["sounds"] if sound.count(" ") >= 2]
    long_ones = [saying for saying in entry["sure"] if len(saying) >= 4 and saying.isalpha()]
    return [f" {sound} " for sound in named] + [f" {syllables(saying)}" for saying in long_ones]


def _typed(sounds: list[str]) -> re.Pattern[str] | None:
    """Match pinyin typed with or without spaces, from the beginning of a word."""
    spellings = "|".join(sound.replace(" ", " ?") for sound in sounds)
    return re.compile(f"(?<![a-z])(?:{spellings})") if spellings else None


def _must(pattern: re.Pattern[str] | None) -> re.Pattern[str]:
    if pattern is None:
        raise ValueError("a list of the emergency lexicon is empty")
    return pattern
