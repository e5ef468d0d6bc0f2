"""Changing one entry of a community at the desk, under the checks of the whole file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import grid_of_place, office_of
from core.communities.tables import CommunityRow, EstateRow, GridRow, RouteRow
from core.loading.changes import Changes
from core.loading.checks import findings_of
from core.loading.file import problems_of, problems_with
from core.loading.handover import hand_over
from core.loading.merging import Load, Merge
from core.loading.point_rows import load_points
from core.loading.problems import BadFile
from core.loading.rebuilding import Raw, raw_file
from core.loading.sections import CommunityFile
from core.loading.telephones import set_staff_phones
from core.loading.wanted import (
    community_fields,
    estates_wanted,
    grids_wanted,
    routes_wanted,
    staff_wanted,
)
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow

_FILE = "desk"


@dataclass(frozen=True)
class Edit:
    """One entry of a section: what it shall be; ``entry`` None ends it."""

    section: str  # estate, grid, staff, route, activity, reward, cycle, office
    key: str
    entry: Mapping[str, Any] | None


def edit_community(
    session: Session, community: CommunityRow, edit: Edit, *, now: datetime
) -> Changes:
    """Change one entry and return the difference; nothing is deleted, it is marked as left.

    :raises BadFile: with everything that does not fit; nothing was written then.
    """
    raw = raw_file(session, community)
    _put(raw, edit)
    file = checked(raw, area_code=office_of(community).area_code)
    changes = Changes(community=community.key)
    load = Load(community=community, file=file, changes=changes, now=now, replace=False)
    if edit.section == "office":
        for name, value in community_fields(file).items():
            setattr(community, name, value)
        session.flush()
        return changes
    estates = Merge(load, "小区 estate", EstateRow).rows(session, wanted=estates_wanted(file))
    load.keys["estate_id"] = {row.id: key for key, row in estates.items()}
    people = Merge(load, "工作人员 staff", StaffRow).rows(session, wanted=staff_wanted(file))
    set_staff_phones(session, load, rows=people)
    Merge(load, "网格 grid", GridRow).rows(session, wanted=grids_wanted(file, estates))
    Merge(load, "派单规则 route", RouteRow).rows(session, wanted=routes_wanted(file, estates))
    load_points(session, load)
    if edit.section in ("grid", "estate"):
        _settle_grids(session, community)
    hand_over(session, community=community, changes=changes, now=now)
    return changes


def checked(raw: Raw, *, area_code: str) -> CommunityFile:
    """Let a rebuilt file pass the checks of every file.

    :raises BadFile: with everything that is wrong with it.
    """
    try:
        file = CommunityFile.model_validate(raw, context={"area_code": area_code})
    except ValidationError as error:
        raise BadFile(_FILE, problems_of(error, raw, {})) from None
    findings = list(findings_of(file))
    if findings:
        raise BadFile(_FILE, problems_with(findings, raw, {}))
    return file


def entry_of(raw: Raw, section: str, key: str) -> Raw | None:
    """Return one entry of a section by its key."""
    if section == "office":
        return dict(raw["office"])
    return next((dict(entry) for entry in raw[section] if entry["key"] == key), None)


def _put(raw: Raw, edit: Edit) -> None:
    if edit.section == "office":
        raw["office"] = dict(edit.entry or {})
        return
    kept = [entry for entry in raw[edit.section] if entry["key"] != edit.key]
    place = next(
        (at for at, entry in enumerate(raw[edit.section]) if entry["key"] == edit.key), len(kept)
    )
    if edit.entry is not None:
        kept.insert(place, {**edit.entry, "key": edit.key})
    raw[edit.section] = kept


def _settle_grids(session: Session, community: CommunityRow) -> None:
    """Let each resident belong to the grid that their building is in now."""
    for resident in session.scalars(
        select(ResidentRow).where(
            ResidentRow.community_id == community.id, ResidentRow.estate_id.is_not(None)
        )
    ):
        grid = grid_of_place(session, resident.estate_id or 0, resident.place)
        resident.grid_id = grid.id if grid else None
    session.flush()
