"""Cases and tasks that nobody took: the next person on the ladder is told."""

from __future__ import annotations

from core.cases.escalation import climb_due as climb_cases
from core.tasks.operations import climb_due as climb_tasks
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Climb what is due; return how many cases and tasks climbed."""
    now = services.clock.now()
    with services.database.transaction() as session:
        cases = climb_cases(session, now, services.batch)
    with services.database.transaction() as session:
        return cases + climb_tasks(session, now, services.batch)
