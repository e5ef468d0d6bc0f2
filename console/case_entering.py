"""Entering a case for somebody at the counter or on the telephone 代报."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.asked import choice, number, once_key, words
from console.services import Visit
from core.access.queries import residents_in_reach
from core.access.rules import Right
from core.cases.reporting import Said, report_trouble
from core.cases.rules import Category, Channel, Urgency
from core.communities.queries import community_by_id, estates_of, office_of
from core.errors import Refusal
from core.phones import read_local
from core.residents.queries import residents_of_phone, ring_phone
from core.residents.tables import ResidentRow
from core.understanding.places import find_place

_ONLY_A_PLACE = re.compile(r"[\d零〇一二三四五六七八九十百两第号栋幢座楼单元门层室\s-]+")
_SHORT_PLACE = re.compile(r"\d{1,3}(-\d{0,2}(-\d{3,4})?)?", re.ASCII)


def enter(session: Session, visit: Visit) -> int:
    """Open the case that a form describes; return its number.

    :raises Refusal: if it says nothing, or its telephone number or resident is none.
    """
    said = words("words")
    if not said:
        raise Refusal("console.case.words_needed", number="-")
    where = words("place", 80)
    place = read_place(where)
    if where and not (place and _ONLY_A_PLACE.fullmatch(where)):
        said = (
            f"{where}：{said}"  # 3号楼旁边的凉亭: what the address does not hold is kept in words
        )
    community = community_by_id(session, visit.access.community_id)
    written = words("phone", 30)
    phone = read_local(written, office_of(community).area_code) if written else None
    if written and phone is None:
        raise Refusal("console.case.which_phone")
    resident = _resident(session, visit, phone)
    case = report_trouble(
        session,
        community=community,
        said=Said(
            words=said,
            phone=phone or (ring_phone(session, resident.id) if resident else None),
            resident=resident,
            place=place,
            estate_id=_estate_id(session, visit),
            category=choice("category", Category),
            urgency=choice("urgency", Urgency),
        ),
        channel=Channel.CONSOLE,
        key=f"console:{once_key()}",
        entered_by=visit.actor,
        now=visit.now,
    )
    return case.number


def _resident(session: Session, visit: Visit, phone: str | None) -> ResidentRow | None:
    chosen = number("resident")
    if chosen is not None:
        found = session.scalar(
            select(ResidentRow).where(
                ResidentRow.id == chosen, residents_in_reach(visit.access, Right.RESIDENTS)
            )
        )
        if found is None:
            raise Refusal("console.case.which_resident")
        return found
    people = residents_of_phone(session, visit.access.community_id, phone)
    return people[0] if len(people) == 1 else None


def _estate_id(session: Session, visit: Visit) -> int | None:
    chosen = number("estate")
    known = {row.id for row in estates_of(session, visit.access.community_id)}
    return chosen if chosen in known else None


def read_place(written: str) -> str:
    """Read an address as staff write it: 3-2, or in words; nothing if it is none."""
    return written if _SHORT_PLACE.fullmatch(written) else find_place(written) or ""
