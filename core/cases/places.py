"""Where a case is: estate, grid and place out of what we know of the caller."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.cases.tables import CaseRow
from core.communities.queries import estates_of, grid_of_place, grids_of
from core.residents.tables import ResidentRow


def settle_place(session: Session, case: CaseRow, residents: Sequence[ResidentRow]) -> None:
    """Fill in what a case does not say of its place.

    A couple that shares a phone lives at one address, so that is known before we know which of
    them it was; people of several addresses leave it open.
    """
    places = {(person.estate_id, person.place) for person in residents}
    if len(places) == 1:
        estate_id, place = next(iter(places))
        case.estate_id = case.estate_id or estate_id
        case.place = case.place or place
    if case.estate_id is None and case.place:
        case.estate_id = _only_estate(session, case.community_id)
    case.grid_id = _grid_id(session, case, residents)


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
