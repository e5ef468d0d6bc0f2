"""Cases and tasks that nobody took: the next person on the ladder is told."""

from __future__ import annotations

from core.cases.escalation import climb_due as climb_cases
from core.cases.escalation import climbs_due as cases_due
from core.db import which_exist
from core.tasks.climbing import climbs_due as tasks_due
from core.tasks.operations import climb_due as climb_tasks
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Climb what is due; return how many cases and tasks climbed."""
    now = services.clock.now()
    with services.database.reading() as session:  # mostly there is nothing to write
        if not any(which_exist(session, [cases_due(now), tasks_due(now)])):
            return 0
    with services.database.transaction() as session:
        cases = climb_cases(session, now, services.batch)
    with services.database.transaction() as session:
        return cases + climb_tasks(session, now, services.batch)
