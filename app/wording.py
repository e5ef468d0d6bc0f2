"""The office's own wording: what the database has is said by every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from core.clock import Clock
from core.db import Database
from core.rewording.queries import own_words, version_of
from core.wording.catalogue import put_own

_LOOK_AFTER = timedelta(seconds=2)


class OwnWording:
    """Looks every other second whether a sentence was changed, and puts it in force here."""

    def __init__(self, database: Database, real_clock: Clock) -> None:
        self._database = database
        self._clock = real_clock
        self._version: int | None = None
        self._looked_at: datetime | None = None

    def look(self, *, at_once: bool = False) -> None:
        """Take what changed since the last look; a database that is away changes nothing."""
        now = self._clock.now()
        if not at_once and self._looked_at is not None and now - self._looked_at < _LOOK_AFTER:
            return
        self._looked_at = now
        try:
            with self._database.reading() as session:
                version = version_of(session)
                if version != self._version:
                    put_own(own_words(session))
                    self._version = version
        except DBAPIError:
            pass  # the doors say so themselves; what was said before is said on
