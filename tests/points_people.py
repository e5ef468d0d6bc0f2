"""The small community of tests/points_office.py: its people, what is on, and its shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.communities.tables import CommunityNumberRow, CommunityRow, EstateRow
from core.office import Office
from core.phones import kind_of
from core.points.ledger import open_book, set_rules
from core.points.rules import PointsRules
from core.points.tables import ActivityRow, RewardRow
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.tables import StaffPhoneRow, StaffRow
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    GRANDMA_JIN,
    GRANDPA_WANG,
    GRID_WORKER_MA,
    KEEPER_ZHOU,
    MA_YONGFU,
    MONDAY_MORNING,
    MS_SMITH,
    Person,
)

OTHER_JIN = Person("jinguilan2", "金桂兰", "+8613900000201")  # of the same name
_STAFF = {
    KEEPER_ZHOU: ["points_keeper"],
    GRID_WORKER_MA: ["points_keeper"],
    DEPUTY_CHEN: ["deputy"],
    DIRECTOR_GUO: ["director"],
}
_RESIDENTS = {GRANDMA_JIN: "3-2-402", GRANDPA_WANG: "3-2-302", MA_YONGFU: "2-1-201"}
_OFFICE = {
    "area_code": "0993",
    "staffed_number": "5800000",
    "hours": {1: [{"start": "10:00", "end": "20:00"}]},
    "calling_windows": [{"start": "10:30", "end": "13:30"}],
    "texting_window": {"start": "10:00", "end": "21:00"},
    "roster": {1: [KEEPER_ZHOU.key]},
    "night_list": [KEEPER_ZHOU.key],
    "deputy": DEPUTY_CHEN.key,
    "director": DIRECTOR_GUO.key,
}


def settle(session: Session, key: str, rules: PointsRules) -> int:
    """Put the community into the register; return its id."""
    community = CommunityRow(
        key=key,
        name="东城社区",
        english_name="Dongcheng",
        demo=True,
        office=Office.model_validate(_OFFICE).model_dump(mode="json"),
        loaded_at=MONDAY_MORNING,
    )
    session.add(community)
    session.flush()
    number = f"+86993{5800000 + community.id - 1}"
    session.add(CommunityNumberRow(number=number, community_id=community.id))
    estate = EstateRow(community_id=community.id, key="beiyuan", name="北苑小区", other_names=[])
    session.add(estate)
    session.flush()
    for person, roles in _STAFF.items():
        _hire(session, community.id, person, roles)
    for person, place in _RESIDENTS.items():
        move_in(session, community.id, person, place=place, estate_id=estate.id)
    _offer(session, community.id)
    set_rules(session, community.id, rules)
    open_book(session, community.id)
    return community.id


def _hire(session: Session, community_id: int, person: Person, roles: list[str]) -> None:
    row = StaffRow(
        community_id=community_id,
        key=person.key,
        name=person.name,
        called=person.name,
        roles=roles,
        estate_keys=[],
    )
    session.add(row)
    session.flush()
    session.add(StaffPhoneRow(community_id=community_id, staff_id=row.id, phone=person.phone))


def move_in(
    session: Session,
    community_id: int,
    person: Person,
    *,
    place: str = "",
    estate_id: int | None = None,
    **columns: Any,
) -> ResidentRow:
    """Put a resident into the register."""
    row = ResidentRow(
        community_id=community_id,
        key=person.key,
        name=person.name,
        called=person.name,
        place=place,
        estate_id=estate_id,
        language="en" if person is MS_SMITH else "zh_CN",
        **{"needs": [], "consents": [], "edited": [], "groups": [], **columns},
    )
    session.add(row)
    session.flush()
    session.add(
        ResidentPhoneRow(
            community_id=community_id,
            resident_id=row.id,
            phone=person.phone,
            kind=kind_of(person.phone).value,
        )
    )
    session.flush()
    return row


def _offer(session: Session, community_id: int) -> None:
    friday = MONDAY_MORNING + timedelta(days=4)
    for key, name, points, point_class, starts_at in (
        ("snow", "扫雪", 5, "practise", None),
        ("big", "照顾病人", 30, "practise", None),
        ("reading", "读书会", 4, "learn", friday),
    ):
        session.add(
            ActivityRow(
                community_id=community_id,
                key=key,
                name=name,
                point_class=point_class,
                points=points,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2) if starts_at else None,
                place="社区二楼",
                capacity=2 if starts_at else None,
            )
        )
    for key, name, price, stock in (("oil", "花生油", 60, 2), ("tissues", "纸巾", 10, 5)):
        session.add(
            RewardRow(community_id=community_id, key=key, name=name, price=price, stock=stock)
        )
    session.flush()
