"""Reads of communities, their numbers, estates, grids and routes."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import (
    CommunityNumberRow,
    CommunityRow,
    EstateRow,
    GridRow,
    RouteRow,
)
from core.office import Office


def community_of_number(session: Session, number: str) -> CommunityRow | None:
    """Find the community that an inbound number (E.164) belongs to."""
    return session.scalar(
        select(CommunityRow)
        .join(CommunityNumberRow, CommunityNumberRow.community_id == CommunityRow.id)
        .where(CommunityNumberRow.number == number)
    )


def community_reached(session: Session, number: str) -> CommunityRow | None:
    """Find whom somebody reached at ``number``; in an installation of one it can only be that one.

    None if nobody has the number and there are several: no office may read another's residents.
    """
    found = community_of_number(session, number) if number else None
    if found is not None:
        return found
    rows = communities(session)
    return rows[0] if len(rows) == 1 else None


def community_by_key(session: Session, key: str) -> CommunityRow | None:
    """Find a community by the key in its file."""
    return session.scalar(select(CommunityRow).where(CommunityRow.key == key))


def community_by_id(session: Session, community_id: int) -> CommunityRow:
    """Return a community that a row refers to.

    :raises LookupError: if it is not there, which a foreign key forbids.
    """
    community = session.get(CommunityRow, community_id)
    if community is None:
        raise LookupError(f"community {community_id}")
    return community


def communities(session: Session) -> Sequence[CommunityRow]:
    """Return every community of the installation, in order of arrival."""
    return session.scalars(select(CommunityRow).order_by(CommunityRow.id)).all()


def numbers_of(session: Session, community_id: int) -> Sequence[str]:
    """Return the inbound numbers (E.164) of a community."""
    return session.scalars(
        select(CommunityNumberRow.number)
        .where(CommunityNumberRow.community_id == community_id)
        .order_by(CommunityNumberRow.number)
    ).all()


def sender_number(session: Session, community_id: int) -> str:
    """Return the number that our texts and calls come from.

    :raises LookupError: if the community has no number, which loading refuses.
    """
    numbers = numbers_of(session, community_id)
    if not numbers:
        raise LookupError(f"community {community_id} has no number")
    return numbers[0]


def office_of(community: CommunityRow) -> Office:
    """Return the settings of the community's office."""
    return _office(json.dumps(community.office, sort_keys=True))


@functools.lru_cache(maxsize=64)
def _office(settings: str) -> Office:
    return Office.model_validate_json(settings)


def display_name(community: CommunityRow, language: str) -> str:
    """Return the name that signs our words in ``language``."""
    return community.name if language == "zh_CN" else community.english_name


def estates_of(session: Session, community_id: int) -> Sequence[EstateRow]:
    """Return the estates 小区 of a community."""
    return session.scalars(
        select(EstateRow)
        .where(EstateRow.community_id == community_id, EstateRow.left_at.is_(None))
        .order_by(EstateRow.id)
    ).all()


def grids_of(session: Session, community_id: int) -> Sequence[GridRow]:
    """Return the grids 网格 of a community."""
    return session.scalars(
        select(GridRow)
        .where(GridRow.community_id == community_id, GridRow.left_at.is_(None))
        .order_by(GridRow.id)
    ).all()


def grid_of_place(session: Session, estate_id: int, place: str) -> GridRow | None:
    """Find the grid of a normalised place (``3-2-402``) in an estate."""
    building = place.split("-")[0] if place else ""
    grids = session.scalars(
        select(GridRow).where(GridRow.estate_id == estate_id, GridRow.left_at.is_(None))
    ).all()
    whole_estate = [grid for grid in grids if not grid.buildings]
    with_building = [grid for grid in grids if building and building in grid.buildings]
    found = with_building or whole_estate
    return found[0] if found else None


def routes_of(session: Session, community_id: int) -> Sequence[RouteRow]:
    """Return the routes 派单规则 of a community."""
    return session.scalars(
        select(RouteRow).where(RouteRow.community_id == community_id, RouteRow.left_at.is_(None))
    ).all()
