"""Words known before anybody rings: fixed sentences, and what slots are filled with."""

from __future__ import annotations

from collections.abc import Iterator

from core.understanding.matters import matters
from core.wording.catalogue import say
from core.wording.parts import fixed_words, usual_days, vocabulary

_BY_DAY = ("voice.callback.by_day", "voice.receipt.by_day")  # said at the end of every report


def closed_vocabulary(language: str) -> Iterator[str]:
    """Yield the words that fill slots and are known ahead: digits, days, months, matters."""
    yield from dict.fromkeys((*vocabulary(language), *matters(language)))


def closed_sentences(language: str) -> Iterator[str]:
    """Yield what can be filled in but a few ways, as whole sentences: 在星期四以前，一定给您回话。

    In English the parts are understood as well as the whole.
    """
    if language == "en":
        return
    for key in _BY_DAY:
        yield from (say(key, language, day=day) for day in usual_days(language))


def known_words(language: str) -> Iterator[str]:
    """Yield everything that is spoken and always the same, each once."""
    parts = (*fixed_words(language), *closed_vocabulary(language))
    yield from dict.fromkeys((*parts, *closed_sentences(language)))
