"""Calls that fell silent: what was said so far is in a case within a minute."""

from __future__ import annotations

from core.calls.operations import sweep
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Sweep; return how many calls were settled."""
    with services.database.transaction() as session:
        return sweep(session, services.clock.now(), services.batch)
