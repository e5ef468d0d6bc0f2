"""Where a case is: estate, grid and place out of the words and what we know of the caller."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.cases.tables import CaseRow
from core.communities.queries import estates_of, grid_of_place, grids_of
from core.communities.tables import EstateRow
from core.residents.tables import ResidentRow
from core.understanding.normalise import clean, syllables

_MOST_CHARACTERS = 2_000  # an address stands early in a letter
_AT_HOME = re.compile("我家|我们家|俺家|咱家|家里|屋里|my (?:home|flat|kitchen|bathroom)")


def settle_place(session: Session, case: CaseRow, residents: Sequence[ResidentRow]) -> None:
    """Fill in what a case does not say of its place.

    A couple that shares a phone lives at one address, so that is known before we know which of
    them it was; people of several addresses leave it open. Words that name another estate speak
    of another place than the caller's.
    """
    places = {(person.estate_id, person.place) for person in residents}
    named = named_estate(session, case.community_id, case.words)
    if named is not None:
        case.estate_id = case.estate_id or named.id
    if len(places) == 1:
        estate_id, place = next(iter(places))
        if case.estate_id in (None, estate_id):
            case.estate_id = estate_id
            case.place = completed(case.place, place, case.words)
    if case.estate_id is None and case.place:
        case.estate_id = _only_estate(session, case.community_id)
    case.grid_id = _grid_id(session, case, residents)


def completed(said: str, registered: str, words: str) -> str:
    """Complete a place that was said by the registered one, where both are the same home.

    >>> completed("3--402", "3-2-402", "3号楼402漏水")
    '3-2-402'
    >>> completed("3", "3-2-402", "3号楼我家漏水"), completed("3", "3-2-402", "3号楼灯坏了")
    ('3-2-402', '3')
    >>> completed("", "3-2-402", "漏水"), completed("4-1", "3-2-402", "4号楼1单元灯坏了")
    ('3-2-402', '4-1')
    """
    if not said:
        return registered
    here, there = said.split("-"), registered.split("-")
    pairs = zip(here, there, strict=False)
    is_same = len(here) <= len(there) and all(part in ("", known) for part, known in pairs)
    names_room = len(here) == len(there) == 3
    return registered if is_same and (names_room or _AT_HOME.search(clean(words))) else said


def named_estate(session: Session, community_id: int, words: str) -> EstateRow | None:
    """Return the one estate that the words name, also where it is only spelled as it sounds."""
    said = syllables(clean(words[:_MOST_CHARACTERS]))
    named = [
        row
        for row in estates_of(session, community_id)
        if f" {syllables(clean(row.name))}" in f" {said}"
    ]
    return named[0] if len(named) == 1 else None


def _grid_id(session: Session, case: CaseRow, residents: Sequence[ResidentRow]) -> int | None:
    if case.estate_id is None:
        return None
    grid = grid_of_place(session, case.estate_id, case.place)
    if grid is not None:
        return grid.id
    registered = {person.grid_id for person in residents if person.estate_id == case.estate_id}
    if len(registered) == 1:
        return registered.pop()
    grids = [row for row in grids_of(session, case.community_id) if row.estate_id == case.estate_id]
    return grids[0].id if len(grids) == 1 else None


def _only_estate(session: Session, community_id: int) -> int | None:
    """Return the community's estate if it has one only: ``3-2-402`` is unique there."""
    estates = estates_of(session, community_id)
    return estates[0].id if len(estates) == 1 else None
