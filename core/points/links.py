"""The chain of a points book: what an entry's hash covers, and what a seal covers. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

START = ""  # what the first link of a chain goes back to
SHOWN_SEAL = 8  # characters of a seal in a text: enough that nobody finds another book for it


@dataclass(frozen=True)
class EntryFacts:
    """Everything that an entry says; to change any of it is to change the hash."""

    community_id: int
    number: int
    key: str
    posted_at: datetime
    happened_on: date | None
    reason: str
    recorder: str
    recorder_staff_id: int | None
    channel: str
    source: str
    source_id: int | None
    reverses: int | None
    legs: Mapping[str, int]  # account name → amount


def entry_hash(facts: EntryFacts, previous: str) -> str:
    """Return the hash of an entry, which covers the hash of the one before."""
    return hashlib.sha256(
        _written(
            previous,
            facts.community_id,
            facts.number,
            facts.key,
            facts.posted_at.astimezone(UTC).isoformat(timespec="microseconds"),
            facts.happened_on.isoformat() if facts.happened_on else None,
            facts.reason,
            facts.recorder,
            facts.recorder_staff_id,
            facts.channel,
            facts.source,
            facts.source_id,
            facts.reverses,
            sorted(facts.legs.items()),
        )
    ).hexdigest()


def seal_key(secret: str) -> bytes:
    """Return the key of the seals, which is good for nothing else, from the secret key."""
    return hmac.new(secret.encode(), b"points seal", hashlib.sha256).digest()


def seal_of(
    secret: bytes,
    *,
    community_id: int,
    number: int,
    day: date,
    entries: int,
    head: str,
    previous: str,
) -> str:
    """Return the seal of a daily anchor: it cannot be made again without the secret key."""
    written = _written(previous, community_id, number, day.isoformat(), entries, head)
    return hmac.new(secret, written, hashlib.sha256).hexdigest()


def shown_seal(seal: str) -> str:
    """Write a seal as it stands in a text, to be compared by eye.

    >>> shown_seal("3f7a9c21bb")
    '3F7A-9C21'
    """
    short = seal[:SHOWN_SEAL].upper()
    return f"{short[:4]}-{short[4:]}"


def _written(*values: object) -> bytes:
    """Write values so that no two different lists read the same."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
