"""Ticks, heartbeats, a demo's clock, and calls whose window passed before they were placed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.tables import CallbackRow
from core.cases.tables import CaseRow
from core.clock import RealClock
from core.communities.tables import ClockOffsetRow, HeartbeatRow
from core.db import Database
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from scheduler import outgoing, ticks
from scheduler.demo_clock import (
    NeverQuiet,
    ask_to_move,
    ask_to_stop,
    begin_at,
    is_moving,
    move_if_asked,
    walk,
)
from scheduler.heartbeat import Heart
from scheduler.next_due import next_due
from scheduler.process import StepWatch, run_due, run_forever, tick_once
from scheduler.services import SchedulerServices
from scheduler.ticks import TICKS, Tick, run_tick
from telephony.ports import DeliveryFailed
from tests.callback_office import CallbackOffice
from tests.scheduler_bench import Bench
from tests.world import GRANDMA_JIN, MONDAY_MORNING, ZHANG_MIN, local

DONE_AT = local("2026-11-23 11:00")
FIRST_CALL_AT = local("2026-11-23 13:00")


@pytest.fixture
def bench(demo: Database) -> Bench:
    return Bench(demo)


@pytest.fixture
def office(bench: Bench) -> CallbackOffice:
    return CallbackOffice(bench.database, MONDAY_MORNING)


def test_a_pass_does_everything_from_plan_to_call(bench: Bench, office: CallbackOffice) -> None:
    office.done(office.open(GRANDMA_JIN, MONDAY_MORNING), DONE_AT)
    bench.clock.at = FIRST_CALL_AT

    assert run_due(bench.services) > 0
    while run_due(bench.services):
        pass

    (call,) = office.outgoing("call")
    assert (call.state, office.callback().state) == ("sent", "ringing")
    assert bench.received(ZHANG_MIN.phone) == []


def test_a_call_whose_window_passed_goes_back_to_planning(
    bench: Bench, office: CallbackOffice
) -> None:
    office.done(office.open(GRANDMA_JIN, MONDAY_MORNING), DONE_AT)
    office.run(DONE_AT)
    office.run(FIRST_CALL_AT)  # and here the scheduler is switched off for the rest of the day
    bench.clock.at = local("2026-11-23 22:30")

    outgoing.run(bench.services)

    (call,) = office.outgoing("call")
    assert (call.state, call.attempts) == ("failed", 0)
    assert office.attempts() == [("call", "not_made")]
    assert (office.callback().state, office.callback().next_at) == (
        "planned",
        local("2026-11-24 10:30"),
    )


def test_a_call_that_the_provider_refuses_counts_as_a_try(
    bench: Bench, office: CallbackOffice
) -> None:
    office.done(office.open(GRANDMA_JIN, MONDAY_MORNING), DONE_AT)
    office.run(DONE_AT)
    outgoing.run(bench.services)  # what staff are told
    office.run(FIRST_CALL_AT)
    bench.clock.at = FIRST_CALL_AT
    bench.provider.before = [DeliveryFailed("21211", retryable=False)]

    outgoing.run(bench.services)

    assert office.attempts() == [("call", "failed")]
    assert office.callback().state == "planned"
    assert office.tasks() == []


def test_a_survey_that_cannot_be_delivered_is_asked_by_a_person(
    bench: Bench, office: CallbackOffice
) -> None:
    office.done(office.open(GRANDMA_JIN, MONDAY_MORNING), DONE_AT)
    office.unanswered_calls(DONE_AT, 3)
    bench.clock.at = local("2026-11-24 10:31")
    outgoing.run(bench.services)  # what staff are told
    office.run(bench.clock.at)
    bench.provider.before = [DeliveryFailed("30005", retryable=False)]

    outgoing.run(bench.services)

    assert office.callback().state == "person"
    assert office.attempts()[-1] == ("sms", "failed")
    assert office.tasks() == [("call_back", "open")]


def test_a_failing_tick_does_not_stop_the_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    def fail(_services: SchedulerServices) -> int:
        raise ZeroDivisionError("words of a resident")

    services = replace(
        bench.services,
        report_failure=lambda tick, error: seen.append((tick, type(error).__name__)),
    )
    bench.text(ZHANG_MIN.phone, "alert")
    monkeypatch.setattr(ticks, "TICKS", (Tick("broken", 1, fail), *TICKS))

    assert run_due(services) >= 1

    assert seen == [("broken", "ZeroDivisionError")]
    assert bench.received(ZHANG_MIN.phone) == ["alert"]


def test_every_tick_beats_in_real_time_and_says_what_failed(bench: Bench) -> None:
    heart = Heart(bench.services)
    bench.real_clock.forward(minutes=3)
    services = replace(bench.services, report_failure=lambda _tick, _error: None)
    fails = Tick("broken", 1, lambda _services: 1 // 0)

    tick_once(services, heart, next(tick for tick in TICKS if tick.name == "sweeping"))
    tick_once(services, heart, fails)

    with bench.database.reading() as session:
        beats = {row.name: (row.at, row.detail) for row in session.scalars(select(HeartbeatRow))}
    assert beats == {
        "scheduler:here:1:sweeping": (bench.real_clock.at, ""),
        "scheduler:here:1:broken": (bench.real_clock.at, "ZeroDivisionError"),
    }


def test_beats_of_processes_that_ended_are_forgotten(bench: Bench) -> None:
    with bench.database.transaction() as session:
        long_ago = bench.real_clock.at - timedelta(days=2)
        session.add(HeartbeatRow(name="scheduler:there:9:alarms", at=long_ago, detail=""))

    Heart(bench.services).beat("alarms")

    with bench.database.reading() as session:
        names = session.scalars(select(HeartbeatRow.name)).all()
    assert names == ["scheduler:here:1:alarms"]


def test_a_clock_that_was_set_is_noticed_and_time_that_passed_is_not() -> None:
    noon = MONDAY_MORNING
    watch = StepWatch(noon, 100.0)

    assert not watch.has_stepped(noon + timedelta(seconds=5), 105.0)
    assert not watch.has_stepped(noon + timedelta(hours=1), 3700.0)  # the machine slept
    assert watch.has_stepped(noon, 3705.0)
    assert not watch.has_stepped(noon + timedelta(seconds=5), 3710.0)
    assert watch.has_stepped(noon + timedelta(days=30), 3715.0)


def test_the_process_ticks_until_it_is_told_to_stop(bench: Bench) -> None:
    services = replace(bench.services, clock=RealClock(), real_clock=RealClock())
    bench.text(ZHANG_MIN.phone, "fire", priority=0)
    stop = threading.Event()
    thread = threading.Thread(target=run_forever, args=(services, stop))

    thread.start()
    sent = _wait_until(lambda: bench.received(ZHANG_MIN.phone) == ["fire"])
    stop.set()
    thread.join(timeout=20)

    assert sent
    assert not thread.is_alive()
    with bench.database.reading() as session:
        assert session.scalars(select(HeartbeatRow)).first() is not None


def _wait_until(happened: Callable[[], bool], seconds: float = 20) -> bool:
    waiting = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if happened():
            return True
        waiting.wait(0.1)
    return False


# --- what is due next


def test_in_an_empty_community_only_the_ends_of_its_points_cycles_wait(bench: Bench) -> None:
    with bench.database.reading() as session:
        first = next_due(session, after=bench.clock.at)
        assert first == local("2026-12-17 10:00")
        assert next_due(session, after=first) == local("2027-12-17 10:00")


def _set(session: Session, row: type[CaseRow] | type[CallbackRow], **columns: datetime) -> None:
    for name, at in columns.items():
        setattr(session.scalars(select(row)).one(), name, at)


def test_the_earliest_due_instant_of_every_kind_is_found(
    bench: Bench, office: CallbackOffice
) -> None:
    office.done(office.open(GRANDMA_JIN, MONDAY_MORNING), DONE_AT)
    while run_due(bench.services):
        pass
    later = [DONE_AT + timedelta(minutes=number) for number in range(1, 5)]
    with bench.database.transaction() as session:
        _set(session, CallbackRow, next_at=later[3], person_at=later[1])
        _set(session, CaseRow, climb_at=later[2])
        question = ask(
            session,
            community_id=bench.community_id,
            phone=GRANDMA_JIN.phone,
            kind=QuestionKind.VISIT,
            about={},
            words="?",
            now=DONE_AT,
            purpose="question",
            key="q",
        )
        question.lapses_at = later[0]
    outgoing.run(bench.services)

    found = []
    at = DONE_AT
    with bench.database.reading() as session:
        for _ in later:
            halt = next_due(session, after=at)
            assert halt is not None
            found.append(halt)
            at = halt
    assert found == later


# --- a demo's clock


def test_a_walk_halts_at_every_due_instant(bench: Bench, office: CallbackOffice) -> None:
    office.open(GRANDMA_JIN, MONDAY_MORNING)
    halts: list[datetime] = []

    def set_now(instant: datetime) -> None:
        halts.append(instant)
        bench.clock.at = instant

    arrived = walk(bench.services, to=local("2026-11-26 12:30"), set_now=set_now)

    assert arrived == local("2026-11-26 12:30")
    assert local("2026-11-25 16:30") in halts  # the progress call of day two
    assert local("2026-11-26 12:00") in halts  # noon of day three
    assert halts == sorted(halts)
    assert ("tell_resident", "open") in office.tasks()


def test_a_walk_stops_where_it_is_asked_to(bench: Bench, office: CallbackOffice) -> None:
    office.open(GRANDMA_JIN, MONDAY_MORNING)
    bench.clock.at = local("2026-11-25 15:00")

    arrived = walk(
        bench.services,
        to=local("2026-11-26 12:30"),
        set_now=lambda instant: setattr(bench.clock, "at", instant),
        stop=lambda: bool(office.outgoing("call", "progress")),
    )

    assert arrived == local("2026-11-25 16:30")


def test_work_without_end_at_one_instant_is_a_fault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "TICKS", (Tick("endless", 1, lambda _services: 1),))

    with pytest.raises(NeverQuiet):
        walk(bench.services, to=DONE_AT, set_now=lambda _instant: None)


class _Offset:
    """The community's clock as the offset row says, over a real clock that stands."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def now(self) -> datetime:
        with self._bench.database.reading() as session:
            seconds = session.scalar(select(ClockOffsetRow.seconds)) or 0
        return self._bench.real_clock.at + timedelta(seconds=seconds)


