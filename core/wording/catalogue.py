"""Every sentence that Linli says, by key and language, with named slots.

A key is ``<channel>.<section>.<name>``, with the channels below; its template is fixed words and
slots such as ``{number}``, so that a text can be registered where carriers demand that.
"""

from __future__ import annotations

import functools
import string
import tomllib
from collections.abc import Mapping
from importlib import resources

LANGUAGES = ("zh_CN", "en")
_CHANNELS = ("sms", "voice", "console", "form")  # texts, calls, staff pages, the QR form


class _Own:
    """What the office says in its own words, in this process: language → key → words."""

    words: Mapping[str, Mapping[str, str]] = {}


@functools.cache
def templates(language: str) -> dict[str, str]:
    """Return every template of ``language`` by key, the office's own before the shipped ones.

    :raises KeyError: if the language is unknown.
    """
    return {**shipped(language), **_Own.words.get(language, {})}


def put_own(own: Mapping[str, Mapping[str, str]]) -> None:
    """Let the office's own words be said from now on; those that no longer fit are left out.

    A later Linli may give a sentence other slots: a sentence of the office that lacks them would
    fail while somebody waits on the line.
    """
    fitting = {
        language: {
            key: words
            for key, words in sentences.items()
            if key in shipped(language) and slots_in(words) == slots_in(shipped(language)[key])
        }
        for language, sentences in own.items()
        if language in LANGUAGES
    }
    if fitting != _Own.words:
        _Own.words = fitting
        templates.cache_clear()


@functools.cache
def shipped(language: str) -> dict[str, str]:
    """Return every template of ``language`` as Linli brings it.

    :raises KeyError: if the language is unknown.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    folder = resources.files(__package__) / language
    found: dict[str, str] = {}
    for channel in _CHANNELS:
        sections = tomllib.loads((folder / f"{channel}.toml").read_text(encoding="utf-8"))
        for section, entries in sections.items():
            for name, template in entries.items():
                found[f"{channel}.{section}.{name}"] = template
    return found


def say(key: str, language: str, /, **slots: str) -> str:
    """Fill the template ``key`` in ``language``.

    :raises KeyError: if there is no such key, or a slot is missing; both are bugs of ours.
    """
    return templates(language)[key].format_map(slots)


def text(key: str, language: str, /, *, community: str, **slots: str) -> str:
    """Fill the text ``key`` and sign it, as every text of ours is: 【东城社区】…."""
    words = say(key, language, **slots)
    return f"【{community}】{words}" if language == "zh_CN" else f"[{community}] {words}"


def slots_of(key: str, language: str) -> frozenset[str]:
    """Return the names of the slots in a template."""
    return slots_in(templates(language)[key]) or frozenset()


def slots_in(words: str) -> frozenset[str] | None:
    """Return the names of the slots in words; None where they cannot be read as a template.

    >>> sorted(slots_in("{number}号，{person}")), slots_in("{number"), slots_in("{0.real:>9}")
    (['number', 'person'], None, None)
    """
    try:
        fields = list(string.Formatter().parse(words))
    except ValueError:
        return None
    named = [(name, spec, conversion) for _, name, spec, conversion in fields if name is not None]
    if any(spec or conversion or not name.isidentifier() for name, spec, conversion in named):
        return None
    return frozenset(name for name, _, _ in named)
