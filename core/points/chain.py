"""Daily anchors over the chain of a points book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, display_name, office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.points.ledger import open_book
from core.points.links import START, seal_of, shown_seal
from core.points.tables import PointAnchorRow, PointBookRow
from core.sla.hours import local_day, next_texting_time
from core.staff.queries import phone_of
from core.tasks.people import director_of
from core.wording.catalogue import text


def anchor_due(session: Session, *, secret: bytes, now: datetime, limit: int) -> int:
    """Anchor every book that has none for its local day; return how many were."""
    books = session.scalars(select(PointBookRow.community_id).order_by(PointBookRow.community_id))
    done = 0
    for community_id in books.all():
        if done < limit and anchor_book(session, community_id, secret=secret, now=now) is not None:
            done += 1
    return done


def anchor_book(
    session: Session, community_id: int, *, secret: bytes, now: datetime
) -> PointAnchorRow | None:
    """Seal a book as it stands, once a local day; None if that day's anchor is there.

    The first of a week is texted to the director: a seal on somebody's phone is one that
    nobody who reaches the database can take back.
    """
    community = community_by_id(session, community_id)
    day = local_day(office_of(community), now)
    last = last_anchor(session, community_id)
    if last is not None and last.day >= day:
        return None  # seen without the lock, since it is asked every minute
    book = open_book(session, community_id)
    last = last_anchor(session, community_id)
    if last is not None and last.day >= day:
        return None
    number, previous = (last.number + 1, last.seal) if last else (1, START)
    seal = seal_of(
        secret,
        community_id=community_id,
        number=number,
        day=day,
        entries=book.entries,
        head=book.head,
        previous=previous,
    )
    anchor = PointAnchorRow(
        community_id=community_id,
        number=number,
        day=day,
        at=now,
        entries=book.entries,
        head=book.head,
        previous=previous,
        seal=seal,
    )
    session.add(anchor)
    session.flush()
    if last is None or last.day.isocalendar()[:2] != day.isocalendar()[:2]:
        _tell_director(session, community, anchor, now)
    return anchor


def last_anchor(session: Session, community_id: int) -> PointAnchorRow | None:
    """Return the newest anchor of a book."""
    return session.scalars(
        select(PointAnchorRow)
        .where(PointAnchorRow.community_id == community_id)
        .order_by(PointAnchorRow.number.desc())
        .limit(1)
    ).first()


def anchors_of(session: Session, community_id: int) -> Sequence[PointAnchorRow]:
    """Return every anchor of a book, oldest first."""
    return session.scalars(
        select(PointAnchorRow)
        .where(PointAnchorRow.community_id == community_id)
        .order_by(PointAnchorRow.number)
    ).all()


def _tell_director(
    session: Session, community: CommunityRow, anchor: PointAnchorRow, now: datetime
) -> None:
    director = director_of(session, community)
    if director is None or anchor.entries == 0:
        return
    words = text(
        "sms.points.sealed",
        director.language,
        community=display_name(community, director.language),
        number=str(anchor.entries),
        seal=shown_seal(anchor.seal),
    )
    enqueue_text(
        session,
        community_id=community.id,
        to=phone_of(session, director.id),
        words=words,
        purpose="points_seal",
        key=f"points:seal:{community.id}:{anchor.number}",
        now=now,
        not_before=next_texting_time(office_of(community), now),
    )
