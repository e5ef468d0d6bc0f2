"""The yearly statement of a resident's points 对账单."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.points.rules import EXPIRED, SPENT, AccountKind, reserved_account, resident_account
from core.points.tables import PointAccountRow, PointEntryRow, PointLegRow
from core.residents.tables import ResidentRow
from core.sla.hours import local_day

_ISSUING = f"{AccountKind.ISSUING}:"


@dataclass(frozen=True)
class StatementLine:
    """One entry of the year, and what the resident had after it."""

    number: int
    on: date  # local day of the deed
    reason: str
    change: int  # of what may be spent
    free: int
    held: int  # for reservations
    recorder: str
    source: str
    reverses: int | None


@dataclass(frozen=True)
class Statement:
    """A resident's year: opening + earned - spent - expired = closing."""

    resident: str
    year: int
    opening: int  # free and held together
    lines: tuple[StatementLine, ...]
    earned: dict[str, int]  # by class; mistakes that were taken back are off
    spent: int
    expired: int
    closing: int


def statement_of(
    session: Session, *, community: CommunityRow, resident: ResidentRow, year: int
) -> Statement:
    """Return a resident's statement of a year, by the local day on which things were booked."""
    office = office_of(community)
    free_name = resident_account(resident.id).name
    held_name = reserved_account(resident.id).name
    free = held = opening = 0
    lines: list[StatementLine] = []
    other_sides: Counter[str] = Counter()
    for entry, legs in _entries_touching(session, community.id, (free_name, held_name)):
        booked_on = local_day(office, entry.posted_at)
        if booked_on.year > year:
            continue
        free, held = free + legs.get(free_name, 0), held + legs.get(held_name, 0)
        if booked_on.year < year:
            opening = free + held
            continue
        other_sides.update(legs)
        lines.append(
            StatementLine(
                number=entry.number,
                on=entry.happened_on or booked_on,
                reason=entry.reason,
                change=legs.get(free_name, 0),
                free=free,
                held=held,
                recorder=entry.recorder,
                source=entry.source,
                reverses=entry.reverses,
            )
        )
    return Statement(
        resident=resident.name,
        year=year,
        opening=opening,
        lines=tuple(lines),
        earned={
            name.removeprefix(_ISSUING): -amount
            for name, amount in sorted(other_sides.items())
            if name.startswith(_ISSUING)
        },
        spent=other_sides[SPENT.name],
        expired=other_sides[EXPIRED.name],
        closing=free + held,
    )


def _entries_touching(
    session: Session, community_id: int, names: tuple[str, ...]
) -> list[tuple[PointEntryRow, dict[str, int]]]:
    """Return the entries with a leg on one of these accounts, in order, with all their legs."""
    touching = (
        select(PointLegRow.entry)
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .where(PointAccountRow.community_id == community_id, PointAccountRow.name.in_(names))
    )
    rows = session.execute(
        select(PointEntryRow, PointAccountRow.name, PointLegRow.amount)
        .join(
            PointLegRow,
            (PointLegRow.community_id == PointEntryRow.community_id)
            & (PointLegRow.entry == PointEntryRow.number),
        )
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .where(PointEntryRow.community_id == community_id, PointEntryRow.number.in_(touching))
        .order_by(PointEntryRow.number)
    )
    found: dict[int, tuple[PointEntryRow, dict[str, int]]] = {}
    for entry, name, amount in rows:
        found.setdefault(entry.number, (entry, {}))[1][name] = amount
    return list(found.values())
