"""Loading a community file: merged by key, all or nothing, nothing deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.communities.queries import community_by_key
from core.communities.tables import CommunityRow, EstateRow, GridRow, RouteRow
from core.loading.changes import Changes
from core.loading.file import BadFile as BadFile
from core.loading.file import read_file
from core.loading.handover import hand_over
from core.loading.holidays import load_holidays as load_holidays
from core.loading.lines import line_at, lines_of
from core.loading.merging import Load, Merge
from core.loading.neighbour_rows import load_neighbours
from core.loading.point_rows import load_points
from core.loading.sections import CommunityFile
from core.loading.telephones import (
    check_numbers_are_free,
    set_numbers,
    set_resident_phones,
    set_staff_phones,
    warn_of_shared_phones,
)
from core.loading.values import SHORT_NAME, WEEKDAYS
from core.loading.wanted import (
    community_fields,
    estates_wanted,
    grids_wanted,
    residents_wanted,
    routes_wanted,
    staff_wanted,
)
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow


def load_file(
    session: Session, *, name: str, text: str, now: datetime, replace: bool = False
) -> Changes:
    """Read and load a community file; ``name`` is what the clerk calls it, for messages.

    :raises BadFile: with everything that is wrong; nothing was written then.
    """
    file = read_file(text, name=name)
    line = line_at(lines_of(text), ("community", "numbers"))
    return load_community(session, file, now=now, replace=replace, name=name, numbers_line=line)


def load_community(
    session: Session,
    file: CommunityFile,
    *,
    now: datetime,
    replace: bool = False,
    name: str = "",
    numbers_line: int | None = None,
) -> Changes:
    """Merge a community into the database and return the difference.

    Whoever the file no longer names is marked as left and their open cases are handed over.
    Fields of residents that were edited by hand stay, unless ``replace``.

    :param numbers_line: where the file names its numbers, for what may be wrong with them.
    :raises BadFile: if an inbound number is another community's.
    """
    check_numbers_are_free(session, file=file, name=name or file.community.key, line=numbers_line)
    changes = Changes(community=file.community.key)
    community = _load_office(session, file=file, changes=changes, now=now)
    load = Load(community=community, file=file, changes=changes, now=now, replace=replace)
    set_numbers(session, load)
    _load_sections(session, load)
    hand_over(session, community=community, changes=changes, now=now)
    return changes


def _load_office(
    session: Session, *, file: CommunityFile, changes: Changes, now: datetime
) -> CommunityRow:
    fields = community_fields(file)
    row = community_by_key(session, file.community.key)
    if row is None:
        row = CommunityRow(key=file.community.key, loaded_at=now, **fields)
        session.add(row)
        changes.added("社区 community", row.key, row.name)
    else:
        _note_differences(changes, row, fields)
        for field, value in fields.items():
            setattr(row, field, value)
        row.loaded_at = now
    session.flush()
    return row


def _note_differences(changes: Changes, row: CommunityRow, fields: Mapping[str, Any]) -> None:
    for field, value in fields.items():
        old = getattr(row, field)
        if field != "office" and old != value:
            changes.changed("社区 community", row.key, field, old, value)
    office = fields["office"]
    for setting in office:
        old, new = row.office.get(setting), office[setting]
        if setting in ("hours", "roster") and old:
            kept, wanted = _by_weekday(old), _by_weekday(new)
            changes.changed_inside("办公室 office", row.key, setting, kept, wanted)
        elif isinstance(old, dict) and isinstance(new, dict) and "start" not in new:
            changes.changed_inside("办公室 office", row.key, setting, old, new)
        elif old != new:
            changes.changed("办公室 office", row.key, setting, old, new)


def _by_weekday(table: Mapping[str, Any]) -> dict[str, Any]:
    return {WEEKDAYS[int(day) - 1]: value for day, value in table.items()}


def _load_sections(session: Session, load: Load) -> None:
    file = load.file
    estates = Merge(load, "小区 estate", EstateRow).rows(session, wanted=estates_wanted(file))
    load.keys["estate_id"] = {row.id: key for key, row in estates.items()}
    people = Merge(load, "工作人员 staff", StaffRow).rows(session, wanted=staff_wanted(file))
    set_staff_phones(session, load, rows=people)
    grids = Merge(load, "网格 grid", GridRow).rows(session, wanted=grids_wanted(file, estates))
    load.keys["grid_id"] = {row.id: key for key, row in grids.items()}
    Merge(load, "派单规则 route", RouteRow).rows(session, wanted=routes_wanted(file, estates))
    residents = Merge(load, "居民 resident", ResidentRow).rows(
        session, wanted=residents_wanted(file, estates, grids)
    )
    set_resident_phones(session, load, rows=residents)
    load_points(session, load)
    load_neighbours(session, load, estates=estates, residents=residents)
    warn_of_shared_phones(load)
    _warn_of_long_name(load)


def _warn_of_long_name(load: Load) -> None:
    """Note a name with which some texts to residents need two segments."""
    name = load.file.community.name
    if len(name) > SHORT_NAME:
        load.changes.warned(
            f"社区名字 {name} 有 {len(name)} 个字,长的短信会分成两条,最好 {SHORT_NAME} 个字以内"
            f" (over {SHORT_NAME} characters: some texts become two)"
        )
