"""What a request is about: a suggestion from a lexicon, which staff can change."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.understanding.additions import additions_in_force
from core.understanding.hearing import Heard, hear, mask
from core.understanding.lexicon import pattern_of, read_lexicon
from core.understanding.normalise import clean, is_latin
from core.understanding.sayings import Sayings, Spoken
from core.understanding.typical import Typical, default_typical

WEIGHTS = {"decisive": 9, "strong": 4, "words": 2, "weak": 1}
_PRESSING = ("same_day", "same_day_always", "over", "not_same_day")
_UNKNOWN = ("other", "您的事", "matter")
_RESEMBLANCE = 25  # what a wholly typical sentence weighs beside the words
_ADDRESS = re.compile(
    r"(?:\d{1,4}|[零〇一二三四五六七八九十百两]{1,4})(?:号楼|号院|栋|幢|单元|门(?=\d)|层|室)"
)
_LEAST = 1.5  # below it nothing is known of a text
CONFIDENCE_LINE = 0.35  # below it the resident is asked with one digit
_CERTAIN_AT = 33  # weight at which a suggestion is as sure as words make it


@dataclass(frozen=True)
class Suggestion:
    """A category, an urgency (P1, P2), a short name of the matter, and the deciding words.

    ``confidence`` goes from 0 (nothing was known) to 1.
    """

    category: str
    urgency: str
    summary: str
    words: tuple[str, ...]
    english_summary: str = "matter"
    confidence: float = 0.0


@dataclass(frozen=True)
class Categories:
    """The lexicon of categories, compiled."""

    subjects: tuple[Mapping[str, Any], ...]
    sayings: Sayings
    english: Mapping[str, re.Pattern[str]]
    typical: Typical


@dataclass(frozen=True)
class _Said:
    """What was said of one subject: its weight and its words, the weightiest first."""

    weight: int
    words: tuple[str, ...]


def suggest(text: str, categories: Categories | None = None) -> Suggestion:
    """Suggest what a text is about; without a known word it is ``other``. Never raises.

    >>> suggest("我家下水道堵了").summary
    '下水道'
    >>> suggest("停水一天了").urgency
    'P1'
    >>> suggest("嗯嗯那个").category
    'other'
    """
    categories = categories or default_categories()
    heard = _without_addresses(hear(text))
    found = _found(heard, categories)
    pressing = _pressing(found)
    urgency = "P1" if pressing else "P2"
    said = _by_subject(found, categories)
    totals = _totals(heard, said, categories)
    category = max(totals, key=lambda name: totals[name])
    if totals[category] < _LEAST:
        return Suggestion(_UNKNOWN[0], urgency, _UNKNOWN[1], pressing, _UNKNOWN[2])
    subject, words = _subject_of(category, said, categories)
    return Suggestion(
        category,
        urgency,
        subject["summary"],
        tuple(dict.fromkeys((*words, *pressing))),
        subject["english"],
        _confidence(totals, category),
    )


def _totals(heard: Heard, said: Mapping[int, _Said], categories: Categories) -> dict[str, float]:
    """Weigh every category: what was said of it, and how much the text is like its sentences."""
    is_english = is_latin(heard.cleaned) and not heard.is_typed
    alike = {} if is_english else categories.typical.resembles(heard)
    totals = {
        subject["category"]: _RESEMBLANCE * alike.get(f"request.{subject['category']}", 0.0)
        for subject in categories.subjects
    }
    for place, spoken in said.items():
        totals[categories.subjects[place]["category"]] += spoken.weight
    return totals


def _subject_of(
    category: str, said: Mapping[int, _Said], categories: Categories
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the subject that was spoken of most; without one the last, which names it all."""
    places = [
        place
        for place, subject in enumerate(categories.subjects)
        if subject["category"] == category
    ]
    spoken = [place for place in places if place in said]
    if not spoken:
        return categories.subjects[places[-1]], ()
    place = max(spoken, key=lambda known: said[known].weight)
    return categories.subjects[place], said[place].words


