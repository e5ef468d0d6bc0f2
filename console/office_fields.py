"""Which fields the edit pages have, and how each is written in a form: data, no code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.access.rules import Right
from core.loading.values import WEEKDAYS


@dataclass(frozen=True)
class Field:
    """One field of an entry.

    ``kind``: text, list (words parted by commas), whole, moment, day, choice, lines, days (local
    days, one a line).
    """

    name: str  # with dots for what lies inside: hours.monday
    kind: str = "text"
    needed: bool = False
    choices: str = ""  # estates, staff, grid_leaders, roles, categories, classes, languages, to


@dataclass(frozen=True)
class Section:
    """One section of the community file, as a page."""

    name: str
    right: Right
    fields: Sequence[Field]
    listed: Sequence[str]  # which fields the list shows
    group: str = "office"  # which page it stands on


_LADDER = ("remind_minutes", "grid_leader_minutes", "deputy_minutes", "director_minutes")

SECTIONS: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section(
            "staff",
            Right.EDIT_STAFF,
            (
                Field("name", needed=True),
                Field("called"),
                Field("reading"),
                Field("roles", "list", needed=True, choices="roles"),
                Field("phones", "list", needed=True),
                Field("estates", "list", choices="estates"),
                Field("language", "choice", choices="languages"),
            ),
            ("name", "roles", "phones"),
        ),
        Section(
            "estate",
            Right.EDIT_OFFICE,
            (
                Field("name", needed=True),
                Field("other_names", "list"),
                Field("property_company"),
                Field("plan", "lines"),
            ),
            ("name", "property_company"),
        ),
        Section(
            "grid",
            Right.EDIT_OFFICE,
            (
                Field("name", needed=True),
                Field("estate", "choice", needed=True, choices="estates"),
                Field("buildings", "list"),
                Field("leader", "choice", needed=True, choices="staff"),
            ),
            ("name", "estate", "buildings", "leader"),
        ),
        Section(
            "route",
            Right.EDIT_OFFICE,
            (
                Field("category", "choice", needed=True, choices="categories"),
                Field("estate", "choice", choices="estates"),
                Field("to", "choice", needed=True, choices="to"),
            ),
            ("category", "estate", "to"),
        ),
        Section(
            "activity",
            Right.EDIT_SHOP,
            (
                Field("name", needed=True),
                Field("english_name"),
                Field("kind", "choice", needed=True, choices="classes"),
                Field("points", "whole", needed=True),
                Field("starts", "moment"),
                Field("ends", "moment"),
                Field("place"),
                Field("capacity", "whole"),
            ),
            ("name", "kind", "points", "starts", "place"),
            "shop",
        ),
        Section(
            "reward",
            Right.EDIT_SHOP,
            (
                Field("name", needed=True),
                Field("english_name"),
                Field("price", "whole", needed=True),
                Field("stock", "whole"),
            ),
            ("name", "price", "stock"),
            "shop",
        ),
        Section(
            "cycle",
            Right.EDIT_SHOP,
            (
                Field("name", needed=True),
                Field("starts", "day", needed=True),
                Field("ends", "day", needed=True),
                Field("carry_percent", "whole"),
            ),
            ("name", "starts", "ends", "carry_percent"),
            "shop",
        ),
        Section(
            "office",
            Right.EDIT_OFFICE,
            (
                Field("staffed_number", needed=True),
                Field("area_code"),
                *(Field(f"hours.{day}", "list") for day in WEEKDAYS),
                *(Field(f"roster.{day}", "list") for day in WEEKDAYS),
                Field("night_list", "list", needed=True),
                Field("deputy", "choice", needed=True, choices="staff"),
                Field("director", "choice", needed=True, choices="staff"),
                Field("calling_windows", "list", needed=True),
                Field("texting_window", needed=True),
                Field("same_day_alert_window"),
                *(Field(f"ladder.{step}", "whole") for step in _LADDER),
                Field("local_days", "days"),
            ),
            (),
        ),
    )
}


def shown_in_form(entry: Mapping[str, Any], field: Field) -> str:
    """Write a value of an entry into a field.

    >>> shown_in_form({"hours": {"monday": ["10:00-14:00"]}}, Field("hours.monday", "list"))
    '10:00-14:00'
    """
    value: Any = entry
    for part in field.name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return ""
    if field.kind == "lines":
        return "\n".join(value)
    if field.kind == "days":
        return "\n".join(_day_line(one) for one in value)
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_from_form(written: Mapping[str, str], section: Section) -> dict[str, Any]:
    """Read an entry out of a form; what cannot be read is left for the checks to refuse."""
    found: dict[str, Any] = {}
    for field in section.fields:
        value = _read(written.get(field.name, "").strip(), field)
        if value in (None, "", []):
            continue
        inside = found
        *outer, last = field.name.split(".")
        for part in outer:
            inside = inside.setdefault(part, {})
        inside[last] = value
    return found


def _read(written: str, field: Field) -> Any:
    if not written:
        return None
    readers: dict[str, Callable[[str], Any]] = {
        "list": _list,
        "whole": _whole,
        "moment": _moment,
        "day": _day,
    }
    readers |= {"days": _days, "lines": str.splitlines}
    return readers.get(field.kind, str)(written)


def _list(written: str) -> list[str]:
    plain = written.replace("，", ",").replace("、", ",").replace("\n", ",")
    return [word.strip() for word in plain.split(",") if word.strip()]


def _whole(written: str) -> int | str:
    return int(written) if written.isdecimal() and written.isascii() else written


def _moment(written: str) -> datetime | str:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return written


def _day(written: str) -> date | str:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return written


def _days(written: str) -> list[dict[str, Any]]:
    """Read local days, one a line: 2027-05-01 古尔邦节, with 上班 or work at the end."""
    found = []
    for line in written.splitlines():
        on, _, name = line.strip().partition(" ")
        if not on:
            continue
        works = name.rstrip().endswith(("上班", " work"))
        plain = name.strip().removesuffix("上班").removesuffix(" work").strip()
        found.append({"day": _day(on), "name": plain, "is_workday": works})
    return found


def _day_line(one: Mapping[str, Any]) -> str:
    return f"{one['day']} {one['name']}{' 上班' if one.get('is_workday') else ''}"
