"""Sealing of what nobody may read out of a stolen database: AES-256-GCM, keys kept elsewhere.

What is sealed names the key it was sealed with, so that several keys can be in force while one
takes over from another. What was written before there was a key is read as it stands.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

KEY_BYTES = 32
_MARK = b"LS1\x00"
_TEXT_MARK = "ls1:"
_NAME_BYTES = 4
_NONCE_BYTES = 12  # AES-GCM's own size, NIST SP 800-38D
_RING = "linli_keys"


class CannotUnseal(ValueError):
    """Something is sealed with a key that is not there, or was changed by somebody."""


class KeyRing:
    """The key that seals, and older ones that still open."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take keys as 64 hexadecimal digits each, the one that seals first.

        :raises ValueError: if there is none, or one of them is no such key.
        """
        if not keys:
            raise ValueError("there is no key")
        ciphers = {}
        for written in keys:
            key = _read_key(written)
            ciphers[hashlib.sha256(b"name of " + key).digest()[:_NAME_BYTES]] = AESGCM(key)
        self._ciphers: Mapping[bytes, AESGCM] = ciphers
        self._first = next(iter(ciphers))

    def seal(self, plain: bytes, *, what: str) -> bytes:
        """Seal bytes; ``what`` (a table and a column, say) must be named again to open them."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._first].encrypt(nonce, plain, what.encode())
        return _MARK + self._first + nonce + sealed

    def unseal(self, sealed: bytes, *, what: str) -> bytes:
        """Open what was sealed.

        :raises CannotUnseal: if its key is not there, or it is not what was sealed as ``what``.
        """
        body = sealed[len(_MARK) :]
        cipher = self._ciphers.get(body[:_NAME_BYTES])
        if cipher is None:
            raise CannotUnseal(f"{what}: the key it was sealed with is not set")
        nonce = body[_NAME_BYTES : _NAME_BYTES + _NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, body[_NAME_BYTES + _NONCE_BYTES :], what.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal(f"{what}: it was changed since it was sealed") from error

    def is_newest(self, sealed: bytes) -> bool:
        """Tell whether bytes are sealed, and with the key that seals now."""
        return sealed.startswith(_MARK + self._first)


def is_sealed(stored: bytes) -> bool:
    """Tell sealed bytes from plain ones."""
    return stored.startswith(_MARK)


def new_key() -> str:
    """Make a key, as it is written down."""
    return secrets.token_hex(KEY_BYTES)


def give_keys(dialect: Dialect, ring: KeyRing) -> None:
    """Let every sealed column of a database be sealed and opened with ``ring``."""
    setattr(dialect, _RING, ring)


def ring_of(dialect: Dialect) -> KeyRing | None:
    """Return the keys that a database was given."""
    ring: KeyRing | None = getattr(dialect, _RING, None)
    return ring


class Sealed:
    """A column whose values leave this process sealed; ``what`` binds a value to its column."""

    what: str

    def _seal(self, plain: bytes, dialect: Dialect) -> bytes | None:
        ring = ring_of(dialect)
        return None if ring is None else ring.seal(plain, what=self.what)

    def _unseal(self, sealed: bytes, dialect: Dialect) -> bytes:
        ring = ring_of(dialect)
        if ring is None:
            raise CannotUnseal(f"{self.what}: LINLI_DATA_KEY is not set")
        return ring.unseal(sealed, what=self.what)


class SealedBytes(Sealed, TypeDecorator[bytes]):
    """Bytes: sound, an uploaded list."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal what is to be stored."""
        return value if value is None else self._seal(value, dialect) or value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open what was stored."""
        if value is None or not is_sealed(value):
            return value
        return self._unseal(value, dialect)


class SealedText(Sealed, TypeDecorator[str]):
    """Text: what proves a person."""

    impl = String
    cache_ok = True

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal what is to be stored; nothing stays nothing, so that it can be asked for."""
        if not value:
            return value
        sealed = self._seal(value.encode(), dialect)
        return value if sealed is None else as_text(sealed)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open what was stored."""
        sealed = from_text(value)
        return value if sealed is None else self._unseal(sealed, dialect).decode()


class SealedJson(Sealed, TypeDecorator[Any]):
    """A list or a mapping; sealed it is one string, which JSON columns hold too."""

    impl = JSON
    cache_ok = True

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Seal what is to be stored; an empty one says nothing of anybody."""
        if not value:
            return value
        sealed = self._seal(json.dumps(value, ensure_ascii=False).encode(), dialect)
        return value if sealed is None else as_text(sealed)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open what was stored."""
        sealed = from_text(value)
        return value if sealed is None else json.loads(self._unseal(sealed, dialect))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare as JSON does."""
        return self.impl_instance.coerce_compared_value(op, value)


def as_text(sealed: bytes) -> str:
    """Write sealed bytes for a column that holds text."""
    return _TEXT_MARK + base64.b64encode(sealed).decode()


def from_text(stored: Any) -> bytes | None:
    """Read sealed bytes out of a column that holds text; None for what is plain."""
    if not isinstance(stored, str) or not stored.startswith(_TEXT_MARK):
        return None
    return base64.b64decode(stored.removeprefix(_TEXT_MARK))


def _read_key(written: str) -> bytes:
    try:
        key = bytes.fromhex(written.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 64 hexadecimal digits")
    return key
