"""Words known before anybody rings: fixed sentences, and what slots are filled with."""

from __future__ import annotations

from collections.abc import Iterator

from core.understanding.matters import matters
from core.wording.parts import fixed_words, vocabulary


def closed_vocabulary(language: str) -> Iterator[str]:
    """Yield the words that fill slots and are known ahead: digits, days, months, matters."""
    yield from dict.fromkeys((*vocabulary(language), *matters(language)))


def known_words(language: str) -> Iterator[str]:
    """Yield everything that is spoken and always the same, each once."""
    yield from dict.fromkeys((*fixed_words(language), *closed_vocabulary(language)))
