"""The neighbourhood: consultations that are due, and the telephones to be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from core.consultations.operations import follow_results
from core.consultations.operations import step_due as step_consultations
from core.consultations.queries import anything_due as consultations_due
from core.reaching.operations import place_due
from core.reaching.queries import anything_due as reaches_due
from core.reaching.queries import has_unfollowed
from core.reaching.rules import ReachPurpose
from scheduler.services import SchedulerServices

_Step = Callable[[Session, datetime, int], int]
_Look = Callable[[Session, datetime], bool]
# What opens calls comes before what places them, what draws conclusions after both.
_STEPS: tuple[tuple[_Look, _Step], ...] = (
    (consultations_due, step_consultations),
    (reaches_due, place_due),
    (lambda session, _now: has_unfollowed(session, ReachPurpose.RESULT), follow_results),
)


def run(services: SchedulerServices) -> int:
    """Do what is due; return how many things were done.

    It looks before it takes the writer's place: on most ticks there is nothing to do.
    """
    now = services.clock.now()
    done = 0
    for look, step in _STEPS:
        with services.database.reading() as session:
            waits = look(session, now)
        if waits:
            with services.database.transaction() as session:
                done += step(session, now, services.batch)
    return done
