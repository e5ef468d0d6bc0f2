"""Points: reservations that nobody fetched, the end of a cycle, and the daily anchor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from core.points.operations import anchor_due, announce_due, end_due, lapse_due
from core.points.queries import first_lapse
from core.points.waiting import due_instants
from scheduler.services import SchedulerServices

_Step = Callable[[Session, datetime], int]


def run(services: SchedulerServices) -> int:
    """Do what is due; return how many things were done.

    It looks before it takes the writer's place: on most ticks there is nothing to do.
    """
    now = services.clock.now()
    with services.database.reading() as session:
        instants = [*due_instants(session), *first_lapse(session)]
    if not any(instant <= now for instant in instants):
        return 0
    return sum(_in_its_own_transaction(services, step, now) for step in _steps(services))


def _steps(services: SchedulerServices) -> tuple[_Step, ...]:
    limit = services.batch
    return (
        lambda session, now: lapse_due(session, now=now, limit=limit),
        lambda session, now: announce_due(session, now=now, limit=limit),
        lambda session, now: end_due(session, now=now, limit=limit),
        lambda session, now: anchor_due(session, secret=services.seal_key, now=now, limit=limit),
    )


def _in_its_own_transaction(services: SchedulerServices, step: _Step, now: datetime) -> int:
    with services.database.transaction() as session:
        return step(session, now)
