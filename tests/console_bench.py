"""How quick the board, the search and a year's report are over many cases.

``python -m tests.console_bench --cases 1000000`` on PostgreSQL, ``--sqlite --cases 100000`` on
SQLite. It makes its own database, and is no test: it prints figures.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from core.access.rules import Access
from core.cases import grams
from core.cases.finding import Filters, board, counts, newest, search
from core.cases.rules import Category
from core.cases.tables import CaseGramRow, CaseRow
from core.communities.queries import communities, estates_of, grids_of
from core.db import Database
from core.loading.operations import load_file
from core.reports.queries import report_of, totals_of
from core.reports.rules import Dimension, Period, before, year_before
from core.reports.sums import count_days, days_to_count
from core.residents.tables import ResidentRow
from core.staff.queries import staff_of
from core.staff.rules import Role
from tests.databases import PostgresServer, SqliteTemplate
from tests.line import DEMO_FILE

NOW = datetime(2026, 12, 30, 4, 0, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
_THINGS = (
    *("下水道", "楼道灯", "暖气", "电梯", "单元门", "垃圾", "水管", "路灯", "井盖", "阳台"),
    *(
        "消防通道",
        "健身器材",
        "停车位",
        "噪音",
        "油烟",
        "高龄津贴",
        "透析药",
        "墙皮",
        "楼顶",
        "水表",
    ),
)
_TROUBLES = ("堵了", "坏了", "不热", "漏水", "没人收", "不亮", "关不上", "太吵", "怎么办", "松了")
_ROUNDS = 40
_grams_of = functools.lru_cache(maxsize=None)(grams.grams_of)  # the same few thousand sentences
_BATCH = 20_000


def _rows(count: int, ids: dict[str, list[Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield cases of one year: one in fifty is open, the newest mostly."""
    first = datetime(2026, 1, 1, 2, tzinfo=UTC)
    for number in range(1, count + 1):
        opened = first + timedelta(seconds=number * (362 * 86_400) / count)
        is_open = number > count * 0.98
        hours = chance.expovariate(1 / 20)
        resident, place, phone = chance.choice(ids["residents"])
        heard = None if is_open else opened + timedelta(hours=hours)
        due = opened + timedelta(days=3)
        words = f"{chance.choice(_THINGS)}{chance.choice(_TROUBLES)},{chance.randrange(40)}号楼"
        yield {
            "community_id": ids["community"][0],
            "number": number,
            "status": "accepted" if is_open else "closed",
            "category": chance.choice(list(Category)).value,
            "urgency": "P0" if number % 50_000 == 0 else chance.choice(("P1", "P2", "P2", "P2")),
            "danger": "",
            "channel": chance.choice(("sms", "call", "form")),
            "resident_id": resident,
            "phone": phone,
            "words": words,
            "summary": "",
            "place": place,
            "estate_id": ids["estates"][0],
            "grid_id": chance.choice(ids["grids"]),
            "assignee_id": chance.choice(ids["staff"]),
            "visit": "",
            "opened_at": opened,
            "received_on": opened.date(),
            "first_due_at": due,
            "due_at": due,
            "provisional": False,
            "accepted_at": opened + timedelta(hours=hours / 4),
            "feedback_at": heard,
            "first_feedback_at": heard,
            "done_at": heard,
            "closed_at": heard,
            "closed_by": "" if is_open else "resident",
            "satisfied": chance.choice(("", "yes", "so_so")),
            "reopened": int(chance.random() < 0.05),
            "escalation_level": 0,
        }


