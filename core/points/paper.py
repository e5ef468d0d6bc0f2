"""Reading a paper ledger: every line and every total is checked before anything is booked.

A line of the paper: day, name, telephone, class, reason, points (spent ones below zero), and what
the person had after it. The last column is what the paper itself says; each line that does not
add up is a mistake to be settled on paper first.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import entry_by_key
from core.points.rules import LARGEST_AMOUNT, PointClass, tidy
from core.points.sheets import Sheet, read_sheet
from core.residents.queries import find_residents
from core.residents.tables import ResidentRow
from core.sla.hours import local_day

_COLUMNS: dict[str, tuple[str, ...]] = {
    "day": ("日期", "时间", "day", "date"),
    "name": ("姓名", "名字", "name"),
    "phone": ("电话", "手机", "联系电话", "phone"),
    "point_class": ("类别", "类型", "class"),
    "reason": ("事由", "活动", "内容", "reason"),
    "points": ("分数", "积分", "points"),
    "total": ("结余", "累计", "余额", "balance", "total"),
}
_NEEDED = frozenset(_COLUMNS) - {"phone", "point_class"}
_CLASSES = {
    "学": PointClass.LEARN,
    "思": PointClass.THINK,
    "践": PointClass.PRACTISE,
    **{str(name): name for name in PointClass},
}
_SUM_WORDS = ("合计", "总计", "total", "sum")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,7}", re.ASCII)


@dataclass(frozen=True)
class LineMistake:
    """A mistake on paper, where it is, and what stands there (or what it should be)."""

    line: int
    column: str  # as the table of columns names it; empty for the whole line
    wording: str  # key of the catalogue
    found: str = ""
    expected: str = ""


@dataclass(frozen=True)
class PaperLine:
    """One line of the paper ledger that can be booked."""

    line: int
    on: date
    resident: ResidentRow
    point_class: PointClass
    reason: str
    points: int
    total: int
    key: str  # of its entry: what the line says, whatever file it stands in


@dataclass(frozen=True)
class PaperLedger:
    """A paper ledger as it was read: its lines if there is no mistake, else every mistake."""

    lines: tuple[PaperLine, ...]
    mistakes: tuple[LineMistake, ...]

    @property
    def issued(self) -> int:
        """Return the points that the paper gave out."""
        return sum(line.points for line in self.lines if line.points > 0)

    @property
    def spent(self) -> int:
        """Return the points that the paper took for goods."""
        return -sum(line.points for line in self.lines if line.points < 0)


@dataclass
class _Reading:
    """What is known while a paper ledger is read from top to bottom."""

    session: Session
    community: CommunityRow
    today: date
    totals: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    lines: list[PaperLine] = field(default_factory=list)
    seen: Counter[tuple[object, ...]] = field(default_factory=Counter)
    mistakes: list[LineMistake] = field(default_factory=list)

    def note(self, line: int, column: str, what: str, found: str = "", expected: str = "") -> None:
        self.mistakes.append(
            LineMistake(line, column, f"sms.points.import_{what}", found, expected)
        )


def read_paper_ledger(
    session: Session, *, community: CommunityRow, content: bytes, now: datetime
) -> PaperLedger:
    """Read a paper ledger (CSV or Excel) and check every line of it; nothing is booked.

    :raises Refusal: if the file cannot be read, or has not the columns it needs.
    """
    sheet = read_sheet(content)
    columns = _columns(sheet)
    reading = _Reading(session, community, local_day(office_of(community), now))
    for line, cells, is_torn in sheet[1:]:
        if is_torn:
            reading.note(line, "", "quote")
            continue
        row = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        if _is_sum(row):
            _check_sum(reading, line, row)
        else:
            _read_line(reading, line, row)
    _refuse_booked(reading)
    mistakes = sorted(reading.mistakes, key=lambda mistake: mistake.line)
    return PaperLedger(tuple(reading.lines), tuple(mistakes))


def _columns(sheet: Sheet) -> dict[str, int]:
    """Return where each column stands, by the words above it.

    :raises Refusal: ``sms.points.import_columns`` naming those that are missing.
    """
    heads = [cell.strip().lower() for cell in sheet[0].cells] if sheet else []
    found = {
        name: at
        for name, words in _COLUMNS.items()
        for at, head in enumerate(heads)
        if head in words
    }
    missing = [words[0] for name, words in _COLUMNS.items() if name in _NEEDED - found.keys()]
    if missing:
        raise Refusal("sms.points.import_columns", columns="、".join(missing))
    return found


def _read_line(reading: _Reading, line: int, row: dict[str, str]) -> None:
    """Read one line; with a mistake it is noted, and the lines after it are still checked."""
    before = len(reading.mistakes)
    on = _read_day(reading, line, row["day"])
    resident = _read_resident(reading, line, row)
    points = _read_number(reading, line, "points", row["points"])
    total = _read_number(reading, line, "total", row["total"])
    point_class = _CLASSES.get(row.get("point_class", "").strip() or "践")
    if point_class is None:
        reading.note(line, "point_class", "class", row.get("point_class", ""))
    reason = tidy(row["reason"])
    if not reason:
        reading.note(line, "reason", "reason")
    if points == 0:
        reading.note(line, "points", "zero", row["points"])
    if resident is not None and points is not None:
        reading.totals[resident.id] += points
        _check_total(reading, line, resident, total)
    if len(reading.mistakes) == before:
        # every one of them was read, or a mistake would have been noted
        assert on is not None
        assert resident is not None
        assert point_class is not None
        assert points is not None
        assert total is not None
        key = _key_of(reading, resident.id, on.isoformat(), reason, points, total)
        reading.lines.append(PaperLine(line, on, resident, point_class, reason, points, total, key))


def _key_of(reading: _Reading, *said: object) -> str:
    """Name a line by what it says: the same table saved anew, or with more lines, says the same."""
    reading.seen[said] += 1
    written = json.dumps([*said, reading.seen[said]], ensure_ascii=False)
    return f"opening:{hashlib.sha256(written.encode()).hexdigest()[:16]}"


def _refuse_booked(reading: _Reading) -> None:
    """Note every line that was booked before, out of this file or another."""
    for line in reading.lines:
        if entry_by_key(reading.session, reading.community.id, line.key) is not None:
            reading.note(line.line, "", "twice")


def _check_total(reading: _Reading, line: int, resident: ResidentRow, total: int | None) -> None:
    expected = reading.totals[resident.id]
    if expected < 0:
        reading.note(line, "points", "below_zero", found=str(expected))
    if total is not None and total != expected:
        reading.note(line, "total", "total", found=str(total), expected=str(expected))
        reading.totals[resident.id] = total  # so that one slip is not told on every line after it


def _read_day(reading: _Reading, line: int, words: str) -> date | None:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", words).strip())
    try:
        on = date(*map(int, found.groups())) if found else None
    except ValueError:
        on = None
    if on is None or on > reading.today:
        reading.note(line, "day", "day", words)
        return None
    return on


def _read_number(reading: _Reading, line: int, column: str, words: str) -> int | None:
    written = unicodedata.normalize("NFKC", words).strip().removesuffix("分")  # ５ as well as 5分
    if not _WHOLE_NUMBER.fullmatch(written) or abs(int(written)) > LARGEST_AMOUNT:
        reading.note(line, column, "number", words)
        return None
    return int(written)


def _read_resident(reading: _Reading, line: int, row: dict[str, str]) -> ResidentRow | None:
    name, phone = row["name"].strip(), row.get("phone", "").strip()
    named = find_residents(reading.session, reading.community.id, name) if name else []
    if phone:
        ringing = {one.id for one in find_residents(reading.session, reading.community.id, phone)}
        people = [one for one in named if one.id in ringing]
    else:
        people = list(named)
    if len(people) == 1:
        return people[0]
    what = "several" if len(people) > 1 else "phone" if named else "name"
    reading.note(
        line, "phone" if what == "phone" else "name", what, phone if what == "phone" else name
    )
    return None


def _is_sum(row: dict[str, str]) -> bool:
    return any(row[name].strip().lower() in _SUM_WORDS for name in ("day", "name"))


def _check_sum(reading: _Reading, line: int, row: dict[str, str]) -> None:
    """Compare the last line of a page with the points above it."""
    total = _read_number(reading, line, "points", row["points"])
    expected = sum(one.points for one in reading.lines)
    if total is not None and total != expected and not reading.mistakes:
        reading.note(line, "points", "sum", found=str(total), expected=str(expected))
