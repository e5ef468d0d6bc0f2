"""The community file that would make a community what it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import estates_of, grids_of, numbers_of, office_of, routes_of
from core.communities.tables import CommunityRow
from core.loading.rebuilding_neighbours import raw_neighbours
from core.loading.values import WEEKDAYS
from core.office import Office, Span
from core.points.ledger import rules_of
from core.points.queries import rewards_of
from core.points.tables import ActivityRow, PointCycleRow
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.queries import staff_of
from core.staff.tables import StaffPhoneRow

Raw = dict[str, Any]


def raw_file(session: Session, community: CommunityRow, *, residents: bool = False) -> Raw:
    """Return the sections of the file, as TOML would be read; without residents unless asked."""
    office = office_of(community)
    estates = {row.id: row.key for row in estates_of(session, community.id)}
    found: Raw = {
        "demo": community.demo,
        "community": {
            "key": community.key,
            "name": community.name,
            "english_name": community.english_name,
            "numbers": list(numbers_of(session, community.id)),
        },
        "office": raw_office(office),
        "estate": [
            _without_empty(
                {
                    "key": row.key,
                    "name": row.name,
                    "other_names": list(row.other_names),
                    "property_company": row.property_company,
                    "plan": list(row.plan),
                }
            )
            for row in estates_of(session, community.id)
        ],
        "grid": [
            _without_empty(
                {
                    "key": row.key,
                    "name": row.name,
                    "estate": estates.get(row.estate_id),
                    "buildings": list(row.buildings),
                    "leader": row.leader_key,
                }
            )
            for row in grids_of(session, community.id)
        ],
        "staff": _staff(session, community.id),
        "route": [
            _without_empty(
                {
                    "key": row.key,
                    "category": row.category,
                    "estate": estates.get(row.estate_id or 0),
                    "to": row.to,
                }
            )
            for row in routes_of(session, community.id)
        ],
        "points": rules_of(session, community.id).model_dump(),
        **_points(session, community, office),
    }
    if residents:
        found["resident"] = raw_residents(session, community.id, estates=estates)
        found |= raw_neighbours(session, community.id, estates=estates)
    return found


def raw_office(office: Office) -> Raw:
    """Return the section ``office``."""
    return {
        "zone": office.zone,
        "area_code": office.area_code,
        "staffed_number": office.staffed_number,
        "hours": {WEEKDAYS[day - 1]: _spans(spans) for day, spans in office.hours.items()},
        "calling_windows": _spans(office.calling_windows),
        "texting_window": _span(office.texting_window),
        "same_day_alert_window": _span(office.same_day_alert_window),
        "roster": {WEEKDAYS[day - 1]: list(keys) for day, keys in office.roster.items()},
        "night_list": list(office.night_list),
        "deputy": office.deputy,
        "director": office.director,
        "local_days": [day.model_dump() for day in office.local_days],
        "ladder": office.ladder.model_dump(),
        "limits": office.limits.model_dump(),
        "keep": office.keep.model_dump(),
    }


def raw_residents(
    session: Session, community_id: int, *, estates: Mapping[int, str], ids: Sequence[int] = ()
) -> list[Raw]:
    """Return the residents of the register, all or those of ``ids``, in order of arrival."""
    ours = (ResidentRow.community_id == community_id, ResidentRow.left_at.is_(None))
    query = select(ResidentRow).where(*ours)
    if ids:
        query = query.where(ResidentRow.id.in_(ids))
    phones: dict[int, list[str]] = {}
    for link in session.scalars(
        select(ResidentPhoneRow)
        .where(ResidentPhoneRow.community_id == community_id)
        .order_by(ResidentPhoneRow.id)
    ):
        phones.setdefault(link.resident_id, []).append(link.phone)
    return [
        _without_empty(
            {
                "key": row.key,
                "name": row.name,
                "called": row.called,
                "reading": row.reading,
                "phones": phones.get(row.id, []),
                "estate": estates.get(row.estate_id or 0),
                "place": row.place,
                "birth_year": row.birth_year,
                "language": row.language,
                "needs": list(row.needs),
                "consents": list(row.consents),
                "groups": list(row.groups),
                "call_from": row.call_from,
                "call_until": row.call_until,
            }
        )
        for row in session.scalars(query.order_by(ResidentRow.id))
    ]


def _staff(session: Session, community_id: int) -> list[Raw]:
    phones: dict[int, list[str]] = {}
    for link in session.scalars(
        select(StaffPhoneRow)
        .where(StaffPhoneRow.community_id == community_id)
        .order_by(StaffPhoneRow.position, StaffPhoneRow.id)
    ):
        phones.setdefault(link.staff_id, []).append(link.phone)
    return [
        _without_empty(
            {
                "key": row.key,
                "name": row.name,
                "called": row.called,
                "reading": row.reading,
                "roles": list(row.roles),
                "phones": phones.get(row.id, []),
                "estates": list(row.estate_keys),
                "language": row.language,
            }
        )
        for row in staff_of(session, community_id)
    ]


def _points(session: Session, community: CommunityRow, office: Office) -> Raw:
    zone = ZoneInfo(office.zone)

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone).replace(tzinfo=None) if at else None

    activities = session.scalars(
        select(ActivityRow)
        .where(ActivityRow.community_id == community.id, ActivityRow.left_at.is_(None))
        .order_by(ActivityRow.id)
    )
    cycles = session.scalars(
        select(PointCycleRow)
        .where(PointCycleRow.community_id == community.id, PointCycleRow.left_at.is_(None))
        .order_by(PointCycleRow.starts_on)
    )
    return {
        "activity": [
            _without_empty(
                {
                    "key": row.key,
                    "name": row.name,
                    "english_name": row.english_name,
                    "kind": row.point_class,
                    "points": row.points,
                    "starts": local(row.starts_at),
                    "ends": local(row.ends_at),
                    "place": row.place,
                    "capacity": row.capacity,
                }
            )
            for row in activities
        ],
        "reward": [
            {
                "key": row.key,
                "name": row.name,
                "english_name": row.english_name,
                "price": row.price,
                "stock": max(row.stock, 0),
            }
            for row in rewards_of(session, community.id)
        ],
        "cycle": [
            {
                "key": row.key,
                "name": row.name,
                "starts": row.starts_on,
                "ends": row.ends_on,
                "carry_percent": row.carry_percent,
            }
            for row in cycles
        ],
    }


def _without_empty(entry: Raw) -> Raw:
    return {name: value for name, value in entry.items() if value not in (None, "", [])}


def _spans(spans: Sequence[Span]) -> list[str]:
    return [_span(span) for span in spans]


def _span(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"
