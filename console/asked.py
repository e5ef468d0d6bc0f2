"""Reading what a browser sent: words without what nobody sees, numbers, days, choices."""

from __future__ import annotations

import enum
import re
import secrets
from datetime import date, datetime

from flask import request

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_WHOLE = re.compile(r"\d{1,9}")
_ONCE = re.compile(r"[\w-]{8,64}")
LONGEST = 2_000  # characters of what a resident or a colleague writes


def tidy(written: str, most: int = LONGEST) -> str:
    """Take out what nobody sees (NUL, marks that turn the writing round) and cut.

    >>> tidy("a\\x00b\\u202ec")
    'abc'
    """
    return _CONTROL.sub("", written.replace("\r\n", "\n")).strip()[:most]


def words(name: str, most: int = LONGEST) -> str:
    """Return what was written into a field."""
    return tidy(request.values.get(name, ""), most)


def number(name: str) -> int | None:
    """Return a whole number, None if it is none."""
    written = request.values.get(name, "").strip()
    return int(written) if _WHOLE.fullmatch(written) and written.isascii() else None


def day(name: str) -> date | None:
    """Return a day such as 2026-11-23, None if it is none."""
    try:
        return date.fromisoformat(request.values.get(name, "").strip())
    except ValueError:
        return None


def moment(name: str) -> datetime | None:
    """Return a local instant such as 2026-11-23T18:00, without its zone; None if it is none."""
    try:
        return datetime.fromisoformat(request.values.get(name, "").strip()).replace(tzinfo=None)
    except ValueError:
        return None


def choice(name: str, among: type[enum.StrEnum]) -> str:
    """Return one of the known values, or nothing."""
    written = request.values.get(name, "")
    return written if written in {value.value for value in among} else ""


def once() -> str:
    """Make what lets a form be obeyed once, however often it is sent."""
    return secrets.token_urlsafe(12)


def once_key() -> str:
    """Return what the form brought back; a fresh one where it brought none."""
    written = request.form.get("once", "")
    return written if _ONCE.fullmatch(written) else once()
