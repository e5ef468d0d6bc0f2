"""Counts cases: one reading of their rows, into figures and times for each dimension."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
_MINUTE_SECONDS = 60
_ENDS: Mapping[Lasting, InstrumentedAttribute[datetime | None]] = {
    Lasting.ACCEPTED: CaseRow.accepted_at,
    Lasting.ANSWERED: CaseRow.first_feedback_at,
    Lasting.DONE: CaseRow.done_at,
    Lasting.CLOSED: CaseRow.closed_at,
}


@dataclass(frozen=True, slots=True)
class Key:
    """What some cases have in common."""

    day: date
    scope: int  # a grid, or EVERY_GRID
    dimension: str
    value: str


@dataclass(slots=True)
class Tally:
    """What was counted of them: figures as bits, since few combinations occur, and minutes."""

    bits: Counter[int] = field(default_factory=Counter)
    minutes: dict[Lasting, array[int]] = field(default_factory=dict)

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
        scopes = (EVERY_GRID, row.grid_id) if grids and row.grid_id else (EVERY_GRID,)
        for key in _keys(row, scopes):
            tally = counted.tallies.get(key)
            if tally is None:
                tally = counted.tallies[key] = Tally()
            _add(tally, row, key)
        if row.runs is not None:
            soonest = counted.again_at.get(row.received_on, row.runs)
            counted.again_at[row.received_on] = min(soonest, row.runs)
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


def _keys(row: Row[Any], scopes: tuple[int, ...]) -> Iterator[Key]:
    day = row.received_on
    parts = (
        (TOTAL, ""),
        (Dimension.ESTATE.value, _written(row.estate_id)),
        (Dimension.GRID.value, _written(row.grid_id)),
        (Dimension.CATEGORY.value, row.category),
        (Dimension.CHANNEL.value, row.channel),
        (Dimension.AGE.value, age_band(day.year, row.birth_year)),
        (Dimension.HOLDER.value, _written(row.assignee_id)),
    )
    return (Key(day, scope, *part) for scope in scopes for part in parts)


def _add(tally: Tally, row: Row[Any], key: Key) -> None:
    tally.bits[row.bits] += 1
    wanted = Lasting if key.dimension == TOTAL else (Lasting.ANSWERED,)
    for lasting in wanted:
        minutes = getattr(row, lasting.value)
        if minutes is not None:
            tally.minutes.setdefault(lasting, array("I")).append(max(minutes, 0))


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
