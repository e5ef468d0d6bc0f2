"""What is old goes, once a night."""

from __future__ import annotations

from core.privacy.keeping import forget_old, nightly_due
from scheduler.services import SchedulerServices


def run(services: SchedulerServices) -> int:
    """Forget what is older than each office keeps it; return how many rows went."""
    now = services.clock.now()
    with services.database.reading() as session:
        due = nightly_due(session, now=now)
    gone = 0
    for community_id in due:
        with services.database.transaction() as session:
            gone += forget_old(session, community_id, now=now, real_now=services.real_clock.now())
    return gone
