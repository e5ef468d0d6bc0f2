"""A list of residents out of a spreadsheet: which columns, which lines are right, who is new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import estates_of, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.loading.list_checks import (
    TORN,
    Said,
    place_of,
    problem_words,
    same_as,
    same_words,
    sharing_lines,
)
from core.loading.rebuilding import Raw, raw_residents
from core.loading.register import new_key, wrong_entries
from core.phones import read_local
from core.points.sheets import Row, read_sheet
from core.residents.tables import ResidentPhoneRow, ResidentRow

# Column → the headings under which offices write it. The first is what an export writes.
COLUMNS: dict[str, tuple[str, ...]] = {
    "key": ("代号", "编号", "key"),
    "name": ("姓名", "名字", "name"),
    "called": ("称呼", "called"),
    "phones": ("电话", "手机", "联系电话", "手机号", "phones", "phone"),
    "estate": ("小区", "estate"),
    "place": ("地址", "楼-单元-室", "房号", "门牌", "place", "address"),
    "birth_year": ("出生年", "出生日期", "birth_year"),
    "language": ("语言", "language"),
    "needs": ("健康和需要", "需要", "needs"),
    "groups": ("身份", "groups"),
}
_SPLIT = re.compile(r"[,，;；、/\s]+")
_LISTED = re.compile(r"[,，;；、/\n]+")
_YEAR = re.compile(r"(19|20)\d{2}")
_LANGUAGES = {"中文": "zh_CN", "汉语": "zh_CN", "英语": "en", "english": "en"}
_GROUPS = {"党员": "party_member", "志愿者": "volunteer"}
_MOST_LINES = 5_000


@dataclass(frozen=True)
class ListLine:
    """One line of the list."""

    line: int  # as the office sees it in the spreadsheet
    entry: Raw
    problems: tuple[str, ...]
    is_new: bool
    shares_with: tuple[str, ...] = ()  # others who have the same telephone
    shares_lines: tuple[tuple[int, str], ...] = ()  # other lines with it: number and name


def read_list(
    session: Session, community: CommunityRow, content: bytes, *, needs_too: bool
) -> list[ListLine]:
    """Read a CSV (UTF-8 or GBK) or the first sheet of a workbook.

    :param needs_too: whether whoever sends it may write health notes; else that column is left.
    :raises Refusal: if it is no such file, has no heading or is too long.
    """
    rows = read_sheet(content)
    if not rows:
        raise Refusal("console.import.empty")
    columns = _columns(rows[0].cells)
    if "name" not in columns:
        raise Refusal("console.import.no_heading", headings="、".join(rows[0].cells)[:100])
    if len(rows) > _MOST_LINES:
        raise Refusal("console.import.too_long", most=str(_MOST_LINES))
    reader = _Reader(session, community, columns, needs_too=needs_too)
    torn = [
        ListLine(row.line, {"name": row.cells[0]}, (TORN,), is_new=True)
        for row in rows[1:]
        if row.is_torn
    ]
    said = [reader.line(row) for row in rows[1:] if not row.is_torn]
    checked = _checked(session, community, said, reader)
    return sorted([*torn, *checked], key=lambda line: line.line)


def _checked(
    session: Session, community: CommunityRow, said: Sequence[Said], reader: _Reader
) -> list[ListLine]:
    """Look at lines under the checks of the register, and beside one another."""
    wrong = wrong_entries(session, community, [one.entry for one in said])
    same = same_as(said, reader.area_code)
    alone = [one for one in said if one.line not in same]
    beside = sharing_lines(alone, reader.area_code)
    headings = {column: names[0] for column, names in COLUMNS.items()}
    found: list[ListLine] = []
    for at, one in enumerate(said):
        problems = [
            problem_words(problem, one.entry, headings=headings, estates=reader.estate_names)
            for problem in wrong.get(at, ())
        ]
        if one.line in same:
            problems.append(same_words(same[one.line]))
        known = reader.sharing(one.entry)
        others = tuple(line for line in beside.get(one.line, ()) if line[1] not in known)
        found.append(
            ListLine(one.line, one.entry, tuple(dict.fromkeys(problems)), one.is_new, known, others)
        )
    return found


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = [cell.strip().lower() for cell in heading]
    return {
        column: plain.index(name)
        for column, names in COLUMNS.items()
        for name in names
        if name in plain
    }


class _Reader:
    """Reads lines against the register as it is now."""

    def __init__(
        self,
        session: Session,
        community: CommunityRow,
        columns: dict[str, int],
        *,
        needs_too: bool,
    ) -> None:
        self._session, self._community = session, community
        self._columns = columns
        self._needs_too = needs_too
        self.area_code = office_of(community).area_code
        estates = estates_of(session, community.id)
        self.estate_names = {row.key: row.name for row in estates}
        self._estates = {name: row.key for row in estates for name in (row.key, row.name)} | {
            other: row.key for row in estates for other in row.other_names
        }
        self._only_estate = estates[0].key if len(estates) == 1 else ""
        keys = {row.id: row.key for row in estates}
        self._known = {
            entry["key"]: entry for entry in raw_residents(session, community.id, estates=keys)
        }
        self._owners = self._read_owners()
        self._taken: set[str] = set()

    def line(self, row: Row) -> Said:
        """Return what a line says, and that over what the register says already."""
        said = self._said(row.cells)
        key = self._key(said)
        is_new = key not in self._known
        if is_new:
            key = said.get("key") or new_key(
                self._session, self._community.id, str(said.get("name", "")), self._taken
            )
        self._taken.add(str(key))
        entry = {**self._known.get(str(key), {}), **said, "key": key}
        return Said(line=row.line, said=said, entry=entry, is_new=is_new)

    def sharing(self, entry: Raw) -> tuple[str, ...]:
        """Name others in the register who have the same telephone."""
        names = {
            name
            for phone in entry.get("phones", [])
            for key, name in self._owners.get(read_local(phone, self.area_code) or "", ())
            if key != entry["key"]
        }
        return tuple(sorted(names))

    def _said(self, cells: Sequence[str]) -> Raw:
        given = {
            column: cells[at].strip()
            for column, at in self._columns.items()
            if at < len(cells) and cells[at].strip()
        }
        said: Raw = {name: given[name] for name in ("key", "name", "called") if name in given}
        if "phones" in given:
            said["phones"] = list(self._phones(given["phones"]))
        if "place" in given:
            said["place"] = given["place"]
        estate = given.get("estate", "") or (self._only_estate if "place" in given else "")
        if estate:
            said["estate"] = self._estates.get(estate, estate)
        if "birth_year" in given:
            year = _YEAR.search(given["birth_year"])
            said["birth_year"] = int(year.group()) if year else given["birth_year"]
        if "language" in given:
            said["language"] = _LANGUAGES.get(given["language"].lower(), given["language"])
        if "groups" in given:
            said["groups"] = [_GROUPS.get(w, w) for w in _SPLIT.split(given["groups"]) if w]
        if "needs" in given and self._needs_too:
            said["needs"] = [word for word in _SPLIT.split(given["needs"]) if word]
        return said

    def _phones(self, cell: str) -> Iterator[str]:
        """Read a cell of telephones; one that is written in groups, 139 0000 0001, is one."""
        for piece in filter(None, (one.strip() for one in _LISTED.split(cell))):
            yield from [piece] if read_local(piece, self.area_code) else piece.split()

    def _key(self, said: Raw) -> str:
        """Find who is meant: by key, else by name with the telephone or the place."""
        if said.get("key"):
            return str(said["key"])
        phones = {read_local(phone, self.area_code) for phone in said.get("phones", [])}
        for key, known in self._known.items():
            if known["name"] != said.get("name") or key in self._taken:
                continue
            same_phone = not phones.isdisjoint(known.get("phones", []))
            same_place = bool(said.get("place")) and place_of(said) == known.get("place")
            if same_phone or same_place:
                return str(key)
        return ""

    def _read_owners(self) -> dict[str, list[tuple[str, str]]]:
        rows = self._session.execute(
            select(ResidentPhoneRow.phone, ResidentRow.key, ResidentRow.name)
            .join(ResidentRow, ResidentRow.id == ResidentPhoneRow.resident_id)
            .where(ResidentRow.community_id == self._community.id, ResidentRow.left_at.is_(None))
        )
        owners: dict[str, list[tuple[str, str]]] = {}
        for phone, key, name in rows:
            owners.setdefault(phone, []).append((key, name))
        return owners
