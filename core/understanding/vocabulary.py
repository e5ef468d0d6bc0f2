"""Words of a lexicon found in a text, as they are written and as they only sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from core.understanding.hearing import TYPED, Heard
from core.understanding.sounds import is_word, sounds_of

_LONG = 4  # letters; a word of that length sounds like nothing else
_HANZI_BEGIN, _HANZI_END = "\u3400", "\u9fff"


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the lexicon that stands at ``start`` to ``end`` of the letters."""

    word: str
    start: int
    end: int
    written: bool  # as it stands in the lexicon, and not only by its sound
    alone: bool = True  # enough by itself; a short word typed in pinyin needs company


class Vocabulary:
    """An index of words by their first two letters and by their first two syllables."""

    def __init__(
        self,
        words: Iterable[str],
        *,
        by_sound: Iterable[str] | None = None,
        never_sounded: Iterable[str] = (),
        typed_alone: bool = False,
        typed_letters: bool = False,
    ) -> None:
        """Index words.

        ``by_sound``: the words that are known by their sound too, alone and within longer words;
        short ones sound like too much else (None: no word is). Words of four letters always are.
        ``never_sounded``: letters that are no slip for a word.
        ``typed_alone``: words of two letters typed in pinyin count by themselves, for a reader
        that looks at all that stands beside them; ``typed_letters``: words of one letter too.
        """
        self._typed_alone, self._typed_letters = typed_alone, typed_letters
        self._typed: dict[str, list[str]] = defaultdict(list)
        self._by_sound = None if by_sound is None else frozenset(by_sound)
        self._single: set[str] = set()
        self._written: dict[str, list[str]] = defaultdict(list)
        self._sounded: dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._slips: dict[str, frozenset[int]] = {}
        self._as_they_stand = frozenset(never_sounded)
        for word in dict.fromkeys(words):
            self._add(word)

    def find(self, heard: Heard) -> list[Found]:
        """Find every word, overlapping ones too, in the order of the text."""
        letters = heard.letters
        found: list[Found] = []
        for start, letter in enumerate(letters):
            if letter in self._single:
                found.append(Found(letter, start, start + 1, True))
            elif letter == TYPED and self._typed:
                found += self._typed_at(heard.sounds[start], start)
            found += [
                Found(word, start, start + len(word), True)
                for word in self._written.get(letters[start : start + 2], ())
                if letters.startswith(word, start)
            ]
            if start + 1 < len(letters):
                found += self._heard_at(heard, start)
        return found

    def _add(self, word: str) -> None:
        if len(word) == 1:
            self._single.add(word)
            if self._typed_letters and _HANZI_BEGIN <= word <= _HANZI_END:
                self._typed[sounds_of(word)[0]].append(word)
            return
        self._written[word[:2]].append(word)
        if self._by_sound is None:
            return
        if all(_HANZI_BEGIN <= letter <= _HANZI_END for letter in word):
            sounds = sounds_of(word)
            if len(sounds) == len(word):
                self._sounded[sounds[0], sounds[1]].append((word, sounds))

    def _typed_at(self, sounds: tuple[str, ...], start: int) -> list[Found]:
        words = [word for sound in sounds for word in self._typed.get(sound, ())]
        return [Found(word, start, start + 1, False) for word in words]

    def _heard_at(self, heard: Heard, start: int) -> list[Found]:
        found = []
        for pair in product(heard.sounds[start], heard.sounds[start + 1]):
            for word, sounds in self._sounded.get(pair, ()):
                end = start + len(word)
                if _sound_alike(heard.sounds[start:end], sounds) and self._may_be(
                    heard.letters, start, word
                ):
                    found.append(Found(word, start, end, False, self._is_enough(word)))
        return found

    def _may_be(self, letters: str, start: int, word: str) -> bool:
        """Tell whether letters that sound like a word may be a slip for it."""
        said = letters[start : start + len(word)]
        if said == TYPED * len(word):
            return True
        equal = sum(a == b for a, b in zip(said, word, strict=True))
        if equal == len(word) or equal * 2 < len(word):
            return False
        slips = {place for place in range(len(word)) if said[place] != word[place]}
        if not slips <= self._slipping(word):
            return False
        return not self._is_meant(letters, start, word)

    def _is_enough(self, word: str) -> bool:
        return self._typed_alone or len(word) > 2 or bool(self._slipping(word))

    def _slipping(self, word: str) -> frozenset[int]:
        """Return the places of a word at which another letter of the same sound may stand."""
        if word not in self._slips:
            places = set(range(len(word))) if len(word) >= _LONG else set()
            for known in self._by_sound or ():
                at = word.find(known)
                places |= set(range(at, at + len(known))) if at >= 0 else set()
            self._slips[word] = frozenset(places)
        return self._slips[word]

    def _is_meant(self, letters: str, start: int, word: str) -> bool:
        """Tell whether a letter that differs belongs to a word as it stands."""
        for offset, letter in enumerate(word):
            place = start + offset
            if letters[place] == letter:
                continue
            for begin, end in ((place - 1, place + 1), (place, place + 2), (place - 1, place + 2)):
                span = letters[max(0, begin) : end]
                if len(span) > 1 and (span in self._as_they_stand or is_word(span)):
                    return True
        return False


def _sound_alike(said: tuple[tuple[str, ...], ...], sounds: tuple[str, ...]) -> bool:
    return len(said) == len(sounds) and all(
        sound in may_be for may_be, sound in zip(said, sounds, strict=True)
    )
