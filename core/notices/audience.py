"""Who belongs to an audience, and by which telephones they are reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.notices.rules import Audience, Channel
from core.phones import PhoneKind
from core.residents.tables import PhoneLineRow, ResidentPhoneRow, ResidentRow
from core.staff.where import is_within


@dataclass(frozen=True)
class Reachable:
    """A telephone of an audience, and how it is reached: text or call."""

    phone: str
    channel: Channel
    resident_id: int
    refused: bool  # wants no notices
    stranger: bool  # a stranger answers there


def people_in(
    session: Session, community_id: int, audience: Audience, now: datetime
) -> Sequence[ResidentRow]:
    """Return the residents of an audience."""
    rows = session.scalars(
        select(ResidentRow)
        .where(ResidentRow.community_id == community_id, ResidentRow.left_at.is_(None))
        .order_by(ResidentRow.id)
    ).all()
    return [row for row in rows if _belongs(row, audience, now)]


def telephones_of(
    session: Session, community_id: int, people: Sequence[ResidentRow], channel: Channel
) -> tuple[list[Reachable], int]:
    """Return each telephone once a channel, and how many people have none.

    A landline is never texted: whoever has only that hears it.
    """
    lines = {
        row.phone: row
        for row in session.scalars(
            select(PhoneLineRow).where(PhoneLineRow.community_id == community_id)
        )
    }
    phones: dict[int, list[ResidentPhoneRow]] = {}
    for row in session.scalars(
        select(ResidentPhoneRow)
        .where(ResidentPhoneRow.community_id == community_id)
        .order_by(ResidentPhoneRow.id)
    ):
        phones.setdefault(row.resident_id, []).append(row)
    found: dict[tuple[str, Channel], Reachable] = {}
    without = 0
    for person in people:
        theirs = phones.get(person.id, [])
        without += not theirs
        for phone, how in _ways(theirs, channel):
            line = lines.get(phone)
            found.setdefault(
                (phone, how),
                Reachable(
                    phone=phone,
                    channel=how,
                    resident_id=person.id,
                    refused=line is not None and line.opted_out_at is not None,
                    stranger=line is not None and line.wrong_number_at is not None,
                ),
            )
    return list(found.values()), without


def _ways(phones: Sequence[ResidentPhoneRow], channel: Channel) -> Iterator[tuple[str, Channel]]:
    mobiles = [row.phone for row in phones if row.kind == PhoneKind.MOBILE]
    if not phones:
        return
    if channel is not Channel.CALL and mobiles:
        yield mobiles[0], Channel.TEXT
    if channel is not Channel.TEXT or not mobiles:
        yield (mobiles or [phones[0].phone])[0], Channel.CALL


def _belongs(row: ResidentRow, audience: Audience, now: datetime) -> bool:
    if audience.estate_id is not None and row.estate_id != audience.estate_id:
        return False
    if not is_within(row.place, audience.place):
        return False
    if audience.group and audience.group not in row.groups:
        return False
    if audience.need and audience.need not in row.needs:
        return False
    if audience.min_age:
        return row.birth_year is not None and now.year - row.birth_year >= audience.min_age
    return True
