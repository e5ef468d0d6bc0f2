"""What an office adds to the lexicon: its own words and typical sentences, checked line by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.understanding.lexicon import read_lexicon

_SHORTEST = 2  # letters; a single one stands in every text
_GROUP = re.compile(r"\{([^{}]*)\}")
_AT_LINE = re.compile(r"\(at line (\d+)")
_LISTS = {
    "categories": ("words", "sentences"),
    "dangers": ("sure", "possible", "sentences"),
    "urgency": ("same_day", "not_same_day"),
    "look_alikes": ("words", "sentences"),
}
_NAMED = frozenset({"categories", "dangers"})  # sections that hold one table a name
Listed = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Additions:
    """An office's own words, by the name of what they speak for."""

    categories: Mapping[str, Listed] = field(default_factory=dict)
    dangers: Mapping[str, Listed] = field(default_factory=dict)
    urgency: Listed = field(default_factory=dict)
    look_alikes: Listed = field(default_factory=dict)

    def sentences(self) -> dict[str, tuple[str, ...]]:
        """Return the typical sentences under the labels of the comparison."""
        found = {
            f"{label}.{name}": lists.get("sentences", ())
            for label, section in (("request", self.categories), ("danger", self.dangers))
            for name, lists in section.items()
        }
        return {**found, "calm.look_alike": self.look_alikes.get("sentences", ())}


class LexiconMistake(Exception):
    """A lexicon that cannot be used; ``problems`` are (line, what is wrong), the first line 1."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        """Keep what is wrong, in the order of the lines."""
        self.problems = sorted(problems)
        super().__init__("; ".join(f"line {line}: {what}" for line, what in self.problems))


def read_additions(written: str) -> Additions:
    """Read an office's lexicon.

    >>> read_additions('[categories.repair]\\nwords = ["弯头"]').categories["repair"]["words"]
    ('弯头',)

    :raises LexiconMistake: naming every line that is wrong.
    """
    try:
        content = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        last = written.count("\n") + 1
        raise LexiconMistake([(int(at.group(1)) if at else last, f"{error}")]) from error
    problems = [(_line_of(written, *where), what) for where, what in _problems(content)]
    if problems:
        raise LexiconMistake(problems)
    return Additions(**{name: _listed(section, name) for name, section in content.items()})


def _listed(section: dict[str, Any], name: str) -> Any:
    if name in _NAMED:
        return {own: _tuples(lists) for own, lists in section.items()}
    return _tuples(section)


def _tuples(lists: dict[str, list[str]]) -> Listed:
    return {name: tuple(words) for name, words in lists.items()}


Problem = tuple[tuple[str, ...], str]  # the words that lead to the line, and what is wrong


def _problems(content: dict[str, Any]) -> Iterator[Problem]:
    for name, section in content.items():
        if name not in _LISTS or not isinstance(section, dict):
            yield (name,), f"{name} is none of {', '.join(_LISTS)}"
        elif name in _NAMED:
            yield from _problems_of_names(name, section)
        else:
            yield from _problems_of_lists((name,), section, _LISTS[name], name)


def _problems_of_names(section: str, tables: dict[str, Any]) -> Iterator[Problem]:
    known = _names(section)
    for name, lists in tables.items():
        heading = f"{section}.{name}"
        if name not in known:
            yield (heading, name), f"{name} is none of {', '.join(known)}"
        elif not isinstance(lists, dict):
            yield (heading, name), f"{heading} must be a table"
        else:
            yield from _problems_of_lists((heading,), lists, _LISTS[section], section)


def _problems_of_lists(
    where: tuple[str, ...], lists: dict[str, Any], allowed: tuple[str, ...], section: str
) -> Iterator[Problem]:
    groups = _groups("dangers" if section == "look_alikes" else section)
    for name, words in lists.items():
        if name not in allowed:
            yield (*where, name), f"{name} is none of {', '.join(allowed)}"
        elif not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            yield (*where, name), f"{name} must be a list of words in quotation marks"
        else:
            for word in words:
                problem = _problem_of_word(word, groups, is_sentence=name == "sentences")
                if problem:
                    yield (*where, name, word), problem


def _problem_of_word(word: str, groups: frozenset[str], *, is_sentence: bool) -> str:
    if len(word.strip(" …~&")) < _SHORTEST:
        return f"“{word}” is too short: it would stand in every text"
    unknown = [] if is_sentence else [g for g in _GROUP.findall(word) if g not in groups]
    if unknown:
        return f"“{word}” names a group that there is not: {unknown[0]}"
    bare = _GROUP.sub("", word)
    if not is_sentence and ("{" in bare or "}" in bare or word.count("&") > 1):
        return f"“{word}” cannot be read"
    return ""


def _names(section: str) -> tuple[str, ...]:
    if section == "dangers":
        return tuple(read_lexicon("emergency"))
    return tuple(read_lexicon("categories")["names"])


def _groups(section: str) -> frozenset[str]:
    source = "emergency_groups" if section == "dangers" else "categories"
    return frozenset(read_lexicon(source)["group"])


def _line_of(written: str, *words: str) -> int:
    """Return the line at which the words are met one after the other, as far as they are."""
    place = 0
    for word in words:
        found = written.find(word, place)
        place = found if found >= 0 else place
    return written.count("\n", 0, place) + 1


class _InForce:
    """The one lexicon of this process; doors read it without being handed it."""

    additions = Additions()


def additions_in_force() -> Additions:
    """Return what the office added, nothing where it added nothing."""
    return _InForce.additions


def put_in_force(additions: Additions) -> None:
    """Let the process read by these additions; :mod:`core.understanding.in_force` calls it."""
    _InForce.additions = additions
