"""The end of a points cycle 积分周期: announced a fortnight ahead, booked exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.points.chain import last_anchor
from core.points.expiry import due_to_expire, ends_at, expire
from core.points.ledger import balance, open_book
from core.points.rules import AccountKind, RedemptionState, expiring, resident_account
from core.points.tables import PointAccountRow, PointBookRow, PointCycleRow, RedemptionRow
from core.points.telling import day_of, tell_resident
from core.residents.operations import is_opted_out
from core.residents.queries import text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import instant, next_texting_time

ANNOUNCED_AHEAD = timedelta(days=14)


def announce_due(session: Session, *, now: datetime, limit: int) -> int:
    """Tell residents what expires in a fortnight, ``limit`` accounts at a time.

    How far it came stands in the cycle's row, in the same transaction as the texts: a crash
    repeats nothing and skips nobody.
    """
    done = 0
    for cycle in _unfinished(session, PointCycleRow.announced_at):
        if done < limit and announces_at(session, cycle) <= now:
            done += _announce(session, cycle, now=now, limit=limit - done)
    return done


def end_due(session: Session, *, now: datetime, limit: int) -> int:
    """Book the end of cycles that are over, ``limit`` accounts at a time."""
    done = 0
    for cycle in _unfinished(session, PointCycleRow.ended_at):
        if done < limit and ends_at(session, cycle) <= now:
            done += _end(session, cycle, now=now, limit=limit - done)
    return done


def announces_at(session: Session, cycle: PointCycleRow) -> datetime:
    """Return when the end of a cycle is announced: in the texting hours, 14 days ahead."""
    office = office_of(community_by_id(session, cycle.community_id))
    return next_texting_time(office, ends_at(session, cycle) - ANNOUNCED_AHEAD)


def next_due(session: Session) -> datetime | None:
    """Return the next instant at which the scheduler has something to do about points."""
    instants = [
        *(
            announces_at(session, cycle)
            for cycle in _unfinished(session, PointCycleRow.announced_at)
        ),
        *(ends_at(session, cycle) for cycle in _unfinished(session, PointCycleRow.ended_at)),
        *_anchor_times(session),
    ]
    lapses = session.scalar(
        select(RedemptionRow.expires_at)
        .where(RedemptionRow.state == RedemptionState.RESERVED)
        .order_by(RedemptionRow.expires_at)
        .limit(1)
    )
    return min((*instants, *([lapses] if lapses else [])), default=None)


def _unfinished(
    session: Session, column: InstrumentedAttribute[datetime | None]
) -> Sequence[PointCycleRow]:
    return session.scalars(
        select(PointCycleRow)
        .where(PointCycleRow.left_at.is_(None), column.is_(None))
        .order_by(PointCycleRow.ends_on, PointCycleRow.id)
    ).all()


def _announce(session: Session, cycle: PointCycleRow, *, now: datetime, limit: int) -> int:
    open_book(session, cycle.community_id)
    session.refresh(cycle)
    if cycle.announced_at is not None:
        return 0  # another scheduler did it while this one waited for the book
    community = community_by_id(session, cycle.community_id)
    accounts = _accounts(session, cycle.community_id, after=cycle.announced_to, limit=limit)
    for account in accounts:
        _tell_of_end(session, community, cycle, account, now)
        cycle.announced_to = account.id
    if len(accounts) < limit:
        cycle.announced_at = now
    session.flush()
    return max(len(accounts), 1)


def _end(session: Session, cycle: PointCycleRow, *, now: datetime, limit: int) -> int:
    book = open_book(session, cycle.community_id)
    session.refresh(cycle)
    if cycle.ended_at is not None:
        return 0
    accounts = _accounts(session, cycle.community_id, after=cycle.ended_to, limit=limit)
    for account in accounts:
        _end_account(session, book, cycle, account, now)
        cycle.ended_to = account.id
    if len(accounts) < limit:
        # an account that is opened later has nothing from before the end
        cycle.ended_at, cycle.announced_at = now, cycle.announced_at or now
    session.flush()
    return max(len(accounts), 1)


def _end_account(
    session: Session,
    book: PointBookRow,
    cycle: PointCycleRow,
    account: PointAccountRow,
    now: datetime,
) -> None:
    points = due_to_expire(session, cycle, account.id)
    if points == 0 or account.resident_id is None:
        return
    entry = expire(
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


def _tell_of_end(
    session: Session,
    community: CommunityRow,
    cycle: PointCycleRow,
    account: PointAccountRow,
    now: datetime,
) -> None:
    resident = session.get_one(ResidentRow, account.resident_id)
    held = balance(session, community.id, resident_account(resident.id))
    points = expiring(held, carry_percent=cycle.carry_percent)
    phone = text_phone(session, resident.id)
    wants_none = phone is not None and is_opted_out(session, community.id, phone)
    if points == 0 or wants_none or resident.left_at is not None:
        return
    tell_resident(
        session,
        community,
        resident,
        "cycle_ends",
        key=f"points:cycle:{cycle.id}:{resident.id}",
        now=now,
        purpose="points_notice",
        points=str(held),
        expiring=str(points),
        day=day_of(community, cycle.ends_on, now, resident.language),
    )


def _accounts(
    session: Session, community_id: int, *, after: int, limit: int
) -> Sequence[PointAccountRow]:
    return session.scalars(
        select(PointAccountRow)
        .where(
            PointAccountRow.community_id == community_id,
            PointAccountRow.kind == AccountKind.RESIDENT,
            PointAccountRow.id > after,
        )
        .order_by(PointAccountRow.id)
        .limit(limit)
    ).all()


def _anchor_times(session: Session) -> list[datetime]:
    """Return the local midnights at which the books are to be anchored next."""
    times = []
    for book in session.scalars(select(PointBookRow)):
        office = office_of(community_by_id(session, book.community_id))
        last = last_anchor(session, book.community_id)
        if last is not None:
            tomorrow = last.day + timedelta(days=1)
            times.append(instant(office, tomorrow, time()))
    return times
