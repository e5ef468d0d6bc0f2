"""Where somebody means, out of the head of their words: an estate, a building, a stair."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.communities.queries import estates_of, grids_of
from core.communities.tables import CommunityRow, EstateRow
from core.errors import Refusal
from core.staff.tables import StaffRow
from core.understanding.places import find_place

_STAIR = re.compile(r"\s*(?P<building>\d{1,3})\s*-\s*(?P<unit>\d{1,2})(?![\d-])")
_WORDED = re.compile(
    r"\s*[\d零一二三四五六七八九十]{1,3}(?:号楼|栋|幢|座|楼)"
    r"(?:\s*[\d零一二三四五六七八九十]{1,2}(?:单元|门))?"
)


@dataclass(frozen=True)
class Where:
    """An estate, and in it a building, a stair, or all of it (empty)."""

    estate: EstateRow
    place: str

    @property
    def shown(self) -> str:
        """Write it as staff say it: 青湖华庭3-3."""
        return f"{self.estate.name}{self.place}"


def read_where(
    session: Session,
    *,
    community: CommunityRow,
    words: str,
    staff: StaffRow | None = None,
    estate_id: int | None = None,
) -> tuple[Where | None, str]:
    """Read the estate, building and stair at the head of words; return them and the rest.

    An estate that is not named is that of the case, else the only one that the member of staff
    has to do with.

    :raises Refusal: ``sms.consultation.which_estate`` if a building is named and nobody can
        tell of which estate.
    """
    named, rest = _named_estate(session, community, words)
    place, rest = _named_place(rest)
    if named is None and not place:
        return None, words
    estate = named or _likely_estate(session, community, staff, estate_id)
    if estate is None:
        raise Refusal("sms.consultation.which_estate")
    return Where(estate, place), rest.strip(" ,，。:：、")


def is_within(place: str, where: str) -> bool:
    """Tell whether an address lies in a building or stair; an empty ``where`` is all of it."""
    return not where or place == where or place.startswith(f"{where}-")


def _named_estate(
    session: Session, community: CommunityRow, words: str
) -> tuple[EstateRow | None, str]:
    said = words.lstrip()
    names = [
        (name, estate)
        for estate in estates_of(session, community.id)
        for name in (estate.name, *estate.other_names)
    ]
    for name, estate in sorted(names, key=lambda pair: -len(pair[0])):
        if said.lower().startswith(name.lower()):
            return estate, said[len(name) :]
    return None, words


def _named_place(words: str) -> tuple[str, str]:
    stair = _STAIR.match(words)
    if stair:
        named = f"{int(stair['building'])}-{int(stair['unit'])}"
        return named, re.sub(r"^\s*单元", "", words[stair.end() :])
    worded = _WORDED.match(words)
    place = find_place(worded.group()) if worded else None
    return (place, words[worded.end() :]) if worded and place else ("", words)


def _likely_estate(
    session: Session, community: CommunityRow, staff: StaffRow | None, estate_id: int | None
) -> EstateRow | None:
    estates = {row.id: row for row in estates_of(session, community.id)}
    if estate_id in estates:
        return estates[estate_id]
    led = {
        grid.estate_id
        for grid in grids_of(session, community.id)
        if staff is not None and grid.leader_key == staff.key
    }
    served = {
        row.id for row in estates.values() if staff is not None and row.key in staff.estate_keys
    }
    likely = led or served or set(estates)
    return estates[likely.pop()] if len(likely) == 1 else None
