"""Calls that fell silent: what was said so far is in a case within a minute."""

from __future__ import annotations

from core.calls.sweeping import sweep, sweeps_due
from core.db import which_exist
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Sweep; return how many calls were settled."""
    now = services.clock.now()
    with services.database.reading() as session:  # mostly there is nothing to write
        if not any(which_exist(session, [*sweeps_due(now)])):
            return 0
    with services.database.transaction() as session:
        return sweep(session, now, services.batch)
