"""Writes down that the scheduler lives, in real time; /health reads it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from core.communities.tables import HeartbeatRow
from scheduler.services import SchedulerServices

_EVERY = timedelta(seconds=5)  # a write per tick and second would only wear the disk
_FORGOTTEN_AFTER = timedelta(days=1)  # rows of processes that ended


class Heart:
    """Beats for each tick of one process, after the tick has run."""

    def __init__(self, services: SchedulerServices) -> None:
        self._services = services
        self._started = services.real_clock.now()
        self._last: dict[str, tuple[datetime, str]] = {}
        self._lock = threading.Lock()

    def beat(self, tick: str, detail: str = "") -> None:
        """Note that ``tick`` ran; ``detail`` names the kind of error if it failed."""
        now = self._services.real_clock.now()
        with self._lock:
            last_at, last_detail = self._last.get(tick, (None, ""))
            if last_at is not None and detail == last_detail and abs(now - last_at) < _EVERY:
                return
            self._last[tick] = (now, detail)
        with self._services.database.transaction() as session:
            name = f"{self._services.process_name}:{tick}"
            session.merge(HeartbeatRow(name=name, at=now, detail=detail))
            _forget_the_dead(session, now)

    def begin_anew(self) -> None:
        """Forget instants of a clock that was set since."""
        with self._lock:
            self._last.clear()
            self._started = self._services.real_clock.now()

    def age(self, now: datetime) -> timedelta:
        """Return how long ago anything beat, or since the start if nothing has yet."""
        with self._lock:
            return now - max((at for at, _ in self._last.values()), default=self._started)


def _forget_the_dead(session: Session, now: datetime) -> None:
    session.execute(
        delete(HeartbeatRow)
        .where(
            HeartbeatRow.name.like("scheduler:%"),
            or_(
                HeartbeatRow.at < now - _FORGOTTEN_AFTER,
                HeartbeatRow.at > now + _FORGOTTEN_AFTER,  # beaten before the clock was set back
            ),
        )
        .execution_options(synchronize_session=False)
    )
