"""The fields of a text's webhook, read from any mapping: a request's, or one kept aside."""

from __future__ import annotations

from collections.abc import Mapping

from sms.answering import TextIn

_MOST_MEDIA = 10


def read_text(fields: Mapping[str, str]) -> TextIn | None:
    """Read an inbound text; None if it does not say which text it is."""
    if not sid_of(fields):
        return None
    count = read_digits(fields.get("NumMedia", "0")) or 0
    media = (fields.get(f"MediaUrl{n}", "") for n in range(min(count, _MOST_MEDIA)))
    return TextIn(
        text_id=sid_of(fields),
        sender=fields.get("From", ""),
        to=fields.get("To", ""),
        words=fields.get("Body", ""),
        media=tuple(url for url in media if url),
    )


def sid_of(fields: Mapping[str, str]) -> str:
    """Return the provider's name for the text."""
    return fields.get("MessageSid") or fields.get("SmsSid", "")


def read_digits(written: str) -> int | None:
    """Read a whole number; None for anything else.

    >>> read_digits("12"), read_digits("x")
    (12, None)
    """
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else None
