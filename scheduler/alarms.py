"""Alarms: the next person is rung until somebody acknowledges."""

from __future__ import annotations

from core.alarms.ladder import alarms_due, step_due
from core.db import which_exist
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Take the steps that are due; return how many alarms went on."""
    now = services.clock.now()
    with services.database.reading() as session:  # mostly there is nothing to write
        if not any(which_exist(session, [alarms_due(now)])):
            return 0
    with services.database.transaction() as session:
        return step_due(session, now, services.batch)
