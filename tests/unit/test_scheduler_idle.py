"""What the scheduler asks the database for when there is nothing to do: little, and by an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from scheduler.ticks import TICKS, run_tick
from tests.line import Line
from tests.world import GRANDMA_JIN

# One look, and the beginning of the transaction that it happens in. The rest says why it is more.
_MOST = dict.fromkeys((tick.name for tick in TICKS), 2) | {
    "points": 10,  # local midnights of each community, twice a minute
    "reports": 12,  # every five minutes: on a Monday, a week in which nothing came is counted
    "orders": 4,  # local days of each community, twice a minute
    "prompts": 5,  # two kinds of wanted words
    "exchange": 8,  # of the desk's own provider alone
}

# What it claims, it claims by writing; the others look first.
_WRITES = ("questions", "prompts", "calendar", "exchange", "reports", "wording")


@contextmanager
def _counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def test_a_pass_with_nothing_due_asks_little_and_writes_nothing(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.settle()
    for tick in TICKS:
        run_tick(line.scheduler, tick)  # whatever only quickens is done as well
    for tick in TICKS:
        with _counted() as asked:
            assert run_tick(line.scheduler, tick).done == 0, tick.name
        assert len(asked) <= _MOST[tick.name], (tick.name, asked)
        if tick.name not in _WRITES:
            assert "BEGIN IMMEDIATE" not in asked, tick.name  # the writer's place is not taken
