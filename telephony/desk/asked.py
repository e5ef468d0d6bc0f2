"""Reads what the desk's page sends; whatever cannot be used is answered with 400."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any, Self

from flask import request
from werkzeug.exceptions import BadRequest

from core.phones import read_number
from telephony.desk.fields import HIDDEN
from telephony.desk.player import Event, Finished, Key, Silence
from telephony.desk.sound import wav_seconds
from telephony.ports import Media

_KEYS = frozenset("0123456789*#")
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_MOST_PICTURES = 4
_LONGEST_WORDS = 20_000  # characters; a resident may well paste five thousand
_LARGEST = 2**31  # of whole numbers: ids, turns, minutes
_HALF = re.compile("[\ud800-\udfff]")  # half an emoji, cut by a clipboard


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
        return _HALF.sub("\ufffd", value)

    def whole(self, name: str) -> int | None:
        """Return a whole number, None where none is given."""
        value = self.given.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= _LARGEST:
            raise Unusable(name)
        return value

    def phone(self, name: str) -> str:
        """Return a telephone number as handsets have them, or the hidden one."""
        value = self.word(name)
        if value != HIDDEN and read_number(value) != value:
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


def asked_community() -> int | None:
    """Return the community that the address names; None for none, or for what can be none's."""
    number = request.args.get("community", type=int)
    return number if number is not None and 0 < number < _LARGEST else None


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
