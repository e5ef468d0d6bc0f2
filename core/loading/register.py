"""Changing the register of residents at the desk: one of them, or a list from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pypinyin import Style, lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import estates_of, grids_of, office_of
from core.communities.tables import CommunityRow
from core.loading.checks import findings_of
from core.loading.file import problems_of, problems_with
from core.loading.merging import ADDED_BY_HAND, LEFT_BY_HAND
from core.loading.problems import Problem
from core.loading.rebuilding import Raw, raw_file
from core.loading.sections import CommunityFile
from core.loading.telephones import link_phones
from core.loading.wanted import residents_wanted
from core.residents.queries import phones_of
from core.residents.tables import ResidentRow

_MOST_KEY = 30
_RESIDENT_AT = re.compile(r"resident\[(\d+)\]")


@dataclass(frozen=True)
class Written:
    """What happened to one entry."""

    resident: ResidentRow
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def wrong_entries(
    session: Session, community: CommunityRow, entries: Sequence[Raw]
) -> dict[int, list[Problem]]:
    """Return what is wrong, by the position of the entry; empty if all may be written."""
    raw = raw_file(session, community)
    area_code = office_of(community).area_code
    found = _wrong(raw, entries, area_code)
    right = [at for at in range(len(entries)) if at not in found]
    if found and right:  # what does not fit together is looked for only once each entry is right
        again = _wrong(raw, [entries[at] for at in right], area_code)
        found |= {right[at]: problems for at, problems in again.items() if at >= 0}
    return found


def _wrong(raw: Raw, entries: Sequence[Raw], area_code: str) -> dict[int, list[Problem]]:
    raw["resident"] = [dict(entry) for entry in entries]
    found: dict[int, list[Problem]] = {}
    for problem in _problems(raw, area_code):
        at = _RESIDENT_AT.search(problem.where)
        found.setdefault(int(at.group(1)) - 1 if at else -1, []).append(problem)
    return found


def write_residents(
    session: Session, community: CommunityRow, entries: Sequence[Raw], *, now: datetime
) -> list[Written]:
    """Write entries that :func:`wrong_entries` let pass; a later load leaves what was changed."""
    del now
    raw = raw_file(session, community)
    raw["resident"] = [dict(entry) for entry in entries]
    area_code = office_of(community).area_code
    file = CommunityFile.model_validate(raw, context={"area_code": area_code})
    estates = {row.key: row for row in estates_of(session, community.id)}
    grids = {row.key: row for row in grids_of(session, community.id)}
    wanted = residents_wanted(file, estates, grids)
    known = {
        row.key: row
        for row in session.scalars(
            select(ResidentRow).where(
                ResidentRow.community_id == community.id, ResidentRow.key.in_(list(wanted))
            )
        )
    }
    return [
        _write(session, community, known.get(section.key), section.phones, wanted[section.key], key)
        for key, section in ((section.key, section) for section in file.resident)
    ]


def end_resident(session: Session, resident: ResidentRow, *, now: datetime) -> None:
    """Mark a resident as left; their cases and points stay."""
    resident.left_at = now
    resident.edited = sorted({*resident.edited, LEFT_BY_HAND})
    session.flush()


def new_key(session: Session, community_id: int, name: str, taken: set[str]) -> str:
    """Make the stable key of a new resident out of the name: jinguilan, jinguilan-2."""
    spelled = "".join(lazy_pinyin(name, style=Style.NORMAL)).lower()
    stem = re.sub(r"[^a-z0-9]", "", spelled)[:_MOST_KEY] or "resident"
    used = taken | set(
        session.scalars(
            select(ResidentRow.key).where(
                ResidentRow.community_id == community_id, ResidentRow.key.startswith(stem)
            )
        )
    )
    return free_key(stem, used)


def free_key(stem: str, used: set[str]) -> str:
    """Return a key that nobody has: the stem, else with a number behind it.

    >>> free_key("jinguilan", {"jinguilan"})
    'jinguilan-2'
    """
    number, key = 1, stem
    while key in used:
        number += 1
        key = f"{stem}-{number}"
    return key


def _problems(raw: Raw, area_code: str) -> tuple[Problem, ...]:
    try:
        file = CommunityFile.model_validate(raw, context={"area_code": area_code})
    except ValidationError as error:
        return problems_of(error, raw, {})
    return problems_with(list(findings_of(file)), raw, {})


def _write(
    session: Session,
    community: CommunityRow,
    row: ResidentRow | None,
    phones: tuple[str, ...],
    fields: Mapping[str, Any],
    key: str,
) -> Written:
    before: dict[str, Any] = {}
    is_new = row is None
    if row is None:
        row = ResidentRow(community_id=community.id, key=key, edited=[ADDED_BY_HAND], **fields)
        session.add(row)
        session.flush()
    else:
        before = {name: getattr(row, name) for name in fields}
        changed = {name for name, value in fields.items() if before[name] != value}
        for name in changed:
            setattr(row, name, fields[name])
        row.left_at = None
        row.edited = sorted({*row.edited, *changed} - {LEFT_BY_HAND})
    old = [link.phone for link in phones_of(session, row.id)]
    if set(old) != set(phones):
        link_phones(session, row, phones)
        row.edited = sorted({*row.edited, "phones"}) if not is_new else row.edited
    session.flush()
    return Written(
        row,
        is_new,
        before={} if is_new else {**before, "phones": old},
        after={**dict(fields), "phones": list(phones)},
    )
