"""A case nobody touches climbs, over the weekend too, and two schedulers climb it once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from threading import Thread

import pytest

from core.cases.escalation import climb_due
from core.cases.moves import accept_case
from core.cases.notes import record_told
from core.cases.queries import events_of
from core.cases.tables import CaseRow
from core.db import Database
from tests.unit.demo_office import Desk
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    MASTER_WANG,
    STRANGER,
    XIAO_LI,
    local,
)


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office on a Monday morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


def climb_until(desk: Desk, case: CaseRow, end: datetime) -> list[tuple[str, str, str, int]]:
    """Climb from due instant to due instant: when, what, whom it was told to, which level."""
    steps = []
    while case.climb_at is not None and case.climb_at <= end:
        now = case.climb_at
        assert climb_due(desk.session, now) == 1
        last = events_of(desk.session, case.id)[-1]
        at = now.astimezone(end.tzinfo).strftime("%m-%d %H:%M")
        steps.append((at, last.what, last.words, case.escalation_level))
    return steps


def test_a_case_nobody_accepts_is_reminded_and_climbs_to_the_director(desk: Desk) -> None:
    case = desk.open()

    steps = climb_until(desk, case, local("2026-11-26 19:59"))

    assert steps == [
        ("11-23 12:30", "reminded", "wangshifu", 1),
        ("11-23 16:30", "climbed", "xiaoli", 2),
        ("11-24 10:30", "climbed", "chendeputy", 3),
        ("11-24 16:30", "climbed", "guodirector", 4),
    ]
    assert "还等您接" in desk.texts_to(MASTER_WANG)[-1].body
    for who in (XIAO_LI, DEPUTY_CHEN, DIRECTOR_GUO):
        assert "没人接" in desk.texts_to(who)[-1].body
    assert case.status == "dispatched"


def test_an_accepted_case_climbs_only_when_its_promise_is_broken(desk: Desk) -> None:
    case = desk.open()
    accept_case(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        channel="sms",
        now=local("2026-11-23 11:00"),
    )

    steps = climb_until(desk, case, local("2026-12-01 20:00"))

    assert steps == [
        ("11-26 20:00", "overdue", "xiaoli", 2),
        ("11-27 14:00", "overdue", "chendeputy", 3),
        ("11-27 20:00", "overdue", "guodirector", 4),
        ("12-01 14:00", "overdue", "guodirector", 4),  # told again: overdue is never quiet
    ]
    assert "还没给居民回话" in desk.texts_to(MASTER_WANG)[-1].body


def test_feedback_takes_an_overdue_case_down_the_ladder(desk: Desk) -> None:
    case = desk.open()
    accept_case(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        channel="sms",
        now=local("2026-11-23 11:00"),
    )
    climb_until(desk, case, local("2026-11-26 20:00"))

    record_told(
        desk.session,
        case,
        actor=desk.actor(XIAO_LI),
        channel="sms",
        words="在等配件",
        now=local("2026-11-27 11:00"),
    )

    assert (case.escalation_level, case.climb_at) == (0, local("2026-12-02 20:00"))


def test_the_ladder_rests_over_the_weekend(desk: Desk) -> None:
    case = desk.open(now=local("2026-11-27 19:00"))

    steps = climb_until(desk, case, local("2026-11-30 14:00"))

    assert steps == [
        ("11-30 11:00", "reminded", "wangshifu", 1),
        ("11-30 13:00", "climbed", "xiaoli", 2),
    ]


def test_a_make_up_saturday_is_a_day_of_the_ladder_and_of_the_promise(desk: Desk) -> None:
    # 10 October 2026 is a Saturday that is worked after the National Day holiday
    case = desk.open(now=local("2026-10-08 11:00"))

    assert case.first_due_at == local("2026-10-12 20:00")


def test_without_a_grid_leader_the_duty_person_is_skipped_if_the_case_is_theirs(
    desk: Desk,
) -> None:
    case = desk.open(who=STRANGER)

    steps = climb_until(desk, case, local("2026-11-23 20:00"))

    assert steps == [
        ("11-23 12:30", "reminded", "zhangmin", 1),
        ("11-23 16:30", "climbed", "chendeputy", 3),
    ]


def test_two_schedulers_climb_a_case_once(whole_demo: Database) -> None:
    with whole_demo.transaction() as session:
        for _ in range(6):
            Desk(session).open()
    done: list[int] = []

    def work() -> None:
        with whole_demo.transaction() as session:
            done.append(climb_due(session, local("2026-11-23 12:30")))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with whole_demo.transaction() as session:
        desk = Desk(session)
        assert sum(done) == 6
        assert len(desk.texts_to(MASTER_WANG)) == 12  # each dispatched once, reminded once
