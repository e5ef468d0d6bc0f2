"""The handsets of the desk: everybody in the demo's register, a stranger, a hidden number."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.communities.tables import (
    ClockOffsetRow,
    CommunityNumberRow,
    CommunityRow,
    EstateRow,
)
from core.office import Office
from core.phones import PhoneKind, kind_of, shown
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.tables import StaffPhoneRow, StaffRow
from telephony.desk.fields import HIDDEN
from telephony.desk.tables import DeskCallRow, DeskTextRow

STRANGER = "+8613912345678"  # in no register


@dataclass(frozen=True)
class Handset:
    """A telephone on the desk. ``kind``: resident, staff, stranger, hidden."""

    phone: str
    kind: str
    name: str
    place: str = ""  # where residents live
    roles: tuple[str, ...] = ()  # of staff: core.staff.rules.Role
    key: str = ""  # of staff, by which cases name them
    dialled: str = ""  # the number as people here write it
    landline: bool = False


@dataclass(frozen=True)
class DeskCommunity:
    """A demo community with its numbers and handsets."""

    id: int
    key: str
    name: str
    english_name: str
    zone: str
    number: str  # the first of its numbers, which the handsets ring
    dialled: str
    handsets: tuple[Handset, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def desk_communities(session: Session) -> list[DeskCommunity]:
    """Return every demo community that can be reached by a number."""
    found = []
    asked = select(CommunityRow).where(CommunityRow.demo).order_by(CommunityRow.id)
    for community in session.scalars(asked):
        number = session.scalar(
            select(CommunityNumberRow.number)
            .where(CommunityNumberRow.community_id == community.id)
            .order_by(CommunityNumberRow.number)
        )
        if number is not None:
            found.append(_community(session, community, number))
    return found


def unread_counts(session: Session) -> dict[str, int]:
    """Return for each handset how many texts nobody looked at."""
    asked = (
        select(DeskTextRow.phone, func.count())
        .where(DeskTextRow.direction == "to_phone", DeskTextRow.read_at.is_(None))
        .group_by(DeskTextRow.phone)
    )
    return dict(session.execute(asked).all())


def resident_phone_rings(session: Session) -> bool:
    """Tell whether a call rings on a resident's phone (the demo's clock stops for it)."""
    asked = (
        select(DeskCallRow.id)
        .join(ResidentPhoneRow, ResidentPhoneRow.phone == DeskCallRow.phone)
        .where(DeskCallRow.state == "ringing", DeskCallRow.kind == "outbound")
    )
    return session.scalar(asked.limit(1)) is not None


def moving_to(session: Session) -> str | None:
    """Tell where the demo's clock is moving to, None if it stands."""
    instant = session.scalar(select(ClockOffsetRow.moving_to).limit(1))
    return instant.isoformat() if instant else None


def _community(session: Session, community: CommunityRow, number: str) -> DeskCommunity:
    office = Office.model_validate(community.office)
    strangers = (
        Handset(STRANGER, "stranger", "", dialled=shown(STRANGER)),
        Handset(HIDDEN, "hidden", ""),
    )
    return DeskCommunity(
        id=community.id,
        key=community.key,
        name=community.name,
        english_name=community.english_name,
        zone=office.zone,
        number=number,
        dialled=shown(number, office.area_code),
        handsets=(
            *_residents(session, community, office.area_code),
            *strangers,
            *_staff(session, community, office.area_code),
        ),
    )


def _residents(session: Session, community: CommunityRow, area_code: str) -> list[Handset]:
    """One handset a phone, though two people may share it."""
    asked = (
        select(ResidentPhoneRow.phone, ResidentRow, EstateRow.name)
        .join(ResidentRow, ResidentRow.id == ResidentPhoneRow.resident_id)
        .join(EstateRow, EstateRow.id == ResidentRow.estate_id, isouter=True)
        .where(ResidentRow.community_id == community.id, ResidentRow.left_at.is_(None))
        .order_by(ResidentRow.id, ResidentPhoneRow.id)
    )
    sharers: dict[str, list[tuple[ResidentRow, str]]] = {}
    for phone, resident, estate in session.execute(asked):
        sharers.setdefault(phone, []).append((resident, estate or ""))
    return [
        Handset(
            phone,
            "resident",
            "、".join(resident.called or resident.name for resident, _ in people),
            place=f"{people[0][1]} {people[0][0].place}".strip(),
            dialled=shown(phone, area_code),
            landline=kind_of(phone) is PhoneKind.LANDLINE,
        )
        for phone, people in sharers.items()
    ]


def _staff(session: Session, community: CommunityRow, area_code: str) -> list[Handset]:
    asked = (
        select(StaffPhoneRow.phone, StaffRow)
        .join(StaffRow, StaffRow.id == StaffPhoneRow.staff_id)
        .where(
            StaffRow.community_id == community.id,
            StaffRow.left_at.is_(None),
            StaffPhoneRow.position == 0,
        )
        .order_by(StaffRow.id)
    )
    return [
        Handset(
            phone,
            "staff",
            person.called or person.name,
            roles=tuple(person.roles),
            key=person.key,
            dialled=shown(phone, area_code),
            landline=kind_of(phone) is PhoneKind.LANDLINE,
        )
        for phone, person in session.execute(asked)
    ]
