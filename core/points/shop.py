"""The points shop 积分超市: reserved by telephone, handed over face to face."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.expiry import expire_released
from core.points.ledger import (
    Hand,
    Posting,
    balance,
    entry_by_number,
    open_book,
    post,
    reverse,
    rules_of,
    transfer,
)
from core.points.permits import check_here, check_keeper
from core.points.queries import reservations_of, reward_of
from core.points.rules import (
    SPENT,
    Account,
    RedemptionState,
    Source,
    reserved_account,
    resident_account,
    tidy,
)
from core.points.shelf import put_back, take_from_shelf
from core.points.tables import PointBookRow, RedemptionRow, RewardRow
from core.points.telling import name_of, short_day, tell_resident
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from core.tasks.rules import RESIDENT, SERVICE, Actor

CODE_LENGTH = 4
_CODE_RESTS = timedelta(days=60)  # so that an old code is known as used, not taken for a new one


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
        code=_free_code(session, community.id, now),
        phone=phone,
        reserved_at=now,
        expires_at=now + timedelta(days=rules.reservation_days),
        reserve_entry=entry.number,
    )
    session.add(redemption)
    session.flush()
    return redemption


def cancel_reservation(
    session: Session, redemption: RedemptionRow, *, channel: str, now: datetime
) -> int:
    """Let a reservation go 不要了; return what the resident has now.

    :raises Refusal: if it was fetched, cancelled or lapsed already.
    """
    book = open_book(session, redemption.community_id)
    session.refresh(redemption)
    _refuse_settled(session, redemption, now)
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
            _tell(session, row, "yours_lapsed", now, left)
            done += 1
    return done


def hand_over(
    session: Session,
    *,
    community: CommunityRow,
    keeper: StaffRow,
    code: str,
    channel: str,
    now: datetime,
) -> RedemptionRow:
    """Hand a reward over 发放 to whoever stands there with the code; the resident is told.

    :raises Refusal: if they are no keeper here, or the code is unknown, used, lapsed or
        cancelled.
    """
    book = open_book(session, community.id)
    check_keeper(community, keeper)
    redemption = redemption_of_code(session, community.id, code)
    if redemption is None:
        raise Refusal("sms.points.code_unknown", code=tidy(code, 8))
    session.refresh(redemption)
    _refuse_settled(session, redemption, now)
    if redemption.expires_at <= now:
        raise Refusal("sms.points.code_lapsed", code=redemption.code)
    by = Hand(Actor(keeper.key, keeper.id), channel, now)
    legs = transfer(reserved_account(redemption.resident_id), SPENT, redemption.price)
    _settle(session, book, redemption, RedemptionState.HANDED_OVER, legs, by)
    redemption.handed_by_id = keeper.id
    session.flush()
    left = balance(session, community.id, resident_account(redemption.resident_id))
    _tell(session, redemption, "handed_over", now, left)
    return redemption


def undo_handover(
    session: Session,
    *,
    community: CommunityRow,
    keeper: StaffRow,
    redemption: RedemptionRow,
    reason: str,
    channel: str,
    now: datetime,
) -> RedemptionRow:
    """Undo a handover that was a mistake: it is reserved again, from today, under a new code.

    :raises Refusal: if they are no keeper here, without a reason, or if it was not handed over.
    """
    book = open_book(session, community.id)
    check_keeper(community, keeper)
    session.refresh(redemption)
    if redemption.community_id != community.id:
        raise Refusal("sms.points.other_community", name=redemption.code)
    if not tidy(reason):
        raise Refusal("sms.points.reason_needed")
    entry = entry_by_number(session, community.id, redemption.settle_entry or 0)
    if redemption.state != RedemptionState.HANDED_OVER or entry is None:
        raise Refusal("sms.points.not_handed_over", code=redemption.code)
    posting = Posting(
        key=f"reversal:{entry.number}",
        reason=reason,
        by=Hand(Actor(keeper.key, keeper.id), channel, now),
        source=Source.REVERSAL,
        source_id=entry.number,
    )
    reverse(session, book, entry=entry, posting=posting)
    redemption.state, redemption.code = (
        RedemptionState.RESERVED,
        _free_code(session, community.id, now),
    )
    redemption.settled_at, redemption.settle_entry, redemption.handed_by_id = None, None, None
    days = rules_of(session, community.id).reservation_days
    redemption.expires_at = now + timedelta(days=days)
    session.flush()
    return redemption


def redemption_of_code(session: Session, community_id: int, code: str) -> RedemptionRow | None:
    """Return the newest redemption of a code; older ones of the same are long settled."""
    return session.scalars(
        select(RedemptionRow)
        .where(RedemptionRow.community_id == community_id, RedemptionRow.code == code.strip())
        .order_by(RedemptionRow.id.desc())
        .limit(1)
    ).first()


def _refuse_settled(session: Session, redemption: RedemptionRow, now: datetime) -> None:
    if redemption.state == RedemptionState.RESERVED:
        return
    template = {
        RedemptionState.HANDED_OVER: "code_used",
        RedemptionState.CANCELLED: "code_cancelled",
        RedemptionState.LAPSED: "code_lapsed",
    }[RedemptionState(redemption.state)]
    slots = {"code": redemption.code}
    if template == "code_used":
        community = community_by_id(session, redemption.community_id)
        settled_at = redemption.settled_at or now
        slots["day"] = short_day(community, settled_at)
    raise Refusal(f"sms.points.{template}", **slots)


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
    _settle(session, book, redemption, state, legs, by)
    expire_released(session, book, redemption, by.now)
    put_back(session, reward_of(session, redemption), now=by.now)
    return balance(session, redemption.community_id, resident_account(resident_id))


def _settle(
    session: Session,
    book: PointBookRow,
    redemption: RedemptionRow,
    state: RedemptionState,
    legs: dict[Account, int],
    by: Hand,
) -> None:
    redemption.settlements += 1
    entry = post(
        session,
        book,
        legs=legs,
        posting=Posting(
            key=f"settle:{redemption.number}:{redemption.settlements}",
            reason=reward_of(session, redemption).name,
            by=by,
            source=Source.REDEMPTION,
            source_id=redemption.number,
        ),
    )
    redemption.state, redemption.settled_at = state, by.now
    redemption.settle_entry = entry.number
    session.flush()


def _tell(
    session: Session, redemption: RedemptionRow, template: str, now: datetime, left: int
) -> None:
    resident = session.get_one(ResidentRow, redemption.resident_id)
    tell_resident(
        session,
        community_by_id(session, redemption.community_id),
        resident,
        template,
        key=f"points:redemption:{redemption.id}:{redemption.settlements}",
        now=now,
        reward=name_of(reward_of(session, redemption), resident.language),
        points=str(redemption.price),
        balance=str(left),
    )


def _free_code(session: Session, community_id: int, now: datetime) -> str:
    """Choose a code that nobody holds now or held lately; it is read out face to face."""
    taken = set(
        session.scalars(
            select(RedemptionRow.code).where(
                RedemptionRow.community_id == community_id,
                (RedemptionRow.state == RedemptionState.RESERVED)
                | (RedemptionRow.reserved_at > now - _CODE_RESTS),
            )
        )
    )
    every = (f"{number:0{CODE_LENGTH}d}" for number in range(10**CODE_LENGTH))
    return secrets.choice([code for code in every if code not in taken])
