"""A keyword at the beginning of a text, written as it sounds: 半结 58, xia ban, 直班."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.understanding.sounds import fold, is_word, readings, sounds_of, syllables_typed

_TYPED = re.compile(r"[a-z]+(?: [a-z]+)*")
_BEFORE = re.compile(r"(?:第|no\.?|#)?\s*t?\d{0,6}\s*(?:号|件)?[\s:,。.、]*")


def respell_beginning(cleaned: str, words: Iterable[str]) -> str:
    """Write the keyword that a cleaned text begins with as it should be; else leave the text.

    A number may stand before it. Of two letters one must be right, or all be typed in pinyin.

    >>> respell_beginning("半结 58 门锁换了", ["办结"]), respell_beginning("xia ban", ["下班"])
    ('办结 58 门锁换了', '下班')
    >>> respell_beginning("接到通知", ["办结"])
    '接到通知'
    """
    before = _BEFORE.match(cleaned)
    place = before.end() if before else 0
    head, rest = cleaned[:place], cleaned[place:]
    for word in words:
        after = _typed_away(rest, word) if rest[:1].isascii() else _spelled_away(rest, word)
        if after is not None:
            return f"{head}{word}{after}"
    return cleaned


def _spelled_away(rest: str, word: str) -> str | None:
    said, sounds = rest[: len(word)], sounds_of(word)
    if len(said) < 2 or len(said) != len(word) or said == word or is_word(said):
        return None
    alike = all(sound in readings(letter) for letter, sound in zip(said, sounds, strict=True))
    right = sum(a == b for a, b in zip(said, word, strict=True))
    return rest[len(word) :] if alike and right else None


def _typed_away(rest: str, word: str) -> str | None:
    found = _TYPED.match(rest)
    if not found:
        return None
    wanted, end = list(sounds_of(word)), 0
    for run in re.finditer("[a-z]+", found.group()):
        syllables = syllables_typed(run.group())
        if not syllables or len(syllables) > len(wanted):
            return None
        if [fold(syllable) for syllable in syllables] != wanted[: len(syllables)]:
            return None
        wanted, end = wanted[len(syllables) :], run.end()
        if not wanted:
            return rest[end:]
    return None
