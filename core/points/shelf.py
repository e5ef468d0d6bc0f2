"""What stands on the shelf of the shop, and who waits for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import open_book
from core.points.permits import check_here
from core.points.tables import RewardRow, RewardWishRow
from core.points.telling import name_of, tell_resident
from core.residents.tables import ResidentRow


def restock(session: Session, reward: RewardRow, *, added: int, now: datetime) -> int:
    """Add pieces to the shelf (or, below zero, take broken ones off); return what is there.

    :raises Refusal: ``sms.points.less_than_nothing`` if there are not so many.
    """
    open_book(session, reward.community_id)
    session.refresh(reward)
    if reward.stock + added < 0:
        raise Refusal("sms.points.less_than_nothing", reward=reward.name, stock=str(reward.stock))
    _change(session, reward, added)
    if added > 0:
        _tell_who_wished(session, reward, pieces=added, now=now)
    return reward.stock


def take_from_shelf(session: Session, reward: RewardRow) -> None:
    """Take one piece, under the lock of the book; the database refuses to go below zero."""
    _change(session, reward, -1)


def put_back(session: Session, reward: RewardRow, *, now: datetime) -> None:
    """Put one piece back, and tell whoever waited for it longest."""
    _change(session, reward, 1)
    _tell_who_wished(session, reward, pieces=1, now=now)


def wish_for(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    reward: RewardRow,
    now: datetime,
) -> None:
    """Remember that somebody wants to be told once a reward is there again."""
    open_book(session, community.id)
    check_here(community, resident, reward)
    wish = session.get(RewardWishRow, (reward.id, resident.id)) or RewardWishRow(
        reward_id=reward.id, resident_id=resident.id
    )
    wish.wished_at, wish.told_at = now, None
    session.add(wish)
    session.flush()


def _change(session: Session, reward: RewardRow, pieces: int) -> None:
    session.execute(
        update(RewardRow)
        .where(RewardRow.id == reward.id)
        .values(stock=RewardRow.stock + pieces)
        .execution_options(synchronize_session=False)
    )
    session.refresh(reward)


def _tell_who_wished(session: Session, reward: RewardRow, *, pieces: int, now: datetime) -> None:
    """Tell as many as there are pieces, the longest waiting first; nothing is held for them."""
    if reward.left_at is not None:
        return  # a piece came back that nobody can order any more
    community = community_by_id(session, reward.community_id)
    wishes = session.scalars(
        select(RewardWishRow)
        .join(ResidentRow, ResidentRow.id == RewardWishRow.resident_id)
        .where(
            RewardWishRow.reward_id == reward.id,
            RewardWishRow.told_at.is_(None),
            ResidentRow.left_at.is_(None),
        )
        .order_by(RewardWishRow.wished_at, RewardWishRow.resident_id)
        .limit(pieces)
    ).all()
    for wish in wishes:
        resident = session.get_one(ResidentRow, wish.resident_id)
        tell_resident(
            session,
            community,
            resident,
            "there_again",
            key=f"points:wish:{reward.id}:{resident.id}:{wish.wished_at.isoformat()}",
            now=now,
            reward=name_of(reward, resident.language),
            points=str(reward.price),
        )
        wish.told_at = now
    session.flush()
