"""The end of a points cycle 积分周期: announced a fortnight ahead, booked exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.points.expiry import end_for, is_over, last_day
from core.points.ledger import balance, open_book
from core.points.rules import AccountKind, expiring, resident_account
from core.points.tables import PointAccountRow, PointCycleRow
from core.points.telling import day_of, tell_resident
from core.residents.operations import is_opted_out
from core.residents.queries import text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import instant, local_day, next_texting_time

ANNOUNCED_AHEAD = timedelta(days=14)


def announce_due(session: Session, *, now: datetime, limit: int) -> int:
    """Tell residents what expires in a fortnight, ``limit`` accounts at a time.

    How far it came stands in the cycle's row, in the same transaction as the texts: a crash
    repeats nothing and skips nobody.
    """
    done = 0
    for cycle in unfinished(session, PointCycleRow.announced_at):
        if done < limit and announces_at(session, cycle) <= now:
            done += _announce(session, cycle, now=now, limit=limit - done)
    return done


def end_due(session: Session, *, now: datetime, limit: int) -> int:
    """Book the end of cycles that are over, ``limit`` accounts at a time.

    An entry's key names cycle and resident, and how far it came is committed with the entries:
    a crash in the middle books nothing twice and leaves nobody out.
    """
    done = 0
    for cycle in unfinished(session, PointCycleRow.ended_at):
        if done < limit and is_over(session, cycle, now):
            done += _end(session, cycle, now=now, limit=limit - done)
    return done


def announces_at(session: Session, cycle: PointCycleRow) -> datetime:
    """Return when the end of a cycle is announced: in the texting hours, 14 days ahead."""
    office = office_of(community_by_id(session, cycle.community_id))
    return next_texting_time(office, instant(office, cycle.ends_on - ANNOUNCED_AHEAD, time()))


def unfinished(
    session: Session, column: InstrumentedAttribute[datetime | None]
) -> Sequence[PointCycleRow]:
    """Return the cycles whose announcement (or end) has not been done to its end."""
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
        # whoever is told late has a fortnight all the same
        cycle.announced_at, cycle.good_until = now, _last_day_if_told(session, cycle, now)
    session.flush()
    return max(len(accounts), 1)


def _end(session: Session, cycle: PointCycleRow, *, now: datetime, limit: int) -> int:
    book = open_book(session, cycle.community_id)
    session.refresh(cycle)
    if cycle.ended_at is not None:
        return 0
    accounts = _accounts(session, cycle.community_id, after=cycle.ended_to, limit=limit)
    for account in accounts:
        end_for(session, book, cycle, account, now=now)
        cycle.ended_to = account.id
    if len(accounts) < limit:
        # an account that is opened later has nothing from before the end
        cycle.ended_at = now
    session.flush()
    return max(len(accounts), 1)


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
        key=f"points:cycle:{cycle.id}:{cycle.carry_percent}:{resident.id}",
        now=now,
        purpose="points_notice",
        points=str(held),
        expiring=str(points),
        day=day_of(community, _last_day_if_told(session, cycle, now), now, resident.language),
    )


def _last_day_if_told(session: Session, cycle: PointCycleRow, now: datetime) -> date:
    office = office_of(community_by_id(session, cycle.community_id))
    return max(last_day(cycle), local_day(office, now) + ANNOUNCED_AHEAD)


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
