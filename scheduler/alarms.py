"""Alarms: the next person is rung until somebody acknowledges."""

from __future__ import annotations

from core.alarms.operations import step_due
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Take the steps that are due; return how many alarms went on."""
    with services.database.transaction() as session:
        return step_due(session, services.clock.now(), services.batch)
