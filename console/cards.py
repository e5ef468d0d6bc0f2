"""Cards for the door, and the poster for the chat group: what stands on them."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, select_autoescape
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.pictures import for_paper
from core.communities.queries import display_name, grid_of_place, numbers_of, office_of
from core.communities.tables import CommunityRow, EstateRow
from core.forms.operations import form_code
from core.phones import shown
from core.residents.tables import ResidentRow
from core.staff.pictures import picture_of
from core.staff.queries import staff_by_key
from core.staff.tables import StaffRow
from core.wording.catalogue import say

_templates = Environment(
    loader=PackageLoader("console"), autoescape=select_autoescape(), trim_blocks=True
)


@dataclass(frozen=True)
class Door:
    """One household: an estate and its place, 3-2-402."""

    estate: EstateRow
    place: str


@dataclass(frozen=True)
class Card:
    """What stands on one card."""

    community: str
    place: str
    ring: str  # as people here dial it
    leader: str
    picture: str  # of the leader, as an address of data; nothing where there is none
    form: str  # addresses, each as a QR code besides
    text: str
    call: str
    codes: dict[str, str]  # name → data address of the drawing


def doors_of(
    session: Session, community: CommunityRow, *, estate: EstateRow, stair: str = ""
) -> list[Door]:
    """Return the households of an estate in the register, or of one stair of it (3-2)."""
    places = session.scalars(
        select(ResidentRow.place)
        .where(
            ResidentRow.community_id == community.id,
            ResidentRow.estate_id == estate.id,
            ResidentRow.left_at.is_(None),
            ResidentRow.place != "",
        )
        .distinct()
    ).all()
    chosen = [place for place in places if not stair or _is_on(place, stair)]
    return [Door(estate, place) for place in sorted(chosen, key=_in_order)]


def card_of(
    session: Session, community: CommunityRow, door: Door | None, *, public_url: str, now: datetime
) -> Card:
    """Return the card of a household, or of the whole community."""
    office = office_of(community)
    number = numbers_of(session, community.id)[0]
    code = form_code(
        session,
        community,
        estate=door.estate if door else None,
        place=door.place if door else "",
        now=now,
    )
    leader = _leader(session, community, door)
    form = f"{public_url}/f/{code.code}"
    addresses = {"form": form, "text": f"sms:{number}", "call": f"tel:{number}"}
    return Card(
        community=display_name(community, "zh_CN"),
        place=f"{door.estate.name} {door.place}" if door else "",
        ring=office.staffed_number or shown(number, office.area_code),
        leader=leader.called if leader else "",
        picture=_picture(session, leader),
        form=form,
        text=addresses["text"],
        call=addresses["call"],
        codes={name: qr_address(address) for name, address in addresses.items()},
    )


def qr_address(words: str) -> str:
    """Draw a QR code as the address of an SVG picture."""
    buffer = io.BytesIO()
    segno.make(words, error="m", micro=False).save(
        buffer, kind="svg", scale=4, border=2, dark="#000", light="#fff"
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def cards_page(cards: Sequence[Card], *, whole_sheets: bool) -> str:
    """Return the cards as a page to be printed: A6 each, or four on a sheet of A4."""
    return _render("print/cards.html", cards=cards, whole_sheets=whole_sheets)


def poster_page(card: Card) -> str:
    """Return the poster for the estate's chat group."""
    return _render("print/poster.html", card=card)


def _render(template: str, **shown_there: Any) -> str:
    return _templates.get_template(template).render(
        t=lambda key, **slots: say(f"console.card.{key}", "zh_CN", **slots), **shown_there
    )


def _leader(session: Session, community: CommunityRow, door: Door | None) -> StaffRow | None:
    grid = grid_of_place(session, door.estate.id, door.place) if door is not None else None
    return staff_by_key(session, community.id, grid.leader_key) if grid else None


def _picture(session: Session, leader: StaffRow | None) -> str:
    row = picture_of(session, leader.id) if leader is not None else None
    return _drawn(bytes(row.content)) if row is not None else ""


@functools.lru_cache(maxsize=64)
def _drawn(content: bytes) -> str:
    """Make a picture small once, however many doors its card is for."""
    return for_paper(content)


def _is_on(place: str, stair: str) -> bool:
    return place == stair or place.startswith(f"{stair}-")


def _in_order(place: str) -> tuple[int, ...]:
    """Order places as a walk goes: building, unit, room, each as a number."""
    return tuple(int(part) if part.isdecimal() else 0 for part in place.split("-"))


def every_door(
    session: Session, community: CommunityRow, estates: Iterable[EstateRow], stair: str = ""
) -> list[Door]:
    """Return the households of several estates."""
    return [
        door
        for estate in estates
        for door in doors_of(session, community, estate=estate, stair=stair)
    ]
