"""Loading a later State Council notice 放假通知, so that provisional promises become firm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import OfficialDayRow
from core.loading.changes import Changes
from core.loading.checks import Finding
from core.loading.file import problems_of, problems_with, read_toml
from core.loading.lines import lines_of
from core.loading.problems import BadFile
from core.loading.values import Words
from core.sla.workdays import is_weekday

_LONGEST_HOLIDAY = 20  # days; a longer one is a slip of the pen
_NEIGHBOUR_WEEK = 7  # New Year's days off may begin in the last week of the year before


class HolidaySection(BaseModel):
    """One holiday of the notice: its days off, and the weekend days worked instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words
    first: Annotated[date, Field(alias="from")]
    until: date
    work: tuple[date, ...] = ()

    def days_off(self) -> list[date]:
        """Return every day off, the first and the last included."""
        return [self.first + timedelta(days=n) for n in range((self.until - self.first).days + 1)]


class HolidayFile(BaseModel):
    """The notice of one year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Annotated[int, Field(ge=2004, le=2100)]
    source: Words
    holiday: tuple[HolidaySection, ...] = Field(min_length=1)

    def days(self) -> dict[date, tuple[str, bool]]:
        """Return each named day → (name, is it worked)."""
        off = {day: (each.name, False) for each in self.holiday for day in each.days_off()}
        return off | {day: (each.name, True) for each in self.holiday for day in each.work}


def read_holidays(text: str, *, name: str) -> HolidayFile:
    """Read a notice.

    :raises BadFile: with everything that is wrong with it.
    """
    raw = read_toml(text, name=name)
    lines = lines_of(text)
    try:
        notice = HolidayFile.model_validate(raw)
    except ValidationError as error:
        raise BadFile(name, problems_of(error, raw, lines)) from None
    findings = list(_findings_of(notice))
    if findings:
        raise BadFile(name, problems_with(findings, raw, lines))
    return notice


def load_holidays(session: Session, *, name: str, text: str) -> Changes:
    """Load a notice; a later one of the same year corrects it. Returns the difference.

    Promises that were provisional are counted again by ``recompute_provisional``.

    :raises BadFile: with everything that is wrong; nothing was written then.
    """
    notice = read_holidays(text, name=name)
    days = notice.days()
    changes = Changes(community=f"{notice.year} 放假安排 holidays")
    there = {row.day: row for row in session.scalars(select(OfficialDayRow))}
    for day, (called, is_workday) in sorted(days.items()):
        wanted = OfficialDayRow(day=day, name=called, is_workday=is_workday)
        _note_day(changes, there.get(day), wanted)
        session.merge(wanted)
    for day, row in sorted(there.items()):
        if _belongs_to(notice.year, day) and day not in days:
            session.delete(row)
            changes.left(_kind(row.is_workday), day.isoformat(), row.name)
    session.flush()
    return changes


def _note_day(changes: Changes, old: OfficialDayRow | None, new: OfficialDayRow) -> None:
    if old is None:
        changes.added(_kind(new.is_workday), new.day.isoformat(), new.name)
    elif (old.name, old.is_workday) != (new.name, new.is_workday):
        before, after = (f"{row.name} {_kind(row.is_workday)}" for row in (old, new))
        changes.changed("日子 day", new.day.isoformat(), "is", before, after)


def _kind(is_workday: bool) -> str:
    return "上班 workday" if is_workday else "放假 day off"


def _belongs_to(year: int, day: date) -> bool:
    """Tell whether only the notice of ``year`` can have named ``day``."""
    return date(year, 1, 1) <= day < date(year, 12, 31) - timedelta(days=_NEIGHBOUR_WEEK)


def _findings_of(notice: HolidayFile) -> Iterator[Finding]:
    seen: set[date] = set()
    for position, holiday in enumerate(notice.holiday):
        yield from _holiday_findings(notice.year, position, holiday, seen)
        seen.update(holiday.days_off(), holiday.work)
    off = {day for holiday in notice.holiday for day in holiday.days_off()}
    for statutory, named in (
        (date(notice.year, 1, 1), "元旦"),
        (date(notice.year, 10, 1), "国庆节"),
    ):
        if statutory not in off:
            words = f"{statutory} {named}没有写进来:要一整年的通知才能装 (the whole year is needed)"
            yield ("holiday",), words


def _holiday_findings(
    year: int, position: int, holiday: HolidaySection, seen: set[date]
) -> Iterator[Finding]:
    path = ("holiday", position)
    days = len(holiday.days_off())
    if not 1 <= days <= _LONGEST_HOLIDAY:
        yield (*path, "until"), f"放假写成了 {days} 天,看看 from 和 until ({days} days off)"
        return
    earliest = date(year, 1, 1) - timedelta(days=_NEIGHBOUR_WEEK)
    for day in (*holiday.days_off(), *holiday.work):
        if not earliest <= day <= date(year, 12, 31):
            yield path, f"{day} 不在 {year} 年 (is not in {year})"
        if day in seen:
            yield path, f"{day} 前面已经写过 (is here twice)"
    for day in holiday.work:
        if is_weekday(day):
            yield (*path, "work"), f"{day} 本来就不是周末,不用调休 (is no weekend day)"
        if holiday.first <= day <= holiday.until:
            yield (*path, "work"), f"{day} 又放假又上班 (is both off and worked)"
