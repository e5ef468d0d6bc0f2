"""The volunteer of the estate without a property company: snow, points, oil; all by text."""

from __future__ import annotations

import re
from datetime import date

from core.points.statements import statement_of
from core.points.verifying import verify_book
from core.residents.queries import find_residents
from tests.line import Line
from tests.points_line import credit, points_of, stock_of
from tests.world import GRANDMA_CAO, GRID_WORKER_MA, KEEPER_ZHOU, local


def test_she_clears_snow_earns_reserves_and_fetches_a_bottle_of_oil(line: Line) -> None:
    line.twice = True
    for day in (23, 24, 25):
        line.advance_to(local(f"2026-11-{day} 11:00"))
        assert "记好了" in credit(line, GRANDMA_CAO, "扫雪 20")
    line.settle()
    assert line.inbox(GRANDMA_CAO)[-1] == "【东城社区】曹奶奶，扫雪给您记了20分，现在共60分。"

    assert "花生油60分" in line.text(GRANDMA_CAO, "积分能换什么")
    kept = line.text(GRANDMA_CAO, "兑换 油")
    code = re.search(r"凭(\d{4})来社区取", kept)
    assert code is not None, kept
    assert (points_of(line, GRANDMA_CAO), stock_of(line, "oil")) == ((0, 60), 9)

    line.advance_to(local("2026-11-26 11:00"))
    assert "把花生油发给曹桂兰" in line.text(GRID_WORKER_MA, f"发放 {code[1]}")
    line.settle()
    proof = re.search(r"把(\d\d)回", line.inbox(GRID_WORKER_MA)[-1])
    assert proof is not None
    assert line.text(GRID_WORKER_MA, proof[1]) == "【东城社区】花生油发给曹桂兰了，记好了。"
    line.settle()

    assert line.inbox(GRANDMA_CAO)[-1] == (
        "【东城社区】花生油取走了，用了60分，还有0分。不是您取的请打5800000。"
    )
    line.advance(minutes=1)
    assert "已经发过了" in line.text(KEEPER_ZHOU, f"发放 {code[1]}")
    assert (points_of(line, GRANDMA_CAO), stock_of(line, "oil")) == ((0, 0), 9)
    _the_book_holds(line)


def _the_book_holds(line: Line) -> None:
    with line.database.reading() as session:
        community = line.community(session)
        (resident,) = find_residents(session, community.id, GRANDMA_CAO.name)
        year = statement_of(session, community=community, resident=resident, year=2026)
        assert (sum(year.earned.values()), year.spent, year.closing) == (60, 60, 0)
        assert [row.on for row in year.lines if row.change > 0] == [
            date(2026, 11, day) for day in (23, 24, 25)
        ]
        assert verify_book(session, community.id, secret=line.scheduler.seal_key).findings == ()
