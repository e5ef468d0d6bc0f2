"""HOLD as a scheduler sees it: looked at each second, by one tick for all."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.db import Database
from core.outbox.release import held

_SERVES_SECONDS = 2.5  # a tick of one second writes it down; one that is late must not be believed


class HoldWatch:
    """Remembers for a moment whether anything may leave, so that not every tick asks."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._held = True
        self._looked_at = float("-inf")

    def look(self, database: Database) -> bool:
        """Ask the database, and remember the answer."""
        asked_at = self._monotonic()
        with database.reading() as session:
            self._held = held(session) is not None
        self._looked_at = asked_at
        return self._held

    def is_held(self, database: Database) -> bool:
        """Tell whether nothing may leave; asks if the last look is too old."""
        if self._monotonic() - self._looked_at > _SERVES_SECONDS:
            return self.look(database)
        return self._held
