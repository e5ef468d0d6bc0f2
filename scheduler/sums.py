"""The daily sums of the reports: days of which a case has changed are counted anew."""

from __future__ import annotations

from core.reports.sums import count_days, days_to_count
from scheduler.services import SchedulerServices

_DAYS_AT_ONCE = 8  # a large office's day is some thousand cases: short writes, the others wait


def run(services: SchedulerServices) -> int:
    """Count some days; return how many were."""
    now = services.clock.now()
    with services.database.reading() as session:
        days = days_to_count(session, now=now, limit=_DAYS_AT_ONCE)
    if not days:
        return 0
    with services.database.transaction() as session:
        return count_days(session, days, now=now)
