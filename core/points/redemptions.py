"""What becomes of a redemption 兑换: its entries, its code, and what the resident is told."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import Hand, Posting, post
from core.points.queries import reward_of
from core.points.rules import Account, PointsRules, RedemptionState, Source
from core.points.tables import PointBookRow, RedemptionRow
from core.points.telling import name_of, short_day, tell_resident
from core.residents.tables import ResidentRow
from core.sla.hours import instant, local_day

CODE_LENGTH = 4
_CODE_RESTS = timedelta(days=60)  # so that an old code is known as used, not taken for a new one


def kept_until(community: CommunityRow, rules: PointsRules, now: datetime) -> datetime:
    """Return when a reservation made now is over: midnight after the last of its days."""
    office = office_of(community)
    last = local_day(office, now) + timedelta(days=rules.reservation_days)
    return instant(office, last + timedelta(days=1), time())


def last_day_of(community: CommunityRow, redemption: RedemptionRow) -> date:
    """Return the last local day on which a reservation may be fetched."""
    return local_day(office_of(community), redemption.expires_at) - timedelta(days=1)


def refuse_settled(session: Session, redemption: RedemptionRow, now: datetime) -> None:
    """Let a redemption pass that waits to be fetched.

    :raises Refusal: in a keeper's words: ``code_used``, ``code_cancelled``, ``code_lapsed``.
    """
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


def settle(
    session: Session,
    book: PointBookRow,
    redemption: RedemptionRow,
    state: RedemptionState,
    legs: dict[Account, int],
    by: Hand,
) -> None:
    """Book the end of a reservation in an open book."""
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


def tell_about(
    session: Session, redemption: RedemptionRow, template: str, now: datetime, left: int
) -> None:
    """Text the resident what became of it, and what they have ``left``."""
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


def free_code(session: Session, community_id: int, now: datetime) -> str:
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
    first = secrets.randbelow(10**CODE_LENGTH)
    codes = (
        f"{(first + step) % 10**CODE_LENGTH:0{CODE_LENGTH}d}" for step in range(10**CODE_LENGTH)
    )
    return next(code for code in codes if code not in taken)
