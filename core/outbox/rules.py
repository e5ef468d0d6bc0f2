"""What a row of the outbox may become, as tables."""

from __future__ import annotations

import enum


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
