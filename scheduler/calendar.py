"""Provisional due dates: counted again once the State Council's calendar has arrived."""

from __future__ import annotations

from core.cases.recompute import recompute_provisional
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Count again; return how many due dates moved."""
    with services.database.transaction() as session:
        return recompute_provisional(session, services.clock.now())
