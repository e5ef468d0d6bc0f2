"""Monday morning: last week, in one text to the director."""

from __future__ import annotations

from core.reports.operations import tell_director, weekly_due
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Tell the directors who are to be told; return how many were."""
    now = services.clock.now()
    with services.database.reading() as session:
        ids = [community.id for community in weekly_due(session, now=now)]
    if not ids:
        return 0
    told = 0
    with services.database.transaction() as session:
        for community in weekly_due(session, now=now):
            told += tell_director(session, community, now=now)
    return told
