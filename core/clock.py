"""What time it is, asked in one place: everybody else is handed a Clock or an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the instant at which the community lives (in a demo it can be moved forward)."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class RealClock:
    """The machine's clock: leases, retries, heartbeats, sessions and one-time codes use it."""

    def now(self) -> datetime:
        """Return the machine's present instant, aware, in UTC."""
        return datetime.now(UTC)