def test_the_clock_goes_where_it_was_asked_to_and_only_forward(bench: Bench) -> None:
    services = replace(bench.services, clock=_Offset(bench))
    later = MONDAY_MORNING + timedelta(hours=2)
    with bench.database.transaction() as session:
        ask_to_move(session, to=later)
    assert is_moving(services)

    assert move_if_asked(services) == 1
    assert (services.clock.now(), is_moving(services)) == (later, False)

    with bench.database.transaction() as session:
        ask_to_move(session, to=MONDAY_MORNING)
    move_if_asked(services)
    assert services.clock.now() == later
    assert move_if_asked(services) == 0


def test_other_ticks_stand_still_while_the_clock_is_walked(bench: Bench) -> None:
    row_id = bench.text(ZHANG_MIN.phone, "alert")
    with bench.database.transaction() as session:
        ask_to_move(session, to=DONE_AT)

    heart = Heart(bench.services)
    for tick in TICKS:
        tick_once(bench.services, heart, tick)

    assert bench.row(row_id).state == "queued"
    assert run_tick(bench.services, TICKS[0]).failure == ""


def test_a_walk_lets_ring_out_what_rings_already_and_stops_at_a_new_ring(bench: Bench) -> None:
    rings = iter([True, True, False, True])
    services = replace(
        bench.services, clock=_Offset(bench), stop_walking=lambda _session: next(rings)
    )
    for hour in (11, 12, 13):
        bench.text(ZHANG_MIN.phone, f"at {hour}", not_before=local(f"2026-11-23 {hour}:00"))
    with bench.database.transaction() as session:
        ask_to_move(session, to=local("2026-11-23 15:00"))

    move_if_asked(services)

    assert services.clock.now() == local("2026-11-23 12:00")


def test_a_walk_that_is_asked_to_stop_stands_at_its_next_halt(bench: Bench) -> None:
    def somebody_presses_stop(_session: Session) -> bool:
        with bench.database.transaction() as session:
            ask_to_stop(session)
        return False

    services = replace(bench.services, clock=_Offset(bench))
    for hour in (11, 12, 13):
        bench.text(ZHANG_MIN.phone, f"at {hour}", not_before=local(f"2026-11-23 {hour}:00"))
    with bench.database.transaction() as session:
        ask_to_move(session, to=local("2026-11-23 15:00"))

    move_if_asked(replace(services, stop_walking=somebody_presses_stop))

    assert services.clock.now() < local("2026-11-23 15:00")
    assert not is_moving(services)


def test_only_a_new_demo_begins_elsewhere_and_only_later(bench: Bench) -> None:
    services = replace(bench.services, clock=_Offset(bench))
    now, later = services.clock.now(), services.clock.now() + timedelta(hours=3)
    with bench.database.transaction() as session:
        assert not begin_at(session, now=now, to=now - timedelta(hours=1))
        assert begin_at(session, now=now, to=later)
        assert not begin_at(session, now=now, to=later + timedelta(hours=1))

    assert services.clock.now() == later
