"""What a row of the outbox may become, as tables."""

from __future__ import annotations

import enum
import zlib


class OutboxState(enum.StrEnum):
    """Where a row stands 短信状态."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    TASK = "task"


class OutboxKind(enum.StrEnum):
    """What a row asks the provider for."""

    TEXT = "text"
    CALL = "call"
    FETCH = "fetch"


FAILURES_THAT_CLOSE = 3  # of different rows, one after the other: the provider is down
MOST_TRIES = 5  # of one row, while the provider takes others

FINAL = frozenset({OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.TASK})

# The provider's words for a text, in rank order: an event of a lower rank that comes late
# changes nothing (Twilio: "status callbacks may arrive out of order").
_RANK: dict[str, tuple[int, OutboxState]] = {
    "accepted": (1, OutboxState.SENT),
    "scheduled": (1, OutboxState.SENT),
    "queued": (1, OutboxState.SENT),
    "sending": (2, OutboxState.SENT),
    "sent": (3, OutboxState.SENT),
    "undelivered": (4, OutboxState.FAILED),
    "failed": (4, OutboxState.FAILED),
    "canceled": (4, OutboxState.FAILED),
    "delivered": (4, OutboxState.DELIVERED),
    "read": (4, OutboxState.DELIVERED),
}


def rank_of(provider_status: str) -> int:
    """Return the rank of a provider's status; 0 for one we do not know.

    >>> rank_of("sent") < rank_of("delivered")
    True
    """
    return _RANK.get(provider_status, (0, OutboxState.SENT))[0]


# Seconds of real time before the next try, by how many were made. An emergency's are short: its
# ladder rings the next person anyway. A recording is there moments after it was announced.
_WAITS = {
    "emergency": (5, 10, 20, 30),
    "fetch": (5, 30, 120, 600),
    "usual": (30, 120, 300, 600),
}
LONGEST_WAIT_SECONDS = 750  # the longest of these with its spread


def wait_seconds(*, kind: OutboxKind, priority: int, tries: int, row_id: int) -> float:
    """Return how long to wait after the ``tries``-th failure, a quarter more or less.

    Spread, so that what failed together does not come back together; the same for the same row
    and try.

    >>> wait_seconds(kind=OutboxKind.TEXT, priority=2, tries=1, row_id=7)
    36.0
    """
    name = "emergency" if priority == 0 else "usual"
    waits = _WAITS["fetch" if kind is OutboxKind.FETCH else name]
    share = zlib.crc32(f"{row_id}:{tries}".encode()) % 1000 / 1000
    return waits[min(max(tries, 1), len(waits)) - 1] * (0.75 + share / 2)


def state_after(current: OutboxState, known_status: str, new_status: str) -> OutboxState | None:
    """Return the state that a status event leads to, or None if it changes nothing.

    >>> state_after(OutboxState.DELIVERED, "delivered", "sent") is None
    True
    >>> state_after(OutboxState.SENDING, "", "delivered").value
    'delivered'
    """
    if current in FINAL or rank_of(new_status) <= rank_of(known_status):
        return None
    return _RANK[new_status][1]
