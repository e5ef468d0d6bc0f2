"""Sayings: words and groups of words, in order or not, with gaps; compiled once, matched fast.

``晕倒`` is a word, ``{人}`` any word of the group 人, ``~`` up to three letters between two parts,
``…`` up to eight and ``……`` up to twenty-five, ``A&B`` both in any order, at most forty letters
apart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.understanding.hearing import Heard
from core.understanding.vocabulary import Found, Vocabulary

_GAPS = {"~": 3, "…": 8, "……": 25}
_APART = 40
_PART = re.compile(r"\{([^{}]+)\}|(~|…+)|([^{}…~&]+)")
Groups = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A saying that was found, and from where to where."""

    saying: str
    start: int
    end: int
    words: str
    written: bool
    spans: tuple[tuple[int, int], ...]  # of its parts, without the gaps between them

    def places(self) -> set[int]:
        """Return the places of the letters that its parts cover."""
        return {place for start, end in self.spans for place in range(start, end)}


@dataclass(frozen=True, slots=True)
class _Step:
    name: str  # a group as {人}, or a word
    gap: int  # most letters between the part before and this one


@dataclass(frozen=True, slots=True)
class _Saying:
    written: str
    alternatives: tuple[tuple[_Step, ...], ...]  # of A&B: both orders
    names: frozenset[str]


class UnknownGroup(Exception):
    """A saying names a group that the lexicon does not have."""

    def __init__(self, saying: str, group: str) -> None:
        """Keep which saying names which group."""
        super().__init__(f"{saying}: {group}")
        self.saying, self.group = saying, group


class Sayings:
    """Lists of sayings by name, over one vocabulary that is searched once for all of them."""

    def __init__(
        self,
        lists: Mapping[str, Iterable[str]],
        groups: Groups,
        *,
        by_sound: Iterable[str] | None = None,
        never_sounded: Iterable[str] = (),
        typed_alone: bool = False,
        typed_letters: bool = False,
    ) -> None:
        """Compile the lists; the options are those of a vocabulary.

        :raises UnknownGroup: if a saying names a group that is not among ``groups``.
        """
        self._lists = {
            name: tuple(_read(saying, groups) for saying in dict.fromkeys(sayings))
            for name, sayings in lists.items()
        }
        self._groups_of: dict[str, list[str]] = defaultdict(list)
        used = {name for s in self._lists.values() for saying in s for name in saying.names}
        for name in used:
            for word in groups[name[1:-1]] if name.startswith("{") else (name,):
                self._groups_of[word].append(name)
        self._vocabulary = Vocabulary(
            self._groups_of,
            by_sound=by_sound,
            never_sounded=never_sounded,
            typed_alone=typed_alone,
            typed_letters=typed_letters,
        )

    def parts(self, heard: Heard) -> dict[str, list[Found]]:
        """Find the words of which sayings are made, by their group as ``{人}`` or themselves."""
        places: dict[str, list[Found]] = defaultdict(list)
        for found in self._vocabulary.find(heard):
            for name in self._groups_of[found.word]:
                places[name].append(found)
        return places

    def names_of(self, name: str) -> frozenset[str]:
        """Return the groups and words of which a list's sayings are made."""
        return frozenset(part for saying in self._lists.get(name, ()) for part in saying.names)

    def find(
        self, heard: Heard, parts: dict[str, list[Found]] | None = None
    ) -> dict[str, list[Spoken]]:
        """Find the sayings of every list; a list of which none was said is left out."""
        places = self.parts(heard) if parts is None else parts
        said = {}
        for name, sayings in self._lists.items():
            spoken = [
                _spoken(saying, parts)
                for saying in sayings
                if saying.names <= places.keys()
                for steps in saying.alternatives
                for parts in _matches(steps, places)
            ]
            if spoken:
                said[name] = spoken
        return said


def _read(saying: str, groups: Groups) -> _Saying:
    halves = saying.split("&")
    parts = [_steps(half, saying, groups) for half in halves]
    names = frozenset(step.name for steps in parts for step in steps)
    if len(parts) == 1:
        return _Saying(saying, (parts[0],), names)
    first, second = parts[0], parts[1]
    return _Saying(saying, (_joined(first, second), _joined(second, first)), names)


def _joined(first: tuple[_Step, ...], second: tuple[_Step, ...]) -> tuple[_Step, ...]:
    return (*first, _Step(second[0].name, _APART), *second[1:])


def _steps(half: str, saying: str, groups: Groups) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    gap = 0
    for group, dots, word in _PART.findall(half):
        if dots:
            gap = _GAPS[dots]
            continue
        if group and group not in groups:
            raise UnknownGroup(saying, group)
        steps.append(_Step(f"{{{group}}}" if group else word, gap))
        gap = 0
    return tuple(steps)


_MOST_MATCHES = 8


def _matches(steps: tuple[_Step, ...], places: dict[str, list[Found]]) -> list[tuple[Found, ...]]:
    """Return a few ways in which the steps stand in the text, from left to right."""
    chains: list[tuple[Found, ...]] = [
        (found,) for found in places[steps[0].name] if found.alone or len(steps) > 1
    ]
    for step in steps[1:]:
        following = places[step.name]
        starts = [found.start for found in following]
        longer: list[tuple[Found, ...]] = []
        for chain in chains:
            end = chain[-1].end
            first = bisect_left(starts, end)
            if first < len(starts) and starts[first] - end <= step.gap:
                longer.append((*chain, following[first]))
        chains = longer
    return chains[:_MOST_MATCHES]


def _spoken(saying: _Saying, parts: tuple[Found, ...]) -> Spoken:
    start, end = parts[0].start, parts[-1].end
    words = " ".join(dict.fromkeys(part.word for part in parts))
    return Spoken(
        saying.written,
        start,
        end,
        words,
        all(part.written for part in parts),
        tuple((part.start, part.end) for part in parts),
    )