def _fill(database: Database, count: int) -> None:
    chance = random.Random(7)
    with database.transaction() as session:
        text_of_demo = DEMO_FILE.read_text(encoding="utf-8")
        load_file(session, name="demo", text=text_of_demo, now=NOW)
        community = communities(session)[0]
        ids: dict[str, list[Any]] = {
            "community": [community.id],
            "estates": [row.id for row in estates_of(session, community.id)],
            "grids": [row.id for row in grids_of(session, community.id)],
            "staff": [row.id for row in staff_of(session, community.id)],
            "residents": _residents(session, community.id, max(count // 20, 1_000), chance),
        }
    batch: list[dict[str, Any]] = []
    with database.engine.connect() as connection:
        for row in _rows(count, ids, chance):
            batch.append(row)
            if len(batch) == _BATCH:
                _write(connection, batch)
        _write(connection, batch)
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _residents(
    session: Session, community_id: int, count: int, chance: random.Random
) -> list[tuple[int, str, str]]:
    names = [a + b + c for a in "王李张刘陈金马" for b in "桂秀建国玉" for c in "兰英华强芳"]
    first = 1_000_000
    session.execute(
        insert(ResidentRow),
        [
            {
                "id": first + at,
                "community_id": community_id,
                "key": f"bench-{at}",
                "name": chance.choice(names),
                "initials": "jgl" if at % 97 == 0 else "abc",
                "called": "-",
                "place": f"{at % 60 + 1}-{at % 4 + 1}-{at % 600 + 101}",
                "birth_year": chance.randrange(1930, 2000),
                "language": "zh_CN",
                "needs": [],
                "consents": [],
                "groups": [],
                "edited": [],
            }
            for at in range(count)
        ],
    )
    return [
        (first + at, f"{at % 60 + 1}-{at % 4 + 1}-{at % 600 + 101}", f"+8613{at:09d}")
        for at in range(count)
    ]


def _write(connection: Any, batch: list[dict[str, Any]]) -> None:
    if not batch:
        return
    pieces = [
        (row["community_id"], gram, row["number"])
        for row in batch
        for gram in {
            *_grams_of(row["words"]),
            *grams.place_grams(row["place"]),
            *grams.phone_grams(row["phone"]),
        }
    ]
    rows = [{**row, "id": row["number"]} for row in batch]
    if connection.dialect.name == "sqlite":
        connection.execute(insert(CaseRow), rows)
        connection.execute(
            insert(CaseGramRow),
            [{"community_id": a, "gram": b, "case_id": c} for a, b, c in pieces],
        )
    else:
        raw = connection.connection.driver_connection
        columns = list(rows[0])
        with raw.cursor() as cursor:
            names = ", ".join(f'"{name}"' for name in columns)
            with cursor.copy(f'COPY "case" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([row[name] for name in columns])
            with cursor.copy("COPY case_gram (community_id, gram, case_id) FROM STDIN") as copy:
                for piece in pieces:
                    copy.write_row(piece)
        raw.commit()  # what is copied past SQLAlchemy, it does not commit
    connection.commit()
    batch.clear()


def _measure(name: str, database: Database, work: Callable[[Session], object], rounds: int) -> None:
    taken, spent = [], []
    for _ in range(rounds):
        with database.reading() as session:
            started, began = time.perf_counter(), time.process_time()
            work(session)
            taken.append((time.perf_counter() - started) * 1000)
            spent.append((time.process_time() - began) * 1000)
    taken.sort()
    p95 = taken[min(len(taken) - 1, int(len(taken) * 0.95))]
    times = f"median {statistics.median(taken):8.1f} ms   p95 {p95:8.1f} ms"
    print(f"{name:34} {times}   own processor {statistics.median(spent):7.1f} ms", flush=True)


def _count_sums(database: Database) -> None:
    """Count every day's sums, as the scheduler does."""
    started, days = time.perf_counter(), 0
    while True:
        with database.transaction() as session:
            counted = count_days(session, days_to_count(session, now=NOW, limit=8), now=NOW)
        days += counted
        if counted == 0:
            break
    print(f"{days} days counted in {time.perf_counter() - started:.1f} s", flush=True)


def _run(database: Database) -> None:
    with database.reading() as session:
        community_id = communities(session)[0].id
    clerk = Access(1, "zhangmin", community_id, frozenset({Role.DUTY_CLERK}))
    leader = Access(3, "xiaoli", community_id, frozenset({Role.GRID_LEADER}), frozenset({1}))
    for who, access in (("clerk", clerk), ("grid leader", leader)):
        _measure(
            f"board, {who}",
            database,
            lambda s, a=access: (board(s, a, Filters(), now=NOW), counts(s, a, now=NOW)),
            _ROUNDS,
        )
        _measure(
            f"list by category, {who}",
            database,
            lambda s, a=access: newest(s, a, Filters(category="errand"), now=NOW),
            _ROUNDS,
        )
        for words in ("下水道堵了", "透析药", "桂兰", "jgl", "0101", "7-3-402", "123456"):
            _measure(
                f"search {words}, {who}",
                database,
                lambda s, a=access, w=words: search(s, a, w, Filters(), now=NOW),
                10,
            )
    _measure(
        "report of the year",
        database,
        lambda s: (
            report_of(s, clerk, YEAR, now=NOW, times_by=[Dimension.CATEGORY]),
            totals_of(s, clerk, before(YEAR), now=NOW),
            totals_of(s, clerk, year_before(YEAR), now=NOW),
        ),
        3,
    )


def _explain(database: Database) -> None:
    plans = {
        "board": 'SELECT * FROM "case" WHERE closed_at IS NULL AND community_id = 1'
        " AND urgency <> 'P0' ORDER BY due_at, id LIMIT 100",
        "emergencies": 'SELECT * FROM "case" WHERE closed_at IS NULL AND community_id = 1'
        " AND urgency = 'P0' ORDER BY id DESC LIMIT 50",
        "search": "SELECT case_id FROM case_gram WHERE community_id = 1 AND gram = '道堵'"
        " ORDER BY case_id DESC LIMIT 51",
        "initials": "SELECT id FROM resident WHERE community_id = 1 AND initials = 'jgl'",
    }
    verb = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.reading() as session:
        for name, query in plans.items():
            lines = [str(row[-1]).strip() for row in session.execute(text(f"{verb} {query}"))]
            used = [line for line in lines if "ndex" in line or "INDEX" in line or "Scan" in line]
            print(f"{name:34} {used[0] if used else lines[0]}")


def main() -> None:
    """Fill a database, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--sqlite", action="store_true")
    asked = parser.parse_args()
    if asked.sqlite:
        with tempfile.TemporaryDirectory() as folder:
            url = SqliteTemplate(Path(folder) / "bench.sqlite3").copy_to(Path(folder) / "b.sqlite3")
            _bench(url, asked.cases)
        return
    server = PostgresServer.start()
    try:
        with server.fresh_database() as url:
            _bench(url, asked.cases)
    finally:
        server.stop()


def _bench(url: str, count: int) -> None:
    database = Database(url)
    started = time.perf_counter()
    _fill(database, count)
    print(f"{count} cases written in {time.perf_counter() - started:.0f} s", flush=True)
    _count_sums(database)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
    _run(database)
    _explain(database)
    database.close()


if __name__ == "__main__":
    main()
