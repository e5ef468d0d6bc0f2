"""Reads of residents and of what their telephones want."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.phones import PhoneKind, read_number
from core.residents.tables import PhoneLineRow, ResidentPhoneRow, ResidentRow


def residents_of_phone(
    session: Session, community_id: int, phone: str | None
) -> Sequence[ResidentRow]:
    """Return whoever is registered with ``phone``: nobody, one, or a couple that shares it."""
    if phone is None:
        return []
    return session.scalars(
        select(ResidentRow)
        .join(ResidentPhoneRow, ResidentPhoneRow.resident_id == ResidentRow.id)
        .where(
            ResidentPhoneRow.community_id == community_id,
            ResidentPhoneRow.phone == phone,
            ResidentRow.left_at.is_(None),
        )
        .order_by(ResidentRow.id)
    ).all()


def resident_by_id(session: Session, resident_id: int | None) -> ResidentRow | None:
    """Return a resident, or None where a case has none."""
    return session.get(ResidentRow, resident_id) if resident_id is not None else None


def phones_of(session: Session, resident_id: int) -> Sequence[ResidentPhoneRow]:
    """Return the telephones of a resident, mobiles first."""
    rows = session.scalars(
        select(ResidentPhoneRow)
        .where(ResidentPhoneRow.resident_id == resident_id)
        .order_by(ResidentPhoneRow.id)
    ).all()
    return sorted(rows, key=lambda row: row.kind != PhoneKind.MOBILE)


def ring_phone(session: Session, resident_id: int) -> str | None:
    """Return the number to ring: a mobile first, for it is where the person is."""
    phones = phones_of(session, resident_id)
    return phones[0].phone if phones else None


def text_phone(session: Session, resident_id: int) -> str | None:
    """Return the number to text, or None: a landline is never texted."""
    mobiles = [row for row in phones_of(session, resident_id) if row.kind == PhoneKind.MOBILE]
    return mobiles[0].phone if mobiles else None


def is_landline(session: Session, community_id: int, phone: str) -> bool:
    """Tell whether the register calls this number a landline."""
    kinds = session.scalars(
        select(ResidentPhoneRow.kind).where(
            ResidentPhoneRow.community_id == community_id, ResidentPhoneRow.phone == phone
        )
    ).all()
    return PhoneKind.LANDLINE in kinds


def find_residents(session: Session, community_id: int, words: str) -> Sequence[ResidentRow]:
    """Find residents by a phone number, a name, or how they are called (金奶奶)."""
    wanted = words.strip()
    phone = read_number(wanted) if any(sign.isdigit() for sign in wanted) else None
    if phone is not None:
        return residents_of_phone(session, community_id, phone)
    return session.scalars(
        select(ResidentRow)
        .where(
            ResidentRow.community_id == community_id,
            ResidentRow.left_at.is_(None),
            or_(
                *(
                    func.lower(name) == wanted.lower()
                    for name in (ResidentRow.name, ResidentRow.called)
                )
            ),
        )
        .order_by(ResidentRow.id)
    ).all()


def find_by_place(
    session: Session, community_id: int, place: str, estate_id: int | None = None
) -> Sequence[ResidentRow]:
    """Find residents by a place, or by the end of one: ``302`` finds ``3-2-302``."""
    query = select(ResidentRow).where(
        ResidentRow.community_id == community_id,
        ResidentRow.left_at.is_(None),
        or_(ResidentRow.place == place, ResidentRow.place.endswith(f"-{place}", autoescape=True)),
    )
    if estate_id is not None:
        query = query.where(ResidentRow.estate_id == estate_id)
    return session.scalars(query.order_by(ResidentRow.id)).all()


def line_of(session: Session, community_id: int, phone: str) -> PhoneLineRow | None:
    """Return what a telephone has asked for, if it has asked for anything."""
    return session.get(PhoneLineRow, (community_id, phone))
