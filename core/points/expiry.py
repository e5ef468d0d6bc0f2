"""When a cycle ends, and what of somebody's points ends with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.points.ledger import Hand, Posting, balance, post, transfer
from core.points.rules import EXPIRED, Source, carried, expiring, resident_account
from core.points.tables import (
    PointBookRow,
    PointCycleRow,
    PointEntryRow,
    PointLegRow,
    RedemptionRow,
)
from core.sla.hours import instant
from core.tasks.rules import SERVICE


def ends_at(session: Session, cycle: PointCycleRow) -> datetime:
    """Return the instant at which a cycle is over: midnight after its last day."""
    office = office_of(community_by_id(session, cycle.community_id))
    return instant(office, cycle.ends_on + timedelta(days=1), time())


def cycles_of(session: Session, community_id: int) -> Sequence[PointCycleRow]:
    """Return the cycles of a community, the earliest first."""
    return session.scalars(
        select(PointCycleRow)
        .where(PointCycleRow.community_id == community_id, PointCycleRow.left_at.is_(None))
        .order_by(PointCycleRow.ends_on, PointCycleRow.id)
    ).all()


def due_to_expire(session: Session, cycle: PointCycleRow, account_id: int) -> int:
    """Return what an account loses by the end of a cycle, however late it is booked.

    Points that came after the end belong to the next cycle. What was spent after it is taken
    from those that were to expire.
    """
    end = ends_at(session, cycle)
    before = PointEntryRow.posted_at < end
    spent = (PointEntryRow.posted_at >= end) & (PointLegRow.amount < 0)
    own = (PointEntryRow.source != Source.CYCLE) | before
    row = session.execute(
        select(
            func.coalesce(func.sum(case((before, PointLegRow.amount), else_=0)), 0),
            func.coalesce(func.sum(case((spent & own, -PointLegRow.amount), else_=0)), 0),
        )
        .select_from(PointLegRow)
        .join(
            PointEntryRow,
            (PointEntryRow.community_id == PointLegRow.community_id)
            & (PointEntryRow.number == PointLegRow.entry),
        )
        .where(PointLegRow.account_id == account_id)
    ).one()
    return expiring(int(row[0]), carry_percent=cycle.carry_percent, spent_since=int(row[1]))


def expire(
    session: Session,
    book: PointBookRow,
    cycle: PointCycleRow,
    *,
    resident_id: int,
    points: int,
    key: str,
    now: datetime,
) -> PointEntryRow:
    """Book points of a resident as expired."""
    return post(
        session,
        book,
        legs=transfer(resident_account(resident_id), EXPIRED, points),
        posting=Posting(
            key=key,
            reason=cycle.name,
            by=Hand(SERVICE, "scheduler", now),
            source=Source.CYCLE,
            source_id=cycle.id,
        ),
    )


def expire_released(
    session: Session, book: PointBookRow, redemption: RedemptionRow, now: datetime
) -> None:
    """Let points that come back from a reservation share the end of the cycle they were held in.

    Otherwise whoever reserves on a cycle's last day and cancels on the next keeps everything.
    """
    for cycle in cycles_of(session, redemption.community_id):
        if not redemption.reserved_at < ends_at(session, cycle) <= now:
            continue
        held = balance(session, book.community_id, resident_account(redemption.resident_id))
        points = min(held, redemption.price - carried(redemption.price, cycle.carry_percent))
        if points > 0:
            expire(
                session,
                book,
                cycle,
                resident_id=redemption.resident_id,
                points=points,
                key=f"cycle:{cycle.id}:redemption:{redemption.number}:{redemption.settlements}",
                now=now,
            )
        return
