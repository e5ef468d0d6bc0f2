"""The points shop 积分超市: reserved by telephone, released if nobody fetches it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.expiry import expire_overdue, expire_released
from core.points.ledger import Hand, Posting, balance, open_book, post, rules_of, transfer
from core.points.permits import check_here
from core.points.queries import reservations_of, reward_of
from core.points.redemptions import free_code, kept_until, settle, tell_about
from core.points.rules import RedemptionState, Source, reserved_account, resident_account
from core.points.shelf import put_back, take_from_shelf
from core.points.tables import PointBookRow, RedemptionRow, RewardRow
from core.points.telling import name_of
from core.residents.tables import ResidentRow
from core.tasks.rules import RESIDENT, SERVICE


def reserve_reward(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    reward: RewardRow,
    phone: str | None,
    channel: str,
    now: datetime,
) -> RedemptionRow:
    """Hold one piece and its points until it is fetched 兑换; announcing.py says so.

    :raises Refusal: ``sms.points.sold_out``, ``too_many_reservations``, or ``not_enough``, which
        says how many points are missing.
    """
    book = open_book(session, community.id)
    rules = rules_of(session, community.id)
    check_here(community, resident, reward)
    expire_overdue(session, book, resident_id=resident.id, now=now)
    session.refresh(reward)
    what = name_of(reward, resident.language)
    if reward.stock == 0:
        raise Refusal("sms.points.sold_out", reward=what)
    if len(reservations_of(session, resident.id)) >= rules.most_reservations:
        raise Refusal("sms.points.too_many_reservations", count=str(rules.most_reservations))
    missing = reward.price - balance(session, community.id, resident_account(resident.id))
    if missing > 0:
        raise Refusal(
            "sms.points.not_enough", reward=what, points=str(reward.price), missing=str(missing)
        )
    take_from_shelf(session, reward)
    book.redemptions += 1
    entry = post(
        session,
        book,
        legs=transfer(resident_account(resident.id), reserved_account(resident.id), reward.price),
        posting=Posting(
            key=f"reserve:{book.redemptions}",
            reason=reward.name,
            by=Hand(RESIDENT, channel, now),
            source=Source.REDEMPTION,
            source_id=book.redemptions,
        ),
    )
    redemption = RedemptionRow(
        community_id=community.id,
        number=book.redemptions,
        resident_id=resident.id,
        reward_id=reward.id,
        price=reward.price,
        state=RedemptionState.RESERVED,
        code=free_code(session, community.id, now),
        phone=phone,
        reserved_at=now,
        expires_at=kept_until(community, rules, now),
        reserve_entry=entry.number,
    )
    session.add(redemption)
    session.flush()
    return redemption


def cancel_reservation(
    session: Session, redemption: RedemptionRow, *, channel: str, now: datetime
) -> int:
    """Let a reservation go 不要了; return what the resident has now.

    :raises Refusal: ``sms.points.not_waiting`` if it was fetched, cancelled or lapsed already.
    """
    book = open_book(session, redemption.community_id)
    session.refresh(redemption)
    if redemption.state != RedemptionState.RESERVED:
        resident = session.get_one(ResidentRow, redemption.resident_id)
        reward = name_of(reward_of(session, redemption), resident.language)
        raise Refusal("sms.points.not_waiting", reward=reward)
    return _release(
        session, book, redemption, RedemptionState.CANCELLED, Hand(RESIDENT, channel, now)
    )


def lapse_due(session: Session, *, now: datetime, limit: int) -> int:
    """Release reservations nobody fetched in time, and tell their residents."""
    due = select(RedemptionRow).where(
        RedemptionRow.state == RedemptionState.RESERVED, RedemptionRow.expires_at <= now
    )
    rows = session.scalars(due.order_by(RedemptionRow.community_id).limit(limit)).all()
    done = 0
    for row in rows:
        book = open_book(session, row.community_id)
        session.refresh(row)  # somebody may have fetched it while we waited for the book
        if row.state == RedemptionState.RESERVED and row.expires_at <= now:
            left = _release(
                session, book, row, RedemptionState.LAPSED, Hand(SERVICE, "scheduler", now)
            )
            tell_about(session, row, "yours_lapsed", now, left)
            done += 1
    return done


def _release(
    session: Session,
    book: PointBookRow,
    redemption: RedemptionRow,
    state: RedemptionState,
    by: Hand,
) -> int:
    """Give points and piece back; what had expired meanwhile does not come to life again."""
    resident_id = redemption.resident_id
    legs = transfer(reserved_account(resident_id), resident_account(resident_id), redemption.price)
    settle(session, book, redemption, state, legs, by)
    expire_released(session, book, redemption, by.now)
    put_back(session, reward_of(session, redemption), now=by.now)
    return balance(session, redemption.community_id, resident_account(resident_id))
