"""Every prompt that a person may record, under the name of its file, in the order of a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.wording.ear import language_of
from core.wording.parts import fixed_parts, slots_in, spoken_keys
from telephony.speech.address import Piece
from telephony.speech.known_words import closed_vocabulary
from telephony.speech.voice import Pace

# As a caller meets them; sections that are not named come last.
_ORDER = (
    "first", "report", "recorder", "receipt", "end", "status", "common", "points", "callback",
    "progress", "duty", "staff", "danger", "fallback",
)  # fmt: skip

_FIRST = ("voice.first.emergency", "voice.first.greeting", "voice.first.greeting_named")


@dataclass(frozen=True)
class Entry:
    """A prompt to be spoken: ``name`` is that of its file, without language, pace and ending."""

    name: str
    words: str
    language: str

    def piece(self, pace: Pace) -> Piece:
        """Return what is played for it."""
        return Piece(self.words, self.language, pace)


def script(language: str, names: Iterable[str] = ()) -> list[Entry]:
    """Return the prompts of a language; the same words stand in it once.

    :param names: of the community and of its people, which may be recorded too.
    """
    entries: dict[str, Entry] = {}
    for name, words in _named(language, names):
        entries.setdefault(words, Entry(name, words, language))
    return list(entries.values())


def by_name(language: str, names: Iterable[str] = ()) -> dict[str, Entry]:
    """Return the prompts of a language by every name under which one may be given."""
    return {name: Entry(name, words, language) for name, words in _named(language, names)}


def _named(language: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in sorted(spoken_keys(), key=_place):
        parts = fixed_parts(key, language)
        name = key.removeprefix("voice.")
        if not slots_in(key, language):
            if language_of(parts[0]) == language:
                yield name, parts[0]
            continue
        for number, words in enumerate(parts, start=1):
            yield f"{name}.{number}", words
    for words in closed_vocabulary(language):
        yield f"word.{words.replace(' ', '_')}", words
    for words in names:
        if language_of(words, language) != language:
            continue
        yield f"name.{words.replace(' ', '_')}", words


def _place(key: str) -> tuple[int, int]:
    section = key.split(".")[1]
    place = _ORDER.index(section) if section in _ORDER else len(_ORDER)
    return place, _FIRST.index(key) if key in _FIRST else len(_FIRST)
