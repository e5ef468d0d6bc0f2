"""Plans the calls we owe residents and starts those that are due."""

from __future__ import annotations

from core.callbacks.operations import plan_due, plans_due, start_due, starts_due
from core.db import which_exist
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Plan, then start; return how many callbacks were touched."""
    now = services.clock.now()
    with services.database.reading() as session:  # mostly there is nothing to write
        if not any(which_exist(session, [*plans_due(), starts_due(now)])):
            return 0
    with services.database.transaction() as session:
        planned = plan_due(session, now, services.batch)
    with services.database.transaction() as session:
        return planned + start_due(session, now, services.batch)
