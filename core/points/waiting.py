"""What the scheduler has to do about points next."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.points.chain import last_anchor
from core.points.cycle import announces_at, unfinished
from core.points.expiry import ends_at
from core.points.tables import PointBookRow, PointCycleRow
from core.sla.hours import instant


def due_instants(session: Session) -> list[datetime]:
    """Return when cycles are to be announced or ended, and books to be anchored, past or not."""
    unannounced = unfinished(session, PointCycleRow.announced_at)
    unended = unfinished(session, PointCycleRow.ended_at)
    books = session.scalars(select(PointBookRow.community_id)).all()
    return [
        *(announces_at(session, cycle) for cycle in unannounced),
        *(ends_at(session, cycle) for cycle in unended if cycle.announced_at is not None),
        *(_anchored_at(session, community_id) for community_id in books),
    ]


def _anchored_at(session: Session, community_id: int) -> datetime:
    """Return the local midnight after the last anchor; the first is due with the book."""
    community = community_by_id(session, community_id)
    last = last_anchor(session, community_id)
    if last is None:
        return community.loaded_at
    return instant(office_of(community), last.day + timedelta(days=1), time())
