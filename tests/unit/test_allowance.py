"""Allowances: what a day may cost, whom we never ring, and the emergency that always goes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.communities.queries import community_by_id
from core.db import Database
from core.office import Limits
from core.outbox.tables import OutboxRow
from core.refusals.queries import refused_ever
from core.spending.tables import SpendingRow
from scheduler import outgoing
from telephony.desk.tables import DeskCallRow
from tests.scheduler_bench import Bench
from tests.world import (
    DIRECTOR_GUO,
    GRANDMA_JIN,
    GRANDPA_WANG,
    LIU_YULAN,
    MA_YONGFU,
    MS_SMITH,
    STRANGER,
    XIAO_LI,
    ZHANG_MIN,
    local,
)


@pytest.fixture
def bench(demo: Database) -> Bench:
    made = Bench(demo)
    limits = Limits(texts_a_day=100, calls_a_day=4, calls_to_one_a_day=2)
    with demo.transaction() as session:
        row = community_by_id(session, made.community_id)
        row.office = {**row.office, "limits": limits.model_dump()}
    return made


def _run(bench: Bench) -> None:
    while outgoing.run(bench.services):
        pass


def _states(bench: Bench, *rows: int) -> list[str]:
    return [bench.row(row).state for row in rows]


def test_people_are_told_at_80_percent_and_only_emergencies_and_staff_go_beyond_100(
    bench: Bench,
) -> None:
    _spend(bench, texts=77)
    bench.text(GRANDMA_JIN.phone, "hello")
    bench.text(LIU_YULAN.phone, "hello")
    _run(bench)
    assert bench.received(ZHANG_MIN.phone) == []

    bench.text(MA_YONGFU.phone, "您好" * 40)  # two segments
    _run(bench)
    for told in (ZHANG_MIN, DIRECTOR_GUO):
        (warned,) = bench.received(told.phone)
        assert "今天的短信已发81条，一天最多100条" in warned

    _spend(bench, texts=100)
    late = [bench.text(person.phone, "hello") for person in (MS_SMITH, STRANGER)]
    staff = bench.text(XIAO_LI.phone, "a case", purpose="task")
    urgent = bench.text(GRANDMA_JIN.phone, "please ring 120", purpose="emergency", priority=0)
    _run(bench)
    assert _states(bench, *late, staff, urgent) == ["queued", "queued", "sent", "sent"]
    for told in (ZHANG_MIN, DIRECTOR_GUO):  # once, and not held back by what it tells of
        assert ["发满了100条" in words for words in bench.received(told.phone)] == [False, True]
    waits = bench.row(late[0])
    assert (waits.not_before, waits.attempts) == (local("2026-11-24 00:00"), 0)
    assert _refused(bench) == {("outbox", "allowance of the day"): 2}

    _spend(bench, texts=200)  # staff have as much again
    staff = bench.text(XIAO_LI.phone, "another case", purpose="task")
    urgent = bench.text(MA_YONGFU.phone, "please ring 120", purpose="emergency", priority=0)
    _run(bench)
    assert _states(bench, staff, urgent) == ["queued", "sent"]

    bench.clock.at = bench.real_clock.at = local("2026-11-24 10:30")
    _run(bench)
    assert _states(bench, *late, staff) == ["sent"] * 3


def test_calls_have_an_allowance_a_day_and_another_for_each_telephone(bench: Bench) -> None:
    for number in range(4):
        bench.call(GRANDMA_JIN.phone, key=f"listen:{number}")
    _run(bench)
    assert sorted(_calls(bench)) == ["queued", "queued", "sent", "sent"]  # two to one telephone

    for number, person in enumerate((LIU_YULAN, MA_YONGFU, GRANDPA_WANG)):
        bench.call(person.phone, key=f"listen:b{number}")
    _run(bench)
    assert _calls(bench).count("sent") == 4
    alarm = bench.call(GRANDMA_JIN.phone, key="alarm:1", purpose="sos", priority=0)
    _run(bench)
    assert bench.row(alarm).state == "sent"
    assert _refused(bench) == {
        ("outbox", "calls to one number"): 2,
        ("outbox", "allowance of the day"): 1,
    }
    (warned, stopped) = bench.received(DIRECTOR_GUO.phone)
    assert "电话已打4个" in warned
    assert "发满" not in stopped


def test_odd_numbers_are_never_dialled_and_a_person_is_told(bench: Bench) -> None:
    never = [
        ("+86120", 0),  # no code path dials 110, 119, 120
        ("+86110", 1),
        ("+8616012345678", 1),  # charged extra
        ("+19005550123", 0),
        ("+77012345678", 1),  # another country
    ]
    for number, priority in never:
        bench.call(number, key=f"listen:{number}", priority=priority)
        bench.text(number, "hello", priority=priority)
    _run(bench)
    with bench.database.reading() as session:
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.to.in_([number for number, _ in never]))
        ).all()
        assert [row.state for row in rows] == ["failed"] * 10
        assert session.scalars(select(DeskCallRow)).all() == []
    assert sum(_refused(bench).values()) == 10
    assert len(bench.tasks()) >= 1
    for number, _ in never:
        assert bench.received(number) == []

    abroad = bench.text("+77012345678", "please ring 120", priority=0)  # it cried for help
    _run(bench)
    assert bench.row(abroad).state == "sent"


def test_an_emergency_leaves_though_a_million_were_spent(bench: Bench) -> None:
    _spend(bench, texts=1_000_000, calls=1_000_000)
    text = bench.text(ZHANG_MIN.phone, "救命", purpose="emergency", priority=0)
    call = bench.call(ZHANG_MIN.phone, key="sos:1", purpose="sos", priority=0)
    held = bench.text(ZHANG_MIN.phone, "a case", purpose="task")
    _run(bench)
    assert _states(bench, text, call, held) == ["sent", "sent", "queued"]


def _spend(bench: Bench, **units: int) -> None:
    with bench.database.transaction() as session:
        for kind, spent in units.items():
            key = (bench.community_id, local("2026-11-23 10:30").date(), kind)
            row = session.get(SpendingRow, key) or SpendingRow(
                community_id=key[0], day=key[1], kind=kind
            )
            row.units = spent
            session.add(row)


def _calls(bench: Bench) -> list[str]:
    with bench.database.reading() as session:
        return list(session.scalars(select(OutboxRow.state).where(OutboxRow.kind == "call")))


def _refused(bench: Bench) -> dict[tuple[str, str], int]:
    with bench.database.reading() as session:
        return dict(refused_ever(session))
