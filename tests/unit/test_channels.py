"""The breaker of a channel, what it lets through, and how sending finds back after trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.alarms.operations import raise_alarm
from core.communities.queries import community_by_id
from core.db import Database
from core.outbox.channels import Pace, gates
from core.outbox.operations import record_sent, record_status
from core.outbox.rules import OutboxKind, wait_seconds
from core.outbox.tables import ChannelRow, OutboxRow
from scheduler import alarms, outgoing
from telephony.desk.tables import DeskTextRow
from telephony.ports import DeliveryFailed
from tests.scheduler_bench import Bench
from tests.world import GRANDMA_JIN, LIU_YULAN, MA_YONGFU, MASTER_WANG, ZHANG_MIN

STAFF = ZHANG_MIN.phone
THREE = (GRANDMA_JIN.phone, LIU_YULAN.phone, MA_YONGFU.phone)


@pytest.fixture
def bench(demo: Database) -> Bench:
    return Bench(demo)


def _down(times: int) -> list[DeliveryFailed]:
    return [DeliveryFailed("away", retryable=True, down=True) for _ in range(times)]


def _shut(bench: Bench) -> list[int]:
    """Let three rows fail one after the other, which shuts the channel; return the rows."""
    rows = [bench.text(phone, "hello", key=phone) for phone in THREE]
    bench.provider.before = _down(3)
    outgoing.run(bench.services)
    return rows


def _channel(bench: Bench) -> ChannelRow:
    with bench.database.reading() as session:
        row = session.scalars(select(ChannelRow)).one()
        session.expunge(row)
        return row


def test_three_rows_that_fail_shut_a_channel_for_all_but_emergencies(bench: Bench) -> None:
    _shut(bench)
    assert _channel(bench).down_since is not None
    bench.text(MASTER_WANG.phone, "usual", purpose="alert")
    bench.text(STAFF, "fire", purpose="alarm", priority=0)

    assert outgoing.run_urgent(bench.services) == 1  # it gets through, so the provider is back

    assert bench.received(STAFF) == ["fire"]
    assert _channel(bench).down_since is None


def test_one_row_alone_shuts_nothing_and_is_a_task_after_five_failures(bench: Bench) -> None:
    row_id = bench.text(THREE[0], "hello")
    bench.provider.before = _down(5)
    for _ in range(5):
        outgoing.run(bench.services)
        bench.real_clock.forward(hours=1)

    assert (bench.row(row_id).state, bench.row(row_id).tries) == ("failed", 5)
    assert [task.kind for task in bench.tasks()] == ["delivery_failed"]


def test_a_shut_channel_is_probed_by_one_row_and_what_waited_goes_at_once(bench: Bench) -> None:
    rows = _shut(bench)
    for _ in range(20):  # half an hour: the probes count against nobody
        bench.provider.before = _down(1)
        bench.clock.forward(seconds=90)
        bench.real_clock.forward(seconds=90)
        assert outgoing.run(bench.services) == 1
    assert {bench.row(row).state for row in rows} == {"queued"}
    assert bench.tasks() == []

    bench.provider.before = []
    bench.real_clock.forward(seconds=11)
    outgoing.run(bench.services)

    assert {bench.row(row).state for row in rows} == {"sent"}
    assert [bench.received(phone) for phone in THREE] == [["hello"]] * 3


def test_too_many_is_a_pause_and_nobodys_failure(bench: Bench) -> None:
    row_id = bench.text(THREE[0], "hello")
    bench.provider.before = [DeliveryFailed("429", retryable=True, too_many=True)]
    outgoing.run(bench.services)
    bench.text(THREE[1], "hello")

    assert outgoing.run(bench.services) == 0
    bench.real_clock.forward(seconds=45)
    outgoing.run(bench.services)

    assert (bench.row(row_id).state, bench.row(row_id).tries) == ("sent", 0)


def test_what_may_not_be_sent_any_more_is_a_task_while_the_channel_is_shut(bench: Bench) -> None:
    use_by = bench.clock.at + timedelta(hours=1)
    row_id = bench.text(THREE[0], "the plumber comes today", use_by=use_by)
    bench.provider.before = _down(1)
    outgoing.run(bench.services)
    bench.clock.forward(hours=1)  # the machine's clock stands: its next try is far off

    outgoing.run(bench.services)

    assert bench.row(row_id).state == "task"
    assert [task.kind for task in bench.tasks()] == ["delivery_failed"]


def test_whom_an_alarms_text_does_not_reach_is_rung(bench: Bench) -> None:
    with bench.database.transaction() as session:
        raise_alarm(
            session,
            community=community_by_id(session, bench.community_id),
            kind="possible",
            danger="fall",
            words="help",
            now=bench.clock.at,
        )
    assert _kinds(bench) == ["text"]  # of what is only possible the first person is texted
    bench.provider.before = _down(1)

    outgoing.run_urgent(bench.services)

    assert _kinds(bench) == ["text", "call"]
    alarms.run(bench.services)


def _kinds(bench: Bench) -> list[str]:
    with bench.database.reading() as session:
        rows = select(OutboxRow.kind).where(OutboxRow.purpose == "alarm").order_by(OutboxRow.id)
        return list(session.scalars(rows))


def test_no_more_leave_at_once_than_the_pace_allows(bench: Bench) -> None:
    bench = bench
    paced = replace(bench.services, pace=Pace({"text": 2.0}))
    for number in range(12):
        bench.text(STAFF, f"alert {number}", purpose="notice")

    assert outgoing.run(paced) == 5  # two seconds' worth, and the one that leaves now
    bench.real_clock.forward(seconds=1)
    assert outgoing.run(paced) == 2


def test_a_clock_that_was_set_back_keeps_nothing_from_leaving(bench: Bench) -> None:
    bench.clock.forward(days=30)
    bench.real_clock.forward(days=30)
    fresh = bench.text(STAFF, "alert", purpose="alert")
    tried = bench.text(MASTER_WANG.phone, "alert", purpose="alert", key="tried")
    bench.provider.before = [DeliveryFailed("x", retryable=True)]
    outgoing.run(replace(bench.services, batch=1))
    bench.clock.forward(days=-30)
    bench.real_clock.forward(days=-30)

    outgoing.run(bench.services)

    assert {bench.row(fresh).state, bench.row(tried).state} == {"sent"}


def test_the_end_of_an_earlier_copy_does_not_fail_the_later_one(bench: Bench) -> None:
    row_id = bench.text(STAFF, "alert", purpose="alert")
    outgoing.run(bench.services)
    now = bench.clock.at
    with bench.database.transaction() as session:
        row = session.get_one(OutboxRow, row_id)
        row.attempts = 2
        given = {"attempt": 2, "provider_id": "SM2", "status": "queued"}
        record_sent(session, row_id, **given, now=now, real_now=now)
        told = {"row_id": row_id, "reason": "", "now": now}
        late = record_status(session, attempt=1, provider_id="SM1", status="undelivered", **told)
        assert late is None
        record_status(session, attempt=2, provider_id="SM2", status="delivered", **told)

    assert bench.row(row_id).state == "delivered"


def test_what_is_found_undelivered_is_a_task_as_if_an_event_had_told(bench: Bench) -> None:
    row_id = bench.text(THREE[0], "hello", purpose="reply")
    bench.provider.after = [DeliveryFailed("timed out", retryable=True, unknown=True)]
    outgoing.run(bench.services)
    with bench.database.transaction() as session:
        session.execute(update(DeskTextRow).values(status="undelivered"))
    bench.real_clock.forward(minutes=1)

    outgoing.run(bench.services)

    assert bench.row(row_id).state == "failed"
    assert [task.kind for task in bench.tasks()] == ["delivery_failed"]


def test_an_emergency_that_waits_is_the_probe(bench: Bench) -> None:
    _shut(bench)
    bench.text(STAFF, "fire", purpose="alarm", priority=0)
    bench.provider.before = _down(1)
    outgoing.run_urgent(bench.services)
    bench.real_clock.forward(seconds=20)

    with bench.database.transaction() as session:
        found = gates(session, pace=Pace(), real_now=bench.real_clock.at)
    assert (found.shut, found.probing) == ({"text"}, "")
    outgoing.run_urgent(bench.services)
    outgoing.run(bench.services)

    with bench.database.reading() as session:
        first = session.scalars(select(DeskTextRow.words).order_by(DeskTextRow.id)).all()
    assert first[0] == "fire"
    assert len(first) == 4


def test_what_failed_together_does_not_come_back_together() -> None:
    waits = {
        wait_seconds(kind=OutboxKind.TEXT, priority=2, tries=1, row_id=row) for row in range(50)
    }
    assert len(waits) > 40
    assert min(waits) >= 22.5
    assert max(waits) <= 37.5
