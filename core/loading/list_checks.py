"""What is wrong with a line of a list, or worth a look: said as the office wrote the line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.loading.problems import Problem
from core.loading.rebuilding import Raw
from core.loading.values import read_place
from core.phones import read_local

TORN = (
    "有一个引号没有成对,分不清哪格是哪格:把引号去掉,或者补上另一半"
    ' (a quotation mark " is not closed: take it away, or write the other one too)'
)
_FIELD = re.compile(r"([a-z_]+)(?:\[\d+\])?$")
_MOST_NAMED = 3  # a telephone of the office may stand on every line
_MOST_QUOTED = 30  # characters of what somebody wrote


@dataclass(frozen=True)
class Said:
    """One line as it was read: what it says itself, and with what the register says already."""

    line: int  # as the office sees it in the spreadsheet
    said: Raw
    entry: Raw
    is_new: bool


def problem_words(
    problem: Problem, entry: Raw, *, headings: Mapping[str, str], estates: Mapping[str, str]
) -> str:
    """Say what is wrong, beginning with the column; an unknown estate is told with those known.

    :param headings: what stands above each column.
    :param estates: the names of the community's estates, by key.
    """
    found = _FIELD.search(problem.where)
    column = found.group(1) if found else ""
    words = problem.expected
    if column == "estate" and entry.get("estate") not in estates:
        words = unknown_estate(str(entry.get("estate", "")), estates.values())
    return f"{headings[column]}：{words}" if column in headings else words


def unknown_estate(written: str, known: Collection[str]) -> str:
    """Say which estate nobody knows, and which there are."""
    named, listed = written[:_MOST_QUOTED], "、".join(known)
    return f"没有“{named}”这个小区,有的是:{listed} (no such estate; there are: {listed})"


def same_words(line: int) -> str:
    """Say that an earlier line says the same."""
    return f"和第{line}行一样,只收那一行 (the same as line {line}, which is taken)"


def same_as(lines: Sequence[Said], area_code: str) -> dict[int, int]:
    """Return the lines that say what an earlier one says, each with that one's number.

    The same name, telephones and door are the same person; a key of one's own tells them apart.
    """
    first: dict[tuple[object, ...], int] = {}
    found: dict[int, int] = {}
    for one in lines:
        phones = frozenset(_phones(one, area_code))
        who = (one.said.get("name"), phones, one.said.get("estate"), place_of(one.said))
        if "key" in one.said:
            continue
        if who in first:
            found[one.line] = first[who]
        first.setdefault(who, one.line)
    return found


def sharing_lines(lines: Sequence[Said], area_code: str) -> dict[int, list[tuple[int, str]]]:
    """Return, for each line, the other lines with one of its telephones: number and name."""
    holders: dict[str, list[tuple[int, str]]] = {}
    for one in lines:
        for phone in _phones(one, area_code):
            holders.setdefault(phone, []).append((one.line, str(one.said.get("name", ""))))
    return {
        one.line: sorted(
            {
                holder
                for phone in _phones(one, area_code)
                for holder in holders[phone][: _MOST_NAMED + 1]
                if holder[0] != one.line
            }
        )[:_MOST_NAMED]
        for one in lines
    }


def place_of(said: Raw) -> str:
    """Return the door of a line as the register writes it, or as it stands there."""
    written = str(said.get("place", ""))
    try:
        return read_place(written) if written else ""
    except ValueError:
        return written


def _phones(one: Said, area_code: str) -> set[str]:
    return {read_local(phone, area_code) or phone for phone in one.said.get("phones", [])}
