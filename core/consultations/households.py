"""The households 户 of a stair, a building or an estate, chosen from the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.consultations.tables import HomeRow
from core.phones import PhoneKind
from core.residents.queries import phones_of
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.where import Where, is_within


@dataclass
class Found:
    """A household of the register, with its telephones and its area (0: not known)."""

    place: str
    area: int = 0
    phones: list[ResidentPhoneRow] = field(default_factory=list)

    @property
    def room(self) -> str:
        """Return the room as it stands on the door."""
        return self.place.rpartition("-")[2]


def households_at(session: Session, where: Where) -> Sequence[Found]:
    """Return every household of a place, flat by flat; flats of the register count too."""
    found: dict[str, Found] = {}
    for home in session.scalars(
        select(HomeRow).where(HomeRow.estate_id == where.estate.id, HomeRow.left_at.is_(None))
    ):
        if _is_within(home.place, where.place):
            found[home.place] = Found(home.place, home.area)
    for resident in session.scalars(
        select(ResidentRow)
        .where(ResidentRow.estate_id == where.estate.id, ResidentRow.left_at.is_(None))
        .order_by(ResidentRow.id)
    ):
        if _is_within(resident.place, where.place):
            household = found.setdefault(resident.place, Found(resident.place))
            known = {phone.phone for phone in household.phones}
            household.phones += [
                row for row in phones_of(session, resident.id) if row.phone not in known
            ]
    return [_mobiles_first(found[place]) for place in sorted(found, key=_door)]


def _mobiles_first(household: Found) -> Found:
    household.phones.sort(key=lambda row: row.kind != PhoneKind.MOBILE)
    return household


def _is_within(place: str, where: str) -> bool:
    """Tell whether a whole address lies in a building or stair."""
    is_whole = place.count("-") == 2 and not place.endswith("-")
    return is_whole and is_within(place, where)


def _door(place: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part) if part.isdecimal() else 0, part) for part in place.split("-"))
