"""Flats, standing orders and welfare calls, from the file into their tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.communities.tables import EstateRow
from core.consultations.tables import HomeRow
from core.loading.merging import Load, Merge
from core.loading.neighbours import StandingSection, WelfareSection
from core.loading.sections import CommunityFile
from core.loading.wanted import Wanted
from core.residents.tables import ResidentRow
from core.standing.operations import plan_order, plan_welfare
from core.standing.rules import is_vital
from core.standing.tables import StandingOrderRow, WelfareRow
from core.volunteers.tables import VolunteerRow, ZoneRow

_FIRST_DAY = timedelta(hours=12)
_ORDERS = "定期帮办 standing"


def load_neighbours(
    session: Session,
    load: Load,
    *,
    estates: Mapping[str, EstateRow],
    residents: Mapping[str, ResidentRow],
) -> None:
    """Bring flats, standing orders and welfare calls to what the file says."""
    load.keys["resident_id"] = {row.id: key for key, row in residents.items()}
    Merge(load, "房屋 home", HomeRow).rows(session, wanted=_homes(load.file, estates))
    orders = Merge(load, _ORDERS, StandingOrderRow).rows(
        session, wanted=_orders(load.file, residents)
    )
    for key, order in orders.items():
        plan_order(session, order, load.now)
        if load.community.demo and (_ORDERS, key) in load.added:
            _begin_later(session, order, load.now)
    calls = Merge(load, "平安电话 welfare", WelfareRow).rows(
        session, wanted=_calls(load.file, residents)
    )
    for call in calls.values():
        plan_welfare(session, call, load.now)
    Merge(load, "责任区 zone", ZoneRow).rows(session, wanted=_zones(load.file, estates, residents))
    Merge(load, "志愿者 volunteer", VolunteerRow).rows(
        session, wanted=_volunteers(load.file, residents)
    )
    session.flush()


def _begin_later(session: Session, order: StandingOrderRow, now: datetime) -> None:
    """Leave out what a demo would open on its first day: its visitors' case is the first."""
    while order.opens_at is not None and order.opens_at <= now + _FIRST_DAY:
        order.skipped_on = order.falls_on
        plan_order(session, order, now)


def _homes(file: CommunityFile, estates: Mapping[str, EstateRow]) -> Wanted:
    return {
        home.stable_key: {
            "estate_id": estates[home.estate].id,
            "place": home.place,
            "area": round(home.area * 100),
        }
        for home in file.home
    }


def _orders(file: CommunityFile, residents: Mapping[str, ResidentRow]) -> Wanted:
    return {order.key: order_fields(order, residents[order.resident]) for order in file.standing}


def order_fields(order: StandingSection, resident: ResidentRow) -> dict[str, Any]:
    """Return the columns of a standing order."""
    return {
        "name": order.name,
        "kind": order.kind.value,
        "resident_id": resident.id,
        "month_day": order.day,
        "weekday": order.weekday,
        "lead_workdays": order.lead_workdays,
        "vital": is_vital(order.kind, resident.needs) if order.vital is None else order.vital,
    }


def _calls(file: CommunityFile, residents: Mapping[str, ResidentRow]) -> Wanted:
    return {
        call.key: {"resident_id": residents[call.resident].id, **call_fields(call)}
        for call in file.welfare
    }


def call_fields(call: WelfareSection) -> dict[str, Any]:
    """Return the columns of a welfare call, but for whose it is."""
    return {
        "weekdays": "".join(map(str, sorted(set(call.days)))),
        "at": call.at,
        "contact_name": call.contact_name,
        "contact_phone": call.contact_phone,
    }


def _zones(
    file: CommunityFile, estates: Mapping[str, EstateRow], residents: Mapping[str, ResidentRow]
) -> Wanted:
    return {
        zone.key: {
            "name": zone.name,
            "resident_id": residents[zone.member].id,
            "estate_id": estates[zone.estate].id,
            "place": zone.place,
        }
        for zone in file.zone
    }


def _volunteers(file: CommunityFile, residents: Mapping[str, ResidentRow]) -> Wanted:
    return {
        volunteer.key: {
            "resident_id": residents[volunteer.resident].id,
            "skills": list(volunteer.skills),
            "zones": list(volunteer.zones),
            "weekdays": "".join(map(str, sorted(set(volunteer.days)))),
            "begins": volunteer.begins or "",
            "ends": volunteer.ends or "",
        }
        for volunteer in file.volunteer
    }
