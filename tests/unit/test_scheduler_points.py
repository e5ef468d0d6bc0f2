"""The scheduler and points: released, announced, ended and anchored when it is time, and once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.communities.queries import community_by_id
from core.db import Database
from core.points.links import seal_key
from core.points.operations import credit, credit_deed, reserve_reward
from core.points.queries import balance_of
from core.points.rules import PointClass, RequestState, Source
from core.points.tables import (
    ActivityRow,
    PointAnchorRow,
    PointEntryRow,
    PointRequestRow,
    RewardRow,
)
from core.points.verifying import verify_book
from core.questions.rules import LAPSES_AFTER
from core.residents.queries import residents_of_phone
from core.staff.queries import staff_by_key
from scheduler import points, questions
from scheduler.next_due import next_due
from tests.scheduler_bench import Bench
from tests.world import GRANDMA_JIN, KEEPER_ZHOU, MONDAY_MORNING, local


@pytest.fixture
def bench(demo: Database) -> Bench:
    """The demo community; Grandma Jin has 75 points and reserved oil."""
    bench = Bench(demo)
    with demo.transaction() as session:
        community = community_by_id(session, bench.community_id)
        (resident,) = residents_of_phone(session, community.id, GRANDMA_JIN.phone)
        credit_deed(
            session,
            community=community,
            resident=resident,
            source=Source.TASK,
            source_id=1,
            point_class=PointClass.PRACTISE,
            points=75,
            reason="扫雪",
            now=MONDAY_MORNING,
        )
        reserve_reward(
            session,
            community=community,
            resident=resident,
            reward=session.scalars(select(RewardRow).where(RewardRow.key == "oil")).one(),
            phone=GRANDMA_JIN.phone,
            channel="sms",
            now=MONDAY_MORNING,
        )
    return bench


def held(bench: Bench) -> tuple[int, int]:
    with bench.database.reading() as session:
        (resident,) = residents_of_phone(session, bench.community_id, GRANDMA_JIN.phone)
        found = balance_of(session, resident)
        return found.free, found.held


def anchors(bench: Bench) -> int:
    with bench.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PointAnchorRow)) or 0


def due(bench: Bench) -> datetime | None:
    with bench.database.reading() as session:
        return next_due(session, after=bench.clock.at)


def run_at(bench: Bench, at: datetime) -> int:
    bench.clock.at = at
    return points.run(bench.services)


def test_a_day_is_anchored_once_and_a_quiet_tick_does_nothing(bench: Bench) -> None:
    assert run_at(bench, MONDAY_MORNING) == 1
    assert run_at(bench, MONDAY_MORNING + timedelta(hours=2)) == 0
    assert run_at(bench, local("2026-11-24 00:00")) == 1

    assert anchors(bench) == 2
    with bench.database.reading() as session:
        verdict = verify_book(session, bench.community_id, secret=seal_key("k"))
    assert (verdict.is_sound, verdict.anchors) == (True, 2)


def test_what_nobody_fetched_is_released_at_midnight(bench: Bench) -> None:
    run_at(bench, local("2026-11-30 23:59"))
    assert held(bench) == (15, 60)

    assert run_at(bench, local("2026-12-01 00:00")) == 2  # and the anchor
    assert held(bench) == (75, 0)


def test_a_cycle_is_announced_and_ended_at_its_instants(bench: Bench) -> None:
    run_at(bench, local("2026-12-01 12:00"))
    run_at(bench, local("2026-12-17 09:59"))
    assert due(bench) == local("2026-12-17 10:00")
    assert run_at(bench, local("2026-12-17 10:00")) == 1
    run_at(bench, local("2026-12-31 23:59"))
    assert due(bench) == local("2027-01-01 00:00")

    assert run_at(bench, local("2027-01-01 00:00")) == 2
    assert run_at(bench, local("2027-01-01 00:01")) == 0

    assert held(bench) == (23, 0)  # 30 of a hundred are carried, half a point stays


def test_a_second_keeper_who_never_answers_lets_the_request_lapse(bench: Bench) -> None:
    with bench.database.transaction() as session:
        community = community_by_id(session, bench.community_id)
        keeper = staff_by_key(session, community.id, KEEPER_ZHOU.key)
        (resident,) = residents_of_phone(session, community.id, GRANDMA_JIN.phone)
        assert keeper is not None
        credit(
            session,
            community=community,
            keeper=keeper,
            resident=resident,
            activity=session.scalars(select(ActivityRow).where(ActivityRow.key == "snow")).one(),
            channel="sms",
            now=MONDAY_MORNING,
            points=40,
        )
    bench.clock.at = MONDAY_MORNING + LAPSES_AFTER
    assert questions.run(bench.services) == 1

    with bench.database.reading() as session:
        assert session.scalars(select(PointRequestRow.state)).all() == [RequestState.LAPSED]
        assert session.scalar(select(func.count()).select_from(PointEntryRow)) == 2
