"""What the audit log keeps, and how a difference is written down."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


class Deed(enum.StrEnum):
    """What somebody did."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"  # marked as left; nothing is deleted
    READ_HEALTH = "read_health"
    HEARD = "heard"  # a recording
    EXPORTED = "exported"
    IMPORTED = "imported"
    PRINTED = "printed"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    PASSWORD = "password"  # noqa: S105 - the name of a deed
    REFUSED = "refused"  # asked for what is not theirs


def line_hash(
    previous: str,
    *,
    community_id: int,
    number: int,
    at: datetime,
    said: Sequence[str],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> str:
    """Return the hash of a line, which covers the hash of the one before.

    :param said: actor, channel, what, subject and its key, in this order.
    """
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    written = json.dumps(
        [previous, community_id, number, instant, *said, before, after],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the differing fields held and hold.

    >>> difference({"name": "a", "place": "1"}, {"name": "b", "place": "1"})
    ({'name': 'a'}, {'name': 'b'})
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )
