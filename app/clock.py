"""The community's clock: the machine's, and in a demo as much later as its row says."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.clock import Clock
from core.communities.tables import ClockOffsetRow
from core.db import Database


class OffsetClock:
    """Adds the demo's offset, which every process reads from the same row."""

    def __init__(self, database: Database, real_clock: Clock) -> None:
        self._database = database
        self._real_clock = real_clock
        self._last_known = 0

    def now(self) -> datetime:
        """Return the community's present instant, aware, in UTC."""
        try:
            with self._database.reading() as session:
                self._last_known = session.scalar(select(ClockOffsetRow.seconds)) or 0
        except DBAPIError:
            pass  # a door whose database is away still needs the time for its fallback
        return self._real_clock.now() + timedelta(seconds=self._last_known)
