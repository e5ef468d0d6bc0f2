"""Words known before anybody rings: fixed sentences, and what slots are filled with."""

from __future__ import annotations

from collections.abc import Iterator

from core.understanding.matters import matters
from core.wording.catalogue import say
from core.wording.parts import fixed_words, slots_in, spoken_keys, usual_days, vocabulary

_ON_ANY_DAY = frozenset({"voice.points.cycle_ends"})  # a date, which is asked for when it is set
_COUNTS = ("两", "三", "四", "五")


def closed_vocabulary(language: str) -> Iterator[str]:
    """Yield the words that fill slots and are known ahead: digits, days, months, matters."""
    yield from dict.fromkeys((*vocabulary(language), *matters(language)))


def closed_sentences(language: str) -> Iterator[str]:
    """Yield what can be filled in but a few ways, as whole sentences: 在星期四以前，一定给您回话。

    In English the parts are understood as well as the whole.
    """
    if language == "en":
        return
    filled: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
        ("day",): ("day", usual_days(language)),
        ("count",): ("count", _COUNTS),
    }
    for key in spoken_keys():
        if key not in _ON_ANY_DAY and slots_in(key, language) in filled:
            slot, fillings = filled[slots_in(key, language)]
            yield from (say(key, language, **{slot: words}) for words in fillings)


def known_words(language: str) -> Iterator[str]:
    """Yield everything that is spoken and always the same, each once."""
    parts = (*fixed_words(language), *closed_vocabulary(language))
    yield from dict.fromkeys((*parts, *closed_sentences(language)))
