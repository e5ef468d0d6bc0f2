"""Flats, standing orders, welfare calls, zones and volunteers, as the community file has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.consultations.tables import HomeRow
from core.loading.values import WEEKDAYS
from core.residents.tables import ResidentRow
from core.standing.tables import StandingOrderRow, WelfareRow
from core.volunteers.tables import VolunteerRow, ZoneRow

Raw = dict[str, Any]


def raw_neighbours(session: Session, community_id: int, *, estates: Mapping[int, str]) -> Raw:
    """Return these sections; whatever belongs to a resident who left stays out."""
    keys = {
        row.id: row.key
        for row in session.execute(
            select(ResidentRow.id, ResidentRow.key).where(
                ResidentRow.community_id == community_id, ResidentRow.left_at.is_(None)
            )
        )
    }
    found: Raw = {
        "home": [
            {"key": row.key, "estate": estates[row.estate_id], "place": row.place}
            | {"area": row.area / 100}
            for row in _rows(session, HomeRow, community_id)
            if row.estate_id in estates
        ],
        "standing": [
            _order(row, keys)
            for row in _rows(session, StandingOrderRow, community_id)
            if row.resident_id in keys
        ],
        "welfare": [
            _call(row, keys)
            for row in _rows(session, WelfareRow, community_id)
            if row.resident_id in keys
        ],
        "zone": [
            {"key": row.key, "member": keys[row.resident_id], "name": row.name}
            | {"estate": estates[row.estate_id], "place": row.place}
            for row in _rows(session, ZoneRow, community_id)
            if row.resident_id in keys and row.estate_id in estates
        ],
        "volunteer": [
            _volunteer(row, keys)
            for row in _rows(session, VolunteerRow, community_id)
            if row.resident_id in keys
        ],
    }
    return {section: [_filled(entry) for entry in entries] for section, entries in found.items()}


def _rows(session: Session, table: Any, community_id: int) -> Any:
    ours = (table.community_id == community_id, table.left_at.is_(None))
    return session.scalars(select(table).where(*ours).order_by(table.id))


def _order(row: StandingOrderRow, keys: Mapping[int, str]) -> Raw:
    return {
        "key": row.key,
        "resident": keys[row.resident_id],
        "name": row.name,
        "kind": row.kind,
        "day": row.month_day,
        "weekday": None if row.weekday is None else WEEKDAYS[row.weekday - 1],
        "lead_workdays": row.lead_workdays,
        "vital": row.vital,
    }


def _call(row: WelfareRow, keys: Mapping[int, str]) -> Raw:
    return {
        "key": row.key,
        "resident": keys[row.resident_id],
        "at": row.at,
        "days": _days(row.weekdays),
        "contact_name": row.contact_name,
        "contact_phone": row.contact_phone,
    }


def _volunteer(row: VolunteerRow, keys: Mapping[int, str]) -> Raw:
    return {
        "key": row.key,
        "resident": keys[row.resident_id],
        "skills": list(row.skills),
        "zones": list(row.zones),
        "days": _days(row.weekdays),
        "begins": row.begins,
        "ends": row.ends,
    }


def _days(weekdays: str) -> list[str]:
    return [WEEKDAYS[int(day) - 1] for day in weekdays]


def _filled(entry: Raw) -> Raw:
    return {name: value for name, value in entry.items() if value not in (None, "", [])}
