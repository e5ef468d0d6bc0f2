"""Moves a demo's clock from due instant to due instant, waiting for quiet at each."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import ClockOffsetRow
from scheduler.next_due import next_due
from scheduler.services import SchedulerServices
from scheduler.ticks import run_due

_log = structlog.get_logger(__name__)
_MOST_PASSES = 200  # at one instant; more means that something opens work for ever
_THE_ROW = 1


class NeverQuiet(RuntimeError):
    """Passes at one instant found ever new work."""


def walk(
    services: SchedulerServices,
    *,
    to: datetime,
    set_now: Callable[[datetime], None],
    stop: Callable[[], bool] = lambda: False,
) -> datetime:
    """Move to ``to``, halting at each due instant until a pass does nothing; return where it is.

    ``stop`` is asked at each halt (a resident's phone rings, say); time stays there then.

    :raises NeverQuiet: if something opens work for ever at one instant.
    """
    while True:
        _wait_for_quiet(services)
        now = services.clock.now()
        if stop() or now >= to:
            return now
        set_now(min(next_halt(services, now) or to, to))


def next_halt(services: SchedulerServices, now: datetime) -> datetime | None:
    """Return the next instant at which anything is due: ours, or the desk's phones'."""
    with services.database.reading() as session:
        ours = next_due(session, after=now)
        theirs = services.exchange.next_due(session) if services.exchange else None
    return min(
        (instant for instant in (ours, theirs) if instant is not None and instant > now),
        default=None,
    )


def is_moving(services: SchedulerServices) -> bool:
    """Tell whether somebody has asked for a move that has not arrived yet."""
    with services.database.reading() as session:
        return session.scalar(select(ClockOffsetRow.moving_to)) is not None


def ask_to_move(session: Session, *, to: datetime) -> None:
    """Ask the scheduler to walk a demo's clock forward to ``to``."""
    row = session.get(ClockOffsetRow, _THE_ROW)
    if row is None:
        session.add(ClockOffsetRow(id=_THE_ROW, seconds=0, moving_to=to))
    else:
        row.moving_to = to


def ask_to_stop(session: Session) -> None:
    """Ask the scheduler to let a demo's clock stand where it is now."""
    row = session.get(ClockOffsetRow, _THE_ROW)
    if row is not None:
        row.moving_to = None


def begin_at(session: Session, *, now: datetime, to: datetime) -> bool:
    """Begin a new demo at ``to``; nothing, and False, where its clock was moved before."""
    if session.get(ClockOffsetRow, _THE_ROW) is not None or to <= now:
        return False
    seconds = math.ceil((to - now) / timedelta(seconds=1))
    session.add(ClockOffsetRow(id=_THE_ROW, seconds=seconds, moving_to=None))
    return True


def move_if_asked(services: SchedulerServices, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Walk to where the clock was asked to go; returns 1 if it moved."""
    with services.database.reading() as session:
        to = session.scalar(select(ClockOffsetRow.moving_to))
    if to is None:
        return 0
    ring = _Ring(services)
    try:
        arrived = walk(
            services,
            to=to,
            set_now=lambda instant: _set_offset(services, instant),
            stop=lambda: stop() or not is_moving(services) or ring.began(),
        )
        _log.info("clock_moved", to=arrived.isoformat())
    finally:
        # also after an error: a move that cannot end must not hold every other tick back
        _end_move(services)
    return 1


def _wait_for_quiet(services: SchedulerServices) -> None:
    for _ in range(_MOST_PASSES):
        if run_due(services) == 0:
            return
    raise NeverQuiet(services.clock.now().isoformat())


class _Ring:
    """Tells when a phone begins to ring; one that rang when the walk began is let ring out."""

    def __init__(self, services: SchedulerServices) -> None:
        self._services = services
        self._was_quiet = not self._rings()

    def began(self) -> bool:
        """Tell whether a phone rings that did not ring all along."""
        rings = self._rings()
        began = rings and self._was_quiet
        self._was_quiet = self._was_quiet or not rings
        return began

    def _rings(self) -> bool:
        if self._services.stop_walking is None:
            return False
        with self._services.database.reading() as session:
            return self._services.stop_walking(session)


def _set_offset(services: SchedulerServices, instant: datetime) -> None:
    """Set the community's clock to ``instant``; it only ever goes forward."""
    ahead = instant - services.real_clock.now()
    seconds = math.ceil(ahead / timedelta(seconds=1))  # never just before the due instant
    with services.database.transaction() as session:
        row = session.get_one(ClockOffsetRow, _THE_ROW)
        row.seconds = max(row.seconds, seconds)


def _end_move(services: SchedulerServices) -> None:
    with services.database.transaction() as session:
        session.get_one(ClockOffsetRow, _THE_ROW).moving_to = None
