"""What a request is about: a suggestion from a lexicon, which staff can change."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from core.understanding.lexicon import pattern_of, read_lexicon
from core.understanding.normalise import clauses, clean

_MOST_CHARACTERS = 2_000
_WEIGHTS = {"words": 1, "strong": 3, "weak": 0}
_UNKNOWN = ("other", "您的事", "matter")


@dataclass(frozen=True)
class Suggestion:
    """A category, an urgency (P1, P2), a short name of the matter, and the deciding words."""

    category: str
    urgency: str
    summary: str
    words: tuple[str, ...]
    english_summary: str = "matter"


@dataclass(frozen=True)
class _Subject:
    category: str
    summary: str
    english: str
    patterns: tuple[tuple[re.Pattern[str], int], ...]  # each with what a byte of a word weighs

    def words_in(self, said: str, spaced: str) -> tuple[tuple[str, ...], int]:
        """Return the words found, and how much they weigh together."""
        found: list[str] = []
        weight = 0
        for pattern, factor in self.patterns:
            words = _words_in(pattern, said, spaced)
            found += words
            weight += sum(len(word.encode("utf-8")) * factor if factor else 1 for word in words)
        return tuple(found), weight


def suggest(text: str) -> Suggestion:
    """Suggest what a text is about; without a known word it is ``other``. Never raises.

    >>> suggest("我家下水道堵了").summary
    '下水道'
    >>> suggest("停水一天了").urgency
    'P1'
    >>> suggest("嗯嗯那个").category
    'other'
    """
    said = clauses(clean(text[:_MOST_CHARACTERS]))
    spaced = clean(text[:_MOST_CHARACTERS])
    best: tuple[int, _Subject, tuple[str, ...]] | None = None
    for subject in _subjects():
        words, weight = subject.words_in(said, spaced)
        if words and (best is None or weight > best[0]):
            best = (weight, subject, words)
    pressing = _words_in(_same_day(), said, spaced)
    urgency = "P1" if pressing else "P2"
    if best is None:
        return Suggestion(_UNKNOWN[0], urgency, _UNKNOWN[1], pressing, _UNKNOWN[2])
    _, subject, words = best
    found = tuple(dict.fromkeys((*words, *pressing)))
    return Suggestion(subject.category, urgency, subject.summary, found, subject.english)


def _words_in(pattern: re.Pattern[str], said: str, spaced: str) -> tuple[str, ...]:
    """Find words in the closed-up text, and English ones where the spaces still stand."""
    found = dict.fromkeys(pattern.findall(said))
    found.update(dict.fromkeys(pattern.findall(spaced)))
    return tuple(found)


@functools.cache
def _subjects() -> tuple[_Subject, ...]:
    return tuple(
        _Subject(entry["category"], entry["summary"], entry["english"], _patterns(entry))
        for entry in read_lexicon("categories")["subject"]
    )


@functools.cache
def _same_day() -> re.Pattern[str]:
    return _pattern(read_lexicon("categories")["same_day"])


def _patterns(entry: dict[str, list[str]]) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple(
        (_pattern(entry[name]), factor) for name, factor in _WEIGHTS.items() if name in entry
    )


def _pattern(words: list[str]) -> re.Pattern[str]:
    compiled = pattern_of(words)
    if compiled is None:
        raise ValueError("a subject of the category lexicon has no words")
    return compiled
