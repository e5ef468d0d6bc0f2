"""The board, the lists, the search and the reports find cases by an index, never one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from core.access.rules import Access
from core.cases.finding import Filters, board, counts, newest, search
from core.communities.queries import communities, grids_of
from core.db import Database
from core.reports.queries import report_of
from core.reports.rules import Period
from core.reports.sums import count_days, days_to_count
from core.staff.rules import Role
from tests.world import MONDAY_MORNING

_SEARCHED = ("下水道堵了", "桂兰", "jgl", "0101", "13900000101", "7-3-402", "12", "ok")
_WHOLE = re.compile(r'(?:Seq Scan on|SCAN) "?(?:case|case_gram|case_event)(?:_\d+)?"?(?: |$)')


def _asked(database: Database, work: Callable[[Session], object]) -> list[tuple[str, Any]]:
    """Return the statements that some reading sends, with what they are filled with."""
    asked: list[tuple[str, Any]] = []

    def keep(
        _connection: object, _cursor: object, statement: str, filled: Any, *_rest: object
    ) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, filled))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        with database.reading() as session:
            work(session)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    return asked


def _plan(database: Database, statement: str, filled: Any) -> str:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", filled)
        else:  # a table of ten rows is read as a whole unless that is forbidden
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", filled)
        return "\n".join(str(row[-1]) for row in rows)


def test_no_page_reads_every_case(demo: Database) -> None:
    now = MONDAY_MORNING
    with demo.reading() as session:
        community_id = communities(session)[0].id
        grids = frozenset(row.id for row in grids_of(session, community_id)[:1])
    clerk = Access(1, "zhangmin", community_id, frozenset({Role.DUTY_CLERK}))
    leader = Access(2, "xiaoli", community_id, frozenset({Role.GRID_LEADER}), grids)
    month = Period(date(2026, 11, 1), date(2026, 12, 1))
    works: list[tuple[str, Callable[[Session], object]]] = []
    for access in (clerk, leader):
        works += [
            ("board", lambda s, a=access: board(s, a, Filters(late=True), now=now)),
            ("counts", lambda s, a=access: counts(s, a, now=now)),
            ("list", lambda s, a=access: newest(s, a, Filters(category="x"), now=now, below=9)),
            ("report", lambda s, a=access: report_of(s, a, month, now=now)),
        ]
        works += [
            (words, lambda s, a=access, w=words: search(s, a, w, Filters(), now=now))
            for words in _SEARCHED
        ]
    with demo.transaction() as session:
        count_days(session, days_to_count(session, now=now, limit=99), now=now)
    whole = [
        (name, statement, plan)
        for name, work in works
        for statement, filled in _asked(demo, work)
        for plan in (_plan(demo, statement, filled),)
        if any(_WHOLE.search(line) for line in plan.splitlines())
    ]
    assert whole == []
