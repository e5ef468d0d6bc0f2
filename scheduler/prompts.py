"""Spoken pieces that will be needed: rendered before anybody waits for them."""

from __future__ import annotations

from scheduler.services import SchedulerServices

_AT_ONCE = 10  # a pass stays short, so that the heartbeat does not wait for it


def run(services: SchedulerServices) -> int:
    """Render what was asked for ahead; return how many pieces were made."""
    now = services.real_clock.now()
    return services.speaker.render_wanted(services.database, now, _AT_ONCE)
