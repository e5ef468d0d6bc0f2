"""What stories about points need: a keeper's code, a balance, points to begin with."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from core.points.queries import balance_of
from core.points.tables import PointEntryRow, RewardRow
from core.residents.queries import residents_of_phone
from tests.line import Line
from tests.world import KEEPER_ZHOU, Person

_A_DAYS_WORK = 20  # more would need a second keeper


def prove(line: Line, keeper: Person = KEEPER_ZHOU) -> str:
    """Text the code back that was just sent to a keeper's phone; return the answer."""
    line.settle()
    code = re.search(r"把(\d\d)回", line.inbox(keeper)[-1])
    assert code is not None, line.inbox(keeper)
    return line.text(keeper, code[1])


def credit(line: Line, who: Person, what: str, keeper: Person = KEEPER_ZHOU) -> str:
    """Record points by text, with the code if it is asked for; return the last answer."""
    answer = line.text(keeper, f"加分 {who.name} {what}")
    return prove(line, keeper) if "两位数" in answer else answer


def give(line: Line, who: Person, points: int) -> None:
    """Let somebody earn ``points``, a day's work at a time."""
    for done in range(0, points, _A_DAYS_WORK):
        credit(line, who, f"扫雪 {min(points - done, _A_DAYS_WORK)}")
        line.advance(days=1)


def points_of(line: Line, who: Person) -> tuple[int, int]:
    """Return what somebody may spend and what is held for them."""
    with line.database.reading() as session:
        people = residents_of_phone(session, line.community(session).id, who.phone)
        balance = balance_of(session, next(row for row in people if row.key == who.key))
        return balance.free, balance.held


def entries(line: Line) -> int:
    """Return how many entries the book has."""
    with line.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PointEntryRow)) or 0


def set_stock(line: Line, key: str, stock: int) -> None:
    """Put so many pieces of a reward on the shelf."""
    with line.database.transaction() as session:
        session.scalars(select(RewardRow).where(RewardRow.key == key)).one().stock = stock


def stock_of(line: Line, key: str) -> int:
    """Return how many pieces of a reward can still be reserved."""
    with line.database.reading() as session:
        return session.scalars(select(RewardRow.stock).where(RewardRow.key == key)).one()
