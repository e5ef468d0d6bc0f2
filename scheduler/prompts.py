"""Spoken pieces that will be needed: rendered before anybody waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.calls.standing_words import want_standing_sentences, want_standing_words
from core.communities.tables import HeartbeatRow
from scheduler.services import SchedulerServices

_AT_ONCE = 10  # a pass stays short, so that the heartbeat does not wait for it
_STANDING = "standing_words"  # the row that says when they were asked for
_STANDING_EVERY = timedelta(hours=6)  # clips with names last a day


def run(services: SchedulerServices) -> int:
    """Render what was asked for ahead; return how many pieces were made."""
    now = services.real_clock.now()
    if services.speaker.renders_ahead:
        with services.database.transaction() as session:
            _ask_for_standing_words(session, now)
    return services.speaker.render_wanted(services.database, now, _AT_ONCE)


def _ask_for_standing_words(session: Session, now: datetime) -> None:
    asked = session.get(HeartbeatRow, _STANDING)
    if asked is not None and now - asked.at < _STANDING_EVERY:
        return
    session.merge(HeartbeatRow(name=_STANDING, at=now, detail=""))
    want_standing_sentences(session, now=now)
    want_standing_words(session, now=now)
