"""The Monday text: last week in one segment, to the director."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.rules import Access
from core.communities.queries import communities, display_name, office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.outbox.tables import OutboxRow
from core.reports.queries import totals_of
from core.reports.rules import Counts, Figure, week_before
from core.sla.hours import is_open, local_day
from core.sla.queries import calendar_of
from core.staff.queries import phone_of
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.tasks.people import director_of
from core.wording.catalogue import text

_MONDAY = 1


def weekly_due(session: Session, *, now: datetime) -> list[CommunityRow]:
    """Return the communities whose director is to be told of last week now."""
    found = []
    for community in communities(session):
        office = office_of(community)
        today = local_day(office, now)
        if today.isoweekday() != _MONDAY:
            continue
        told = session.scalar(select(OutboxRow.id).where(OutboxRow.key == _key(community, now)))
        if told is None and is_open(office, calendar_of(session, community), now):
            found.append(community)
    return found


def tell_director(session: Session, community: CommunityRow, *, now: datetime) -> bool:
    """Text last week to the director; False if there was nothing to tell, or nobody to."""
    director = director_of(session, community)
    if director is None:
        return False
    last_week = week_before(local_day(office_of(community), now))
    access = _eyes_of(director)
    counts = totals_of(session, access, last_week, now=now)
    if counts.of[Figure.RECEIVED] == 0:
        return False
    sent = enqueue_text(
        session,
        community_id=community.id,
        to=phone_of(session, director.id),
        words=weekly_words(community, director, counts),
        purpose="report",
        key=_key(community, now),
        now=now,
    )
    return sent is not None


def weekly_words(community: CommunityRow, director: StaffRow, counts: Counts) -> str:
    """Return last week in one segment, each rate with its denominator."""
    of = counts.of
    return text(
        "sms.console.weekly",
        director.language,
        community=display_name(community, director.language),
        received=str(of[Figure.RECEIVED]),
        on_time=f"{of[Figure.ON_TIME]}/{of[Figure.DECIDED]}",
        solved=f"{of[Figure.SOLVED]}/{of[Figure.ANSWERED]}",
        late=str(of[Figure.LATE]),
        open=str(of[Figure.OPEN]),
    )


def _eyes_of(director: StaffRow) -> Access:
    return Access(director.id, director.key, director.community_id, frozenset({Role.DIRECTOR}))


def _key(community: CommunityRow, now: datetime) -> str:
    today = local_day(office_of(community), now)
    monday = today - timedelta(days=today.weekday())
    return f"weekly:{community.id}:{monday.isoformat()}"
