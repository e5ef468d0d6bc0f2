"""A simulated month with a holiday week in it: standing orders and daily welfare calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.tables import CaseRow
from core.communities.queries import community_by_key
from core.db import Database
from core.loading.operations import load_file
from core.reaching.operations import note_outcome, place_due
from core.reaching.rules import Outcome, ReachPurpose, ReachState
from core.reaching.tables import ReachRow
from core.standing.operations import (
    answer_run,
    begin_due,
    follow_calls,
    follow_welfare,
    miss_due,
    open_due,
    plan_again,
    say_safe,
)
from core.standing.queries import orders_of, rounds_of, runs_of, welfare_calls_of
from core.standing.tables import StandingRunRow
from core.tasks.tables import TaskRow
from scheduler.next_due import next_due
from tests.world import local

DEMO = (Path(__file__).parents[2] / "fixtures/demo/community.toml").read_text("utf-8")
# a weekly delivery on Sundays: two of these Sundays and Saturdays are worked in exchange 调休
RICE = """
[[standing]]
key = "hanguizhi-rice"
resident = "hanguizhi"
name = "送米"
kind = "delivery"
weekday = "sunday"
lead_workdays = 1
"""
DAILY = DEMO.replace('days = ["monday", "thursday"]\n', "") + RICE
BEGINS, ENDS = local("2026-09-14 09:00"), local("2026-10-16 23:00")
_STEPS = (plan_again, open_due, miss_due, begin_due, place_due, follow_calls, follow_welfare)
Ear = Callable[[ReachRow, datetime], Outcome]


def live(database: Database, ear: Ear) -> None:
    """Go from due instant to due instant; ``ear`` says how each call ends."""
    now = BEGINS
    while now < ENDS:
        with database.transaction() as session:
            while sum(step(session, now) for step in _STEPS):
                _hear(session, ear, now)
        with database.reading() as session:
            now = next_due(session, after=now) or ENDS


def _hear(session: Session, ear: Ear, now: datetime) -> None:
    ringing = select(ReachRow).where(ReachRow.state == ReachState.RINGING)
    for row in session.scalars(ringing).all():
        outcome = ear(row, now)
        note_outcome(session, outbox_id=row.outbox_id, outcome=outcome, now=now)
        if outcome is not Outcome.ANSWERED:
            continue
        if row.purpose == ReachPurpose.STANDING:
            answer_run(session, row.about_id, 1, channel="call", now=now)
        elif row.purpose == ReachPurpose.WELFARE:
            say_safe(session, row.about_id, said_by="resident", now=now)


def _days(row: StandingRunRow) -> tuple[tuple[int, int], ...]:
    opened = row.opened_at.astimezone(BEGINS.tzinfo).date()
    return tuple((day.month, day.day) for day in (row.falls_on, row.serves_on, opened))


@pytest.fixture
def month(database: Database) -> Database:
    """The demo community on 14 September, with a weekly bath and a daily call."""
    with database.transaction() as session:
        load_file(session, name="demo", text=DAILY, now=BEGINS)
    return database


def test_a_month_with_a_holiday_week(month: Database) -> None:
    """金秋: Mid-Autumn on 25 September, National Day from 1 to 7 October 2026.

    Grandmother Chen answers but on two days: on one a machine takes every call, on the other
    she is there for the third ring. 马永福 never answers about his medicine.
    """
    machine, third = date(2026, 9, 22), date(2026, 10, 3)
    tries: Counter[date] = Counter()

    def ear(row: ReachRow, now: datetime) -> Outcome:
        day = now.astimezone(BEGINS.tzinfo).date()
        if row.purpose == ReachPurpose.WELFARE:
            tries[day] += 1
            if day == machine:
                return Outcome.MACHINE
            return Outcome.SILENCE if day == third and tries[day] < 3 else Outcome.ANSWERED
        if row.purpose == ReachPurpose.WELFARE_CONTACT:
            return Outcome.NO_ANSWER
        medicine = row.about == "取透析药"
        return Outcome.NO_ANSWER if medicine else Outcome.ANSWERED

    live(month, ear)
    with month.reading() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        medicine, bath, rice = orders_of(session, community.id)
        # on the 5th everybody is off: it is fetched on the last working day before the holiday,
        # and opens three working days ahead, with Mid-Autumn's Friday between
        (run,) = runs_of(session, medicine.id)
        opened = run.opened_at.astimezone(BEGINS.tzinfo)
        assert (run.falls_on, run.serves_on) == (date(2026, 10, 5), date(2026, 9, 30))
        assert (opened.date(), opened.hour) == (date(2026, 9, 24), 10)
        assert (medicine.vital, run.state) == (True, "missed")
        case = session.get_one(CaseRow, run.case_id)
        assert (case.category, case.urgency, case.summary) == ("errand", "P1", "取透析药")
        missed = [task for task in session.scalars(select(TaskRow)) if task.case_id == case.id]
        assert [(task.kind, task.urgency) for task in missed] == [("call_back", "P1")]
        assert missed[0].created_at - run.opened_at == timedelta(hours=4)  # of that very day

        baths = runs_of(session, bath.id)
        assert [(row.falls_on.day, row.serves_on.day) for row in baths] == [
            (16, 16), (23, 23), (30, 30), (7, 8), (14, 14),
        ]  # fmt: skip
        assert {row.state for row in baths} == {"confirmed"}

        # Sunday the 20th and Saturday 10 October are working days; what falls on a day off comes
        # earlier: before Mid-Autumn, before National Day, and on the Saturday that is worked
        meals = runs_of(session, rice.id)
        assert [_days(row) for row in meals] == [
            ((9, 20), (9, 20), (9, 18)),
            ((9, 27), (9, 24), (9, 23)),
            ((10, 4), (9, 30), (9, 29)),
            ((10, 11), (10, 10), (10, 9)),
            ((10, 18), (10, 16), (10, 15)),
        ]

        (welfare,) = welfare_calls_of(session, community.id)
        rounds = rounds_of(session, welfare.id)
        assert len(rounds) == 33  # each day of the month, holidays and weekends too
        assert [row.on for row in rounds if row.state != "safe"] == [machine]
        ladder = next(row for row in rounds if row.on == machine)
        assert ladder.contact_at is not None
        assert ladder.door_at is not None
        assert ladder.contact_at - ladder.began_at <= timedelta(minutes=45)
        assert ladder.door_at - ladder.began_at <= timedelta(minutes=60)
        assert (tries[machine], tries[third]) == (3, 3)
        door = next(task for task in session.scalars(select(TaskRow)) if "上门看看" in task.words)
        assert "青湖华庭1-2-301" in door.words
        assert (door.kind, door.urgency) == ("at_the_door", "P1")
