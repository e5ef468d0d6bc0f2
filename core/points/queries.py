"""Reads of points: balances, entries, the shop, what is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.points.ledger import balance
from core.points.rules import AccountKind, RedemptionState, reserved_account, resident_account
from core.points.tables import (
    ActivityRow,
    PointAccountRow,
    PointEntryRow,
    PointLegRow,
    PointRequestRow,
    RedemptionRow,
    RewardRow,
)
from core.residents.tables import ResidentRow
from core.sla.hours import local_day

MOST_ENTRIES_TOLD = 3


@dataclass(frozen=True)
class Balance:
    """What a resident may spend, and what is held for their reservations."""

    free: int
    held: int


@dataclass(frozen=True)
class EntryLine:
    """One entry as it moved what a resident may spend."""

    number: int
    on: date  # local day of the deed
    reason: str
    change: int
    source: str
    recorder: str
    reverses: int | None


def balance_of(session: Session, resident: ResidentRow) -> Balance:
    """Return the points of a resident 积分."""
    community_id = resident.community_id
    return Balance(
        free=balance(session, community_id, resident_account(resident.id)),
        held=balance(session, community_id, reserved_account(resident.id)),
    )


def entries_of(
    session: Session, community: CommunityRow, resident: ResidentRow, *, limit: int | None = None
) -> list[EntryLine]:
    """Return what moved a resident's points, newest first."""
    rows = session.execute(
        select(PointEntryRow, PointLegRow.amount)
        .join(
            PointLegRow,
            (PointLegRow.community_id == PointEntryRow.community_id)
            & (PointLegRow.entry == PointEntryRow.number),
        )
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .where(
            PointEntryRow.community_id == community.id,
            PointAccountRow.name == resident_account(resident.id).name,
        )
        .order_by(PointEntryRow.number.desc())
        .limit(limit)
    )
    office = office_of(community)
    return [
        EntryLine(
            number=entry.number,
            on=entry.happened_on or local_day(office, entry.posted_at),
            reason=entry.reason,
            change=amount,
            source=entry.source,
            recorder=entry.recorder,
            reverses=entry.reverses,
        )
        for entry, amount in rows
    ]


def points_of_entry(session: Session, entry: PointEntryRow) -> tuple[int | None, int]:
    """Return whose spendable points an entry moved, and by how many."""
    row = session.execute(
        select(PointAccountRow.resident_id, PointLegRow.amount)
        .join(PointLegRow, PointLegRow.account_id == PointAccountRow.id)
        .where(
            PointLegRow.community_id == entry.community_id,
            PointLegRow.entry == entry.number,
            PointAccountRow.kind == AccountKind.RESIDENT,
        )
    ).first()
    return (row[0], row[1]) if row is not None else (None, 0)


def rewards_of(
    session: Session, community_id: int, *, in_stock: bool = False
) -> Sequence[RewardRow]:
    """Return the shop 积分超市, cheapest first: the order in which it is read out."""
    query = select(RewardRow).where(
        RewardRow.community_id == community_id, RewardRow.left_at.is_(None)
    )
    if in_stock:
        query = query.where(RewardRow.stock > 0)
    return session.scalars(query.order_by(RewardRow.price, RewardRow.id)).all()


def activities_on(session: Session, community_id: int, now: datetime) -> Sequence[ActivityRow]:
    """Return what is on 活动: events that have not begun, soonest first, then standing ones."""
    return session.scalars(
        select(ActivityRow)
        .where(
            ActivityRow.community_id == community_id,
            ActivityRow.left_at.is_(None),
            or_(ActivityRow.starts_at.is_(None), ActivityRow.starts_at > now),
        )
        .order_by(ActivityRow.starts_at.is_(None), ActivityRow.starts_at, ActivityRow.id)
    ).all()


def has_points(session: Session, community_id: int, now: datetime) -> bool:
    """Tell whether a community has anything to earn or to spend: else no menu names points."""
    return bool(rewards_of(session, community_id)) or bool(
        activities_on(session, community_id, now)
    )


def activity_by_id(session: Session, community_id: int, number: int) -> ActivityRow | None:
    """Return an activity by the number that residents sign up with."""
    row = session.get(ActivityRow, number)
    return row if row is not None and row.community_id == community_id else None


def reward_by_id(session: Session, community_id: int, reward_id: int) -> RewardRow | None:
    """Return a reward that a question is about."""
    row = session.get(RewardRow, reward_id)
    return row if row is not None and row.community_id == community_id else None


def reservations_of(session: Session, resident_id: int) -> Sequence[RedemptionRow]:
    """Return what waits for a resident to fetch it, oldest first."""
    return session.scalars(
        select(RedemptionRow)
        .where(
            RedemptionRow.resident_id == resident_id,
            RedemptionRow.state == RedemptionState.RESERVED,
        )
        .order_by(RedemptionRow.id)
    ).all()


def first_lapse(session: Session) -> Sequence[datetime]:
    """Return when the next reservation is over that nobody fetched; empty if none waits."""
    return session.scalars(
        select(RedemptionRow.expires_at)
        .where(RedemptionRow.state == RedemptionState.RESERVED)
        .order_by(RedemptionRow.expires_at)
        .limit(1)
    ).all()


def redemption_by_id(session: Session, redemption_id: int) -> RedemptionRow | None:
    """Return a redemption that a question is about."""
    return session.get(RedemptionRow, redemption_id)


def reward_of(session: Session, redemption: RedemptionRow) -> RewardRow:
    """Return what a redemption is for."""
    return session.get_one(RewardRow, redemption.reward_id)


def request_by_id(session: Session, request_id: int) -> PointRequestRow | None:
    """Return a request that a second person is asked about."""
    return session.get(PointRequestRow, request_id)


def book_lines(
    session: Session, community_id: int, *, after: int = 0, limit: int = 1000
) -> list[tuple[PointEntryRow, dict[str, int]]]:
    """Return entries of the whole book in order, each with its legs by account name."""
    entries = session.scalars(
        select(PointEntryRow)
        .where(PointEntryRow.community_id == community_id, PointEntryRow.number > after)
        .order_by(PointEntryRow.number)
        .limit(limit)
    ).all()
    if not entries:
        return []
    legs: dict[int, dict[str, int]] = {entry.number: {} for entry in entries}
    rows = session.execute(
        select(PointLegRow.entry, PointAccountRow.name, PointLegRow.amount)
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .where(
            PointLegRow.community_id == community_id,
            PointLegRow.entry.between(entries[0].number, entries[-1].number),
        )
    )
    for number, name, amount in rows:
        legs[number][name] = amount
    return [(entry, legs[entry.number]) for entry in entries]
