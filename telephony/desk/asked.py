"""Reads what the desk's page sends; whatever cannot be used is answered with 400."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Self

from flask import request
from werkzeug.exceptions import BadRequest

from telephony.desk.player import Event, Finished, Key, Silence
from telephony.desk.sound import wav_seconds
from telephony.ports import Media

_KEYS = frozenset("0123456789*#")
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_MOST_PICTURES = 4
_LONGEST_WORDS = 20_000  # characters; a resident may well paste five thousand


class Unusable(BadRequest):
    """What the page sent cannot be used."""


@dataclass(frozen=True)
class Asked:
    """The body of a request: a JSON object."""

    given: dict[str, Any]

    @classmethod
    def read(cls) -> Self:
        """Read the body of the present request.

        :raises Unusable: if it is no JSON object.
        """
        given = request.get_json(silent=True)
        if not isinstance(given, dict):
            raise Unusable("a JSON object was expected")
        return cls(given)

    def word(self, name: str) -> str:
        """Return a string; nothing where none is given."""
        value = self.given.get(name, "")
        if not isinstance(value, str) or len(value) > _LONGEST_WORDS:
            raise Unusable(name)
        return value

    def whole(self, name: str) -> int | None:
        """Return a whole number, None where none is given."""
        value = self.given.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise Unusable(name)
        return value

    def key(self, name: str) -> str:
        """Return a key of the keypad, or nothing."""
        value = self.word(name)
        if value and value not in _KEYS:
            raise Unusable(name)
        return value

    def wav(self, name: str) -> bytes:
        """Return a WAV, or nothing."""
        sound = _decoded(self.given.get(name, ""), name)
        if sound and not wav_seconds(sound):
            return b""  # shorter than half a second: nothing was said
        return sound

    def pictures(self, name: str) -> list[Media]:
        """Return pictures, given as {type, content}."""
        given = self.given.get(name, [])
        if not isinstance(given, list) or len(given) > _MOST_PICTURES:
            raise Unusable(name)
        return [_picture(entry, name) for entry in given]


def read_event(asked: Asked) -> Event:
    """Read what happened on the line: key, finished or silence.

    :raises Unusable: if it is nothing that a page may let happen.
    """
    match asked.given.get("event"):
        case "key" if asked.key("key"):
            return Key(asked.key("key"))
        case "finished":
            return Finished()
        case "silence":
            return Silence()
        case _:
            raise Unusable("event")


def _picture(entry: Any, name: str) -> Media:
    if not isinstance(entry, dict) or entry.get("type") not in _PICTURES:
        raise Unusable(name)
    return Media(_decoded(entry.get("content", ""), name), entry["type"])


def _decoded(value: Any, name: str) -> bytes:
    if not isinstance(value, str):
        raise Unusable(name)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unusable(name) from error
