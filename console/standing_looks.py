"""What the pages show of standing orders and welfare calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.services import Visit
from core.access.queries import residents_in_reach
from core.access.rules import Right
from core.cases.tables import CaseRow
from core.residents.tables import ResidentRow
from core.standing.queries import runs_of
from core.standing.tables import StandingOrderRow, StandingRunRow, WelfareRow


@dataclass(frozen=True)
class Look:
    """One order, whose it is, and every time that it came round, newest first."""

    row: StandingOrderRow
    resident: ResidentRow
    runs: Sequence[StandingRunRow]
    numbers: Mapping[int, int]  # case id → number


def orders_in_reach(session: Session, visit: Visit) -> list[tuple[StandingOrderRow, ResidentRow]]:
    """Return the orders of residents in reach, what opens soonest first."""
    rows = session.execute(
        select(StandingOrderRow, ResidentRow)
        .join(ResidentRow, ResidentRow.id == StandingOrderRow.resident_id)
        .where(StandingOrderRow.left_at.is_(None), residents_in_reach(visit.access, Right.STANDING))
        .order_by(StandingOrderRow.opens_at, StandingOrderRow.id)
    )
    return [(order, resident) for order, resident in rows]


def welfare_in_reach(session: Session, visit: Visit) -> list[tuple[WelfareRow, ResidentRow]]:
    """Return the welfare calls of residents in reach, what rings soonest first."""
    rows = session.execute(
        select(WelfareRow, ResidentRow)
        .join(ResidentRow, ResidentRow.id == WelfareRow.resident_id)
        .where(WelfareRow.left_at.is_(None), residents_in_reach(visit.access, Right.STANDING))
        .order_by(WelfareRow.next_at, WelfareRow.id)
    )
    return [(call, resident) for call, resident in rows]


def look_at(session: Session, row: StandingOrderRow) -> Look:
    """Return everything that the page of one order shows."""
    runs = list(reversed(runs_of(session, row.id)))
    cases = select(CaseRow.id, CaseRow.number).where(CaseRow.id.in_([run.case_id for run in runs]))
    return Look(
        row=row,
        resident=session.get_one(ResidentRow, row.resident_id),
        runs=runs,
        numbers={row.id: row.number for row in session.execute(cases)},
    )
