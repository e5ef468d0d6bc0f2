"""Counts cases: one reading of their rows, into figures and times for each dimension."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, case, cast, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.cases.tables import CaseRow
from core.reports.conditions import age_band, conditions, is_counted, promise_runs
from core.reports.rules import Dimension, Figure, Lasting
from core.reports.tables import EVERY_GRID
from core.residents.tables import ResidentRow

TOTAL = ""  # the dimension of a whole day
_ESTATE, _GRID, _CATEGORY, _CHANNEL, _AGE, _HOLDER = (dimension.value for dimension in Dimension)
_OTHERS = (Lasting.ACCEPTED, Lasting.DONE, Lasting.CLOSED)
_MINUTE_SECONDS = 60
_ENDS: Mapping[Lasting, InstrumentedAttribute[datetime | None]] = {
    Lasting.ACCEPTED: CaseRow.accepted_at,
    Lasting.ANSWERED: CaseRow.first_feedback_at,
    Lasting.DONE: CaseRow.done_at,
    Lasting.CLOSED: CaseRow.closed_at,
}


# Day, scope (a grid, or EVERY_GRID), dimension, value. A plain tuple: there are fourteen a case.
Key = tuple[date, int, str, str]


@dataclass(slots=True)
class Tally:
    """What was counted of some cases: figures as bits, since few combinations occur, and minutes.

    Only the total of a day has other minutes than those to the first feedback.
    """

    bits: dict[int, int] = field(default_factory=dict)
    minutes: dict[Lasting, array[int]] = field(default_factory=dict)
    feedback: array[int] = field(default_factory=lambda: array("I"))

    def __post_init__(self) -> None:
        """Let the minutes to the first feedback be found like the others."""
        self.minutes[Lasting.ANSWERED] = self.feedback

    def figures(self) -> dict[Figure, int]:
        """Return how many of each figure."""
        return {
            figure: sum(count for bits, count in self.bits.items() if bits >> at & 1)
            for at, figure in enumerate(Figure)
        }


@dataclass(frozen=True)
class Counted:
    """The tallies of some days, and when the next promise of each runs out."""

    tallies: dict[Key, Tally]
    again_at: dict[date, datetime]


def count_cases(
    session: Session, which: Iterable[ColumnElement[bool]], *, now: datetime, grids: bool = True
) -> Counted:
    """Count cases into tallies of their day and dimension; with ``grids`` those of each grid too.

    The age of a resident is that in the year of receipt.
    """
    counted = Counted({}, {})
    for row in session.execute(_query(session, now).where(*which, *is_counted())):
        day, grid_id, runs = row.received_on, row.grid_id, row.runs
        parts = _parts(row)
        _add(counted.tallies, row, day, EVERY_GRID, parts)
        if grids and grid_id is not None:
            _add(counted.tallies, row, day, grid_id, parts)
        if runs is not None:
            counted.again_at[day] = min(counted.again_at.get(day, runs), runs)
    return counted


def pack(minutes: array[int] | None) -> bytes:
    """Return minutes as they are kept."""
    return b"" if minutes is None else _little(minutes).tobytes()


def unpack(kept: bytes) -> array[int]:
    """Return minutes as they were counted.

    >>> unpack(pack(array("I", [3, 70000]))).tolist()
    [3, 70000]
    """
    return _little(array("I", kept))


def _little(minutes: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return minutes
    turned = array("I", minutes)
    turned.byteswap()
    return turned


def _parts(row: Row[Any]) -> tuple[tuple[str, str], ...]:
    return (
        (TOTAL, ""),
        (_ESTATE, _written(row.estate_id)),
        (_GRID, _written(row.grid_id)),
        (_CATEGORY, row.category),
        (_CHANNEL, row.channel),
        (_AGE, age_band(row.received_on.year, row.birth_year)),
        (_HOLDER, _written(row.assignee_id)),
    )


def _add(
    tallies: dict[Key, Tally],
    row: Row[Any],
    day: date,
    scope: int,
    parts: tuple[tuple[str, str], ...],
) -> None:
    """Add one case to each of its parts; this is what a count of a thousand cases spends."""
    bits, feedback = row.bits, row.feedback
    for dimension, value in parts:
        key = (day, scope, dimension, value)
        tally = tallies.get(key)
        if tally is None:
            tally = tallies[key] = Tally()
        tally.bits[bits] = tally.bits.get(bits, 0) + 1
        if feedback is not None:
            tally.feedback.append(feedback if feedback > 0 else 0)
    total = tallies[day, scope, TOTAL, ""].minutes
    for lasting, minutes in zip(_OTHERS, (row.accepted, row.done, row.closed), strict=True):
        if minutes is not None:
            total.setdefault(lasting, array("I")).append(minutes if minutes > 0 else 0)


def _written(value: int | None) -> str:
    return "" if value is None else str(value)


def _query(session: Session, now: datetime) -> Any:
    wanted = conditions(now)
    bits = [case((wanted[figure], 1 << at), else_=0) for at, figure in enumerate(Figure)]
    opened = _seconds(session, CaseRow.opened_at)
    lasting = [
        ((_seconds(session, end) - opened) // _MINUTE_SECONDS).label(kind.value)
        for kind, end in _ENDS.items()
    ]
    return select(
        CaseRow.received_on,
        CaseRow.grid_id,
        CaseRow.estate_id,
        CaseRow.category,
        CaseRow.channel,
        CaseRow.assignee_id,
        ResidentRow.birth_year,
        sum(bits[1:], bits[0]).label("bits"),
        promise_runs(now).label("runs"),
        *lasting,
    ).outerjoin(ResidentRow, ResidentRow.id == CaseRow.resident_id)


def _seconds(session: Session, instant: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    """Return an instant as whole seconds, the same on both databases."""
    seconds = extract("epoch", instant)
    if session.get_bind().dialect.name == "sqlite":
        return seconds
    return cast(func.floor(seconds), BigInteger)