def _without_addresses(heard: Heard) -> Heard:
    """Take 3号楼2单元 out, which is no word about a door."""
    return mask(heard, (found.span() for found in _ADDRESS.finditer(heard.letters)))


def _confidence(totals: Mapping[str, float], category: str) -> float:
    share = totals[category] / sum(total for total in totals.values() if total > 0)
    return round(share * min(1.0, totals[category] / _CERTAIN_AT), 2)


def _pressing(found: Mapping[str, list[Spoken]]) -> tuple[str, ...]:
    always = () if "over" in found else found.get("same_day_always", ())
    usual = () if "not_same_day" in found else found.get("same_day", ())
    return tuple(dict.fromkeys(spoken.words for spoken in (*always, *usual)))


def _found(heard: Heard, categories: Categories) -> dict[str, list[Spoken]]:
    found = categories.sayings.find(heard)
    for name, pattern in categories.english.items():
        for word in dict.fromkeys(pattern.findall(heard.cleaned)):
            found.setdefault(name, []).append(Spoken(word, 0, 0, word, True, ()))
    return found


def _by_subject(found: Mapping[str, list[Spoken]], categories: Categories) -> dict[int, _Said]:
    """Weigh what was said of each subject; the same words count once, in their best place."""
    said = {}
    for place in range(len(categories.subjects)):
        words: dict[str, int] = {}
        for name, weight in WEIGHTS.items():
            for spoken in found.get(f"{place} {name}", ()):
                if not any(spoken.words in known for known in words):
                    words[spoken.words] = weight
        if words:
            said[place] = _Said(sum(words.values()), tuple(words))
    return said


def read_category(words: str) -> str | None:
    """Read the name of a category as staff write it; None if it is none.

    >>> read_category("改成卫生"), read_category("weixiu"), read_category("明天来")
    ('sanitation', 'repair', None)
    """
    found = _names().find(hear(words))
    english = clean(words).strip(" .")
    for category, names in read_lexicon("categories")["names"].items():
        if category in found or english in names:
            return str(category)
    return None


@functools.cache
def _names() -> Sayings:
    names = read_lexicon("categories")["names"]
    hanzi = {category: [n for n in own if not n.isascii()] for category, own in names.items()}
    every = [name for own in hanzi.values() for name in own]
    return Sayings(hanzi, {}, by_sound=every)


def compile_categories(lexicon: Mapping[str, Any], typical: Typical) -> Categories:
    """Compile a lexicon of categories.

    :raises core.understanding.sayings.UnknownGroup: if a saying names a group that is not there.
    """
    lists: dict[str, Iterable[str]] = {
        f"{place} {name}": entry[name]
        for place, entry in enumerate(lexicon["subject"])
        for name in WEIGHTS
        if name in entry
    }
    lists |= {name: lexicon[name] for name in _PRESSING}
    latin = {name: [word for word in words if word.isascii()] for name, words in lists.items()}
    english = {name: pattern for name, words in latin.items() if (pattern := pattern_of(words))}
    hanzi = {name: [w for w in words if not w.isascii()] for name, words in lists.items()}
    sayings = Sayings(
        hanzi,
        lexicon["group"],
        by_sound=lexicon["by_sound"],
        never_sounded=lexicon["as_they_stand"],
    )
    return Categories(tuple(lexicon["subject"]), sayings, english, typical.among("request."))


@functools.cache
def default_categories() -> Categories:
    """Return the lexicon of categories: Linli's, and what the office added."""
    lexicon, added = read_lexicon("categories"), additions_in_force()
    for category, lists in added.categories.items():
        # the last subject of a category is its general one
        general = [own for own in lexicon["subject"] if own["category"] == category][-1]
        general["decisive"] = [*general.get("decisive", ()), *lists.get("words", ())]
    for name, words in added.urgency.items():
        lexicon[name] += words
    return compile_categories(lexicon, default_typical())
