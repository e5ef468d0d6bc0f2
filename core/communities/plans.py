"""The plan of an estate 平面图, drawn by a clerk in lines of text: pure, no I/O.

A line is a row from north to south, its words stand from west to east: ``3`` or ``3号楼`` is a
building, ``.`` is open ground, anything else (大门) is a landmark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_LINES, MOST_WORDS, LONGEST_WORD = 12, 12, 6
_BUILDING = re.compile(r"(\d{1,3})(?:号楼|栋|幢|座|楼)?", re.ASCII)
_OPEN = frozenset({".", "·", "。", "-"})
_A_ROW = 6  # buildings, where nobody has drawn a plan


@dataclass(frozen=True)
class Spot:
    """A building or a landmark, and where it stands; the north-western one is (0, 0)."""

    row: int
    column: int
    words: str
    is_building: bool


@dataclass(frozen=True)
class Plan:
    """A plan; ``is_drawn`` False: buildings in order of number, which says nothing of where."""

    spots: Sequence[Spot]
    is_drawn: bool

    @property
    def rows(self) -> int:
        """Return how many rows it has."""
        return max((spot.row for spot in self.spots), default=-1) + 1

    @property
    def columns(self) -> int:
        """Return how many columns it has."""
        return max((spot.column for spot in self.spots), default=-1) + 1

    def shows(self, building: str) -> bool:
        """Tell whether a building stands on it."""
        return any(spot.is_building and spot.words == building for spot in self.spots)


def read_plan(lines: Iterable[str]) -> tuple[Spot, ...]:
    """Read a drawn plan.

    >>> [(s.row, s.column, s.words) for s in read_plan(["1 2号楼", ". 大门"])]
    [(0, 0, '1'), (0, 1, '2'), (1, 1, '大门')]

    :raises ValueError: in words for the clerk.
    """
    spots = [
        _spot(row, column, word)
        for row, line in enumerate(lines)
        for column, word in enumerate(line.split())
        if word not in _OPEN
    ]
    buildings = [spot.words for spot in spots if spot.is_building]
    for building in buildings:
        if buildings.count(building) > 1:
            raise ValueError(f"{building} 号楼画了两次 (building {building} is drawn twice)")
    for spot in spots:
        if spot.row >= MOST_LINES or spot.column >= MOST_WORDS:
            raise ValueError(f"最多 {MOST_LINES} 行,每行 {MOST_WORDS} 格 (too large)")
        if len(spot.words) > LONGEST_WORD:
            raise ValueError(f"{spot.words} 太长,一格最多 {LONGEST_WORD} 个字 (too long a word)")
    return tuple(spots)


def plan_of(lines: Sequence[str], buildings: Iterable[str]) -> Plan:
    """Return the plan that was drawn, or the buildings in their order where none was."""
    if lines:
        return Plan(read_plan(lines), is_drawn=True)
    ordered = sorted({one for one in buildings if one.isdecimal()}, key=int)
    spots = [Spot(*divmod(at, _A_ROW), one, True) for at, one in enumerate(ordered)]
    return Plan(spots, is_drawn=False)


def _spot(row: int, column: int, word: str) -> Spot:
    building = _BUILDING.fullmatch(word)
    return Spot(row, column, building[1] if building else word, building is not None)
