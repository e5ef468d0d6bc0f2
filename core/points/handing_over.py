"""Handing a reward over 发放, face to face against its code; and undoing a mistaken handover."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import (
    Hand,
    Posting,
    balance,
    entry_by_number,
    open_book,
    reverse,
    rules_of,
    transfer,
)
from core.points.permits import check_keeper
from core.points.redemptions import free_code, kept_until, refuse_settled, settle, tell_about
from core.points.rules import (
    SPENT,
    RedemptionState,
    Source,
    reserved_account,
    resident_account,
    tidy,
)
from core.points.tables import RedemptionRow
from core.staff.tables import StaffRow
from core.tasks.rules import Actor


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
    refuse_settled(session, redemption, now)
    if redemption.expires_at <= now:
        raise Refusal("sms.points.code_lapsed", code=redemption.code)
    by = Hand(Actor(keeper.key, keeper.id), channel, now)
    legs = transfer(reserved_account(redemption.resident_id), SPENT, redemption.price)
    settle(session, book, redemption, RedemptionState.HANDED_OVER, legs, by)
    redemption.handed_by_id = keeper.id
    session.flush()
    left = balance(session, community.id, resident_account(redemption.resident_id))
    tell_about(session, redemption, "handed_over", now, left)
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
        free_code(session, community.id, now),
    )
    redemption.settled_at, redemption.settle_entry, redemption.handed_by_id = None, None, None
    redemption.expires_at = kept_until(community, rules_of(session, community.id), now)
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
