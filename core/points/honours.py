"""The monthly honour list 光荣榜: whoever agreed to be named, and nobody at the bottom.

It counts what was earned, mistakes taken back; it never lists who earned little or nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from core.communities.queries import estates_of, office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.points.ledger import rules_of
from core.points.rules import EARNINGS, AccountKind, PointClass
from core.points.tables import PointAccountRow, PointEntryRow, PointLegRow
from core.residents.tables import ResidentRow
from core.sla.hours import instant

AGREED_TO_BE_NAMED = "be_named"  # one of resident.consents
GROUPS = ("party_member", "volunteer")  # 党员, 志愿者: some of resident.groups

Earned = dict[tuple[int, str], int]  # resident, class → points of the month


@dataclass(frozen=True)
class Honoured:
    """Somebody on the list."""

    name: str
    points: int


@dataclass(frozen=True)
class HonourSection:
    """The best of one building in one class."""

    estate: str
    building: str
    point_class: str
    honoured: tuple[Honoured, ...]


@dataclass(frozen=True)
class GroupCount:
    """How many of a group earned something, and how much together; names nobody."""

    people: int
    points: int


@dataclass(frozen=True)
class HonourList:
    """The list of a month."""

    month: date  # its first day
    sections: tuple[HonourSection, ...]
    counted: dict[str, GroupCount]  # party_member, volunteer, everybody


def honour_list(session: Session, *, community: CommunityRow, month: date) -> HonourList:
    """Return the list of the month that ``month`` lies in."""
    office, first = office_of(community), month.replace(day=1)
    earned = _earned(session, community.id, _span(office, first))
    ids = {resident_id for resident_id, _ in earned}
    people = {
        row.id: row
        for row in session.scalars(select(ResidentRow).where(ResidentRow.id.in_(ids)))
        if row.left_at is None
    }
    estates = {row.id: row.name for row in estates_of(session, community.id)}
    named = rules_of(session, community.id).named_in_a_list
    sections = _sections(earned, people, estates, named)
    return HonourList(month=first, sections=sections, counted=_counted(earned, people.values()))


def _span(office: Office, first: date) -> tuple[datetime, datetime]:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return instant(office, first, time()), instant(office, following, time())


def _earned(session: Session, community_id: int, span: tuple[datetime, datetime]) -> Earned:
    """Return what each resident earned in each class, without what was taken back since."""
    taker, issuer = aliased(PointAccountRow), aliased(PointAccountRow)
    to_taker, from_issuer = aliased(PointLegRow), aliased(PointLegRow)
    undone = select(PointEntryRow.reverses).where(
        PointEntryRow.community_id == community_id, PointEntryRow.reverses.is_not(None)
    )
    rows = session.execute(
        select(taker.resident_id, issuer.name, func.sum(to_taker.amount))
        .select_from(PointEntryRow)
        .join(to_taker, _is_leg(to_taker))
        .join(taker, taker.id == to_taker.account_id)
        .join(from_issuer, _is_leg(from_issuer))
        .join(issuer, issuer.id == from_issuer.account_id)
        .where(
            PointEntryRow.community_id == community_id,
            PointEntryRow.source.in_(EARNINGS),
            PointEntryRow.posted_at >= span[0],
            PointEntryRow.posted_at < span[1],
            PointEntryRow.number.not_in(undone),
            taker.kind == AccountKind.RESIDENT,
            issuer.kind == AccountKind.ISSUING,
        )
        .group_by(taker.resident_id, issuer.name)
    )
    return {
        (resident, name.partition(":")[2]): int(points)
        for resident, name, points in rows
        if resident is not None
    }


def _is_leg(leg: type[PointLegRow]) -> ColumnElement[bool]:
    return (leg.community_id == PointEntryRow.community_id) & (leg.entry == PointEntryRow.number)


def _sections(
    earned: Earned, people: dict[int, ResidentRow], estates: dict[int, str], named: int
) -> tuple[HonourSection, ...]:
    by_section: dict[tuple[str, str, str], list[Honoured]] = defaultdict(list)
    for (resident_id, point_class), points in earned.items():
        person = people.get(resident_id)
        if person is None or AGREED_TO_BE_NAMED not in person.consents:
            continue
        estate = estates.get(person.estate_id, "") if person.estate_id else ""
        building = person.place.partition("-")[0]
        by_section[estate, building, point_class].append(Honoured(person.name, points))
    order = {name: position for position, name in enumerate(PointClass)}
    return tuple(
        HonourSection(estate, building, point_class, _best(honoured, named))
        for (estate, building, point_class), honoured in sorted(
            by_section.items(),
            key=lambda item: (item[0][0], _natural(item[0][1]), order[PointClass(item[0][2])]),
        )
    )


def _best(honoured: Iterable[Honoured], named: int) -> tuple[Honoured, ...]:
    """Return the best, and everybody who earned as much as the last of them."""
    ranked = sorted(honoured, key=lambda one: (-one.points, one.name))
    least = ranked[min(named, len(ranked)) - 1].points
    return tuple(one for one in ranked if one.points >= least)


def _natural(building: str) -> tuple[int, str]:
    return (int(building) if building.isdecimal() else 0, building)


def _counted(earned: Earned, people: Collection[ResidentRow]) -> dict[str, GroupCount]:
    totals: Counter[int] = Counter()
    for (resident_id, _), points in earned.items():
        totals[resident_id] += points
    members = {name: [one for one in people if name in one.groups] for name in GROUPS}
    return {
        name: GroupCount(len(group), sum(totals[one.id] for one in group))
        for name, group in {**members, "everybody": list(people)}.items()
    }
