"""Every sentence that Linli says, by key and language, with named slots.

A key is ``<channel>.<section>.<name>``, with the channels below; its template is fixed words and
slots such as ``{number}``, so that a text can be registered where carriers demand that.
"""

from __future__ import annotations

import functools
import string
import tomllib
from importlib import resources

LANGUAGES = ("zh_CN", "en")
_CHANNELS = ("sms", "voice", "console", "form")  # texts, calls, staff pages, the QR form


@functools.cache
def templates(language: str) -> dict[str, str]:
    """Return every template of ``language`` by key.

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
    fields = string.Formatter().parse(templates(language)[key])
    return frozenset(name for _, name, _, _ in fields if name)
