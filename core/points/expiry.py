"""When a cycle is over, and what of somebody's points ends with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.points.ledger import Hand, Posting, balance, post, transfer
from core.points.rules import EXPIRED, Source, carried, expiring, resident_account
from core.points.tables import (
    PointAccountRow,
    PointBookRow,
    PointCycleRow,
    PointEntryRow,
    PointLegRow,
    RedemptionRow,
)
from core.points.telling import tell_resident
from core.residents.tables import ResidentRow
from core.sla.hours import instant
from core.tasks.rules import SERVICE


def last_day(cycle: PointCycleRow) -> date:
    """Return the last day on which points of a cycle are good: as set, or as announced late."""
    return max(cycle.ends_on, cycle.good_until or cycle.ends_on)


def ends_at(session: Session, cycle: PointCycleRow) -> datetime:
    """Return the instant at which a cycle is over: midnight after its last day."""
    office = office_of(community_by_id(session, cycle.community_id))
    return instant(office, last_day(cycle) + timedelta(days=1), time())


def is_over(session: Session, cycle: PointCycleRow, now: datetime) -> bool:
    """Tell whether points end with a cycle now; never before everybody was told."""
    return cycle.announced_at is not None and ends_at(session, cycle) <= now


def cycles_of(session: Session, community_id: int) -> Sequence[PointCycleRow]:
    """Return the cycles of a community, the earliest first."""
    return session.scalars(
        select(PointCycleRow)
        .where(PointCycleRow.community_id == community_id, PointCycleRow.left_at.is_(None))
        .order_by(PointCycleRow.ends_on, PointCycleRow.id)
    ).all()


def announced_end(session: Session, community_id: int) -> date | None:
    """Return the last day of the cycle whose end was announced and has not been booked."""
    for cycle in cycles_of(session, community_id):
        if cycle.announced_at is not None and cycle.ended_at is None:
            return last_day(cycle)
    return None


def due_to_expire(session: Session, cycle: PointCycleRow, account_id: int) -> int:
    """Return what an account loses by the end of a cycle, however late it is booked.

    Points that came after the end belong to the next cycle. What went since then (a mistake
    that was taken back) counts as the expiring points.
    """
    end = ends_at(session, cycle)
    before = PointEntryRow.posted_at < end
    gone = (
        (PointEntryRow.posted_at >= end)
        & (PointLegRow.amount < 0)
        & (PointEntryRow.source != Source.CYCLE)
    )
    row = session.execute(
        select(
            func.coalesce(func.sum(case((before, PointLegRow.amount), else_=0)), 0),
            func.coalesce(func.sum(case((gone, -PointLegRow.amount), else_=0)), 0),
        )
        .select_from(PointLegRow)
        .join(
            PointEntryRow,
            (PointEntryRow.community_id == PointLegRow.community_id)
            & (PointEntryRow.number == PointLegRow.entry),
        )
        .where(PointLegRow.account_id == account_id)
    ).one()
    return expiring(int(row[0]), carry_percent=cycle.carry_percent, gone_since=int(row[1]))


def end_for(
    session: Session,
    book: PointBookRow,
    cycle: PointCycleRow,
    account: PointAccountRow,
    *,
    now: datetime,
) -> None:
    """Book the end of a cycle for one resident in an open book, once, and tell them."""
    points = due_to_expire(session, cycle, account.id)
    if points == 0 or account.resident_id is None:
        return
    entry = _expire(
        session,
        book,
        cycle,
        resident_id=account.resident_id,
        points=points,
        key=f"cycle:{cycle.id}:resident:{account.resident_id}",
        now=now,
    )
    tell_resident(
        session,
        community_by_id(session, cycle.community_id),
        session.get_one(ResidentRow, account.resident_id),
        "expired",
        key=f"points:{cycle.community_id}:{entry.number}",
        now=now,
        points=str(points),
        balance=str(balance(session, book.community_id, resident_account(account.resident_id))),
    )


def expire_overdue(
    session: Session, book: PointBookRow, *, resident_id: int, now: datetime
) -> None:
    """Book the ends that are due for one resident, before they spend what is not theirs now.

    The scheduler books them all; it may be late, or be at it.
    """
    account = session.scalar(
        select(PointAccountRow).where(
            PointAccountRow.community_id == book.community_id,
            PointAccountRow.name == resident_account(resident_id).name,
        )
    )
    for cycle in cycles_of(session, book.community_id):
        if account is not None and cycle.ended_at is None and is_over(session, cycle, now):
            end_for(session, book, cycle, account, now=now)


def expire_released(
    session: Session, book: PointBookRow, redemption: RedemptionRow, now: datetime
) -> None:
    """Let points that come back from a reservation share the end of the cycle they were held in.

    Otherwise whoever reserves on a cycle's last day and cancels on the next keeps everything.
    """
    for cycle in cycles_of(session, redemption.community_id):
        was_held = redemption.reserved_at < ends_at(session, cycle)
        if not was_held or not is_over(session, cycle, now):
            continue
        held = balance(session, book.community_id, resident_account(redemption.resident_id))
        points = min(held, redemption.price - carried(redemption.price, cycle.carry_percent))
        if points > 0:
            _expire(
                session,
                book,
                cycle,
                resident_id=redemption.resident_id,
                points=points,
                key=f"cycle:{cycle.id}:redemption:{redemption.number}:{redemption.settlements}",
                now=now,
            )
        return


def _expire(
    session: Session,
    book: PointBookRow,
    cycle: PointCycleRow,
    *,
    resident_id: int,
    points: int,
    key: str,
    now: datetime,
) -> PointEntryRow:
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
