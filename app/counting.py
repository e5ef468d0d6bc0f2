"""Writes down what this process refused, for every process to tell in /metrics."""

from __future__ import annotations

import threading
import time

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from core.clock import Clock
from core.db import Database
from core.refusals.operations import add_refusals
from telephony.refusals import give_back_refusals, take_refusals

_log = structlog.stdlib.get_logger(__name__)
_EVERY_SECONDS = 5.0  # a flood of forgeries costs one transaction in this time


class RefusalBook:
    """Takes the counts of this process to the database, now and then."""

    def __init__(self, database: Database, real_clock: Clock) -> None:
        self._database = database
        self._real_clock = real_clock
        self._lock = threading.Lock()
        self._next = time.monotonic()

    def write_now_and_then(self) -> None:
        """Write what was counted, if that was not done just now."""
        with self._lock:
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + _EVERY_SECONDS
        self.write()

    def write(self) -> None:
        """Write what was counted; what cannot be written is kept for the next time."""
        counted = take_refusals()
        if not counted:
            return
        try:
            with self._database.transaction() as session:
                add_refusals(session, counted, real_now=self._real_clock.now())
        except (DBAPIError, WaitedTooLong) as error:
            give_back_refusals(counted)
            _log.warning("refusals are written later", reason=type(error).__name__)
