"""Sending: never twice without need, never lost, never at the wrong hour."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.alarms.operations import acknowledge, raise_alarm
from core.calls.operations import begin_call
from core.calls.tables import RecordingRow
from core.communities.queries import community_by_id
from core.db import Database
from core.outbox.operations import claim_next
from core.outbox.tables import OutboxRow
from core.phones import PhoneKind
from core.residents.tables import ResidentPhoneRow
from core.sound.tables import SoundRow
from core.staff.queries import staff_of_phone
from scheduler import outgoing
from scheduler.errands import errand_of
from telephony.desk.tables import DeskCallRow, DeskTextRow
from telephony.ports import DeliveryFailed, Media
from tests.scheduler_bench import PUBLIC_URL, Bench
from tests.world import GRANDMA_JIN, LIU_YULAN, ZHANG_MIN, local

JIN, LIU, ZHANG = GRANDMA_JIN.phone, LIU_YULAN.phone, ZHANG_MIN.phone


@pytest.fixture
def bench(demo: Database) -> Bench:
    return Bench(demo)


def _timed_out() -> DeliveryFailed:
    return DeliveryFailed("timed out", retryable=True, unknown=True)


def test_a_text_is_sent_once_and_its_status_address_names_row_and_attempt(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")

    assert outgoing.run(bench.services) == 1
    assert outgoing.run(bench.services) == 0

    assert bench.received(JIN) == ["hello"]
    row = bench.row(row_id)
    assert (row.state, row.attempts, row.lease_until) == ("sent", 1, None)
    assert bench.attempts(row_id) == ["sent"]
    with bench.database.reading() as session:
        text = session.scalars(select(DeskTextRow)).one()
        assert (text.sid, text.status_url) == (
            row.provider_id,
            f"{PUBLIC_URL}/sms/status?row={row_id}&attempt=1",
        )


def test_a_call_carries_its_row_to_each_door(bench: Bench) -> None:
    row_id = bench.call(ZHANG, key="listen:1")

    outgoing.run(bench.services)

    with bench.database.reading() as session:
        call = session.scalars(select(DeskCallRow)).one()
        assert call.answer_url == f"{PUBLIC_URL}/ivr/answered?row={row_id}&attempt=1"
        assert call.status_url == f"{PUBLIC_URL}/ivr/status?row={row_id}&attempt=1"
        assert call.machine_url == ""


def test_emergencies_leave_first(bench: Bench) -> None:
    bench.text(ZHANG, "usual", purpose="alert")
    bench.text(ZHANG, "fire", purpose="alarm", priority=0)

    outgoing.run(bench.services)

    assert bench.received(ZHANG) == ["fire", "usual"]


def test_an_unknown_outcome_is_looked_up_before_anything_is_sent_again(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")
    bench.provider.after = [_timed_out()]

    outgoing.run(bench.services)
    assert bench.row(row_id).state == "unknown"
    bench.real_clock.forward(minutes=1)
    outgoing.run(bench.services)

    assert bench.received(JIN) == ["hello"]
    assert bench.provider.looked_up == 1
    assert bench.row(row_id).state in ("sent", "delivered")
    assert bench.attempts(row_id) == ["unknown", "sent"]


def test_what_the_provider_never_took_is_sent_again(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")
    bench.provider.before = [_timed_out()]

    outgoing.run(bench.services)
    bench.real_clock.forward(minutes=1)
    outgoing.run(bench.services)

    assert bench.received(JIN) == ["hello"]
    assert bench.attempts(row_id) == ["unknown", "given_back", "sent"]


def test_a_crash_between_sending_and_recording_does_not_send_twice(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")
    with bench.database.transaction() as session:
        (claimed,) = claim_next(
            session,
            now=bench.clock.at,
            real_now=bench.real_clock.at,
            limit=1,
            lease_seconds=45,
        )
        errand = errand_of(session, claimed, real_now=bench.real_clock.at)
    bench.provider.send_text(errand.text(PUBLIC_URL, 1))  # and here the process dies

    outgoing.run(bench.services)
    assert bench.row(row_id).state == "sending"  # its lease still runs
    bench.real_clock.forward(seconds=46)
    outgoing.run(bench.services)

    assert bench.received(JIN) == ["hello"]
    assert bench.row(row_id).state in ("sent", "delivered")


def test_the_same_words_sent_earlier_are_not_taken_for_it(bench: Bench) -> None:
    bench.provider.by_words = True
    bench.text(JIN, "hello", key="first")
    outgoing.run(bench.services)
    second = bench.text(JIN, "hello", key="second")
    bench.provider.before = [_timed_out()]

    for _ in range(2):
        outgoing.run(bench.services)
        bench.real_clock.forward(minutes=1)

    assert bench.received(JIN) == ["hello", "hello"]
    assert bench.row(second).state == "sent"


def test_a_provider_that_cannot_be_asked_leaves_the_row_in_doubt(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")
    bench.provider.after = [_timed_out()]
    bench.provider.lookups = [DeliveryFailed("away", retryable=True)]

    for _ in range(3):
        outgoing.run(bench.services)
        bench.real_clock.forward(minutes=5)

    assert bench.received(JIN) == ["hello"]
    assert bench.attempts(row_id) == ["unknown", "unknown", "sent"]


def test_five_failures_are_a_persons_task(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")
    bench.provider.before = [DeliveryFailed("away", retryable=True) for _ in range(5)]

    for attempt in range(5):
        assert bench.row(row_id).attempts == attempt
        outgoing.run(bench.services)
        assert outgoing.run(bench.services) == 0 or attempt == 4  # it waits before the next
        bench.real_clock.forward(hours=1)

    assert (bench.row(row_id).state, bench.row(row_id).reason) == ("failed", "away")
    (task,) = bench.tasks()
    assert task.kind == "delivery_failed"
    assert "hello" in task.words
    assert bench.received(JIN) == []


def test_a_landline_that_refuses_texts_is_remembered(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello")
    bench.provider.before = [DeliveryFailed("21614", retryable=False)]

    outgoing.run(bench.services)

    assert bench.attempts(row_id) == ["failed"]
    with bench.database.reading() as session:
        asked = select(ResidentPhoneRow.kind).where(ResidentPhoneRow.phone == JIN)
        assert session.scalars(asked).all() == [PhoneKind.LANDLINE]
    assert [task.kind for task in bench.tasks()] == ["delivery_failed"]


def test_a_failed_alert_about_a_failure_opens_no_further_task(bench: Bench) -> None:
    bench.text(JIN, "hello")
    bench.provider.before = [DeliveryFailed("30006", retryable=False) for _ in range(2)]

    outgoing.run(bench.services)
    outgoing.run(bench.services)

    assert len(bench.tasks()) == 1


def test_whoever_cannot_be_texted_is_not_the_one_who_is_told_so(bench: Bench) -> None:
    bench.text(ZHANG, "a case", purpose="alert")
    bench.provider.before = [DeliveryFailed("30006", retryable=False)]

    outgoing.run(bench.services)
    outgoing.run(bench.services)

    (task,) = bench.tasks()
    assert task.phone == ZHANG
    assert bench.received(ZHANG) == []
    assert task.owner_staff_id is not None


def test_what_came_too_late_is_not_sent_but_told_to_a_person(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello", use_by=bench.clock.at)

    outgoing.run(bench.services)

    row = bench.row(row_id)
    assert (row.state, row.attempts, bench.received(JIN)) == ("task", 0, [])
    assert [task.kind for task in bench.tasks()] == ["delivery_failed"]


def test_texts_we_start_to_residents_keep_the_texting_hours(bench: Bench) -> None:
    bench.clock.at = local("2026-11-23 23:00")
    held = bench.text(JIN, "notice")
    bench.text(ZHANG, "alert")
    bench.text(LIU, "fire", priority=0)
    bench.text(JIN, "answer", purpose="receipt")

    outgoing.run(bench.services)

    assert bench.received(JIN) == ["answer"]
    assert bench.received(ZHANG) == ["alert"]
    assert bench.received(LIU) == ["fire"]
    row = bench.row(held)
    assert (row.state, row.attempts, row.not_before) == ("queued", 0, local("2026-11-24 10:00"))
    bench.clock.at = local("2026-11-24 10:00")
    outgoing.run(bench.services)
    assert bench.received(JIN) == ["answer", "notice"]


def test_the_third_equal_text_of_a_day_waits_for_the_next(bench: Bench) -> None:
    rows = [bench.text(JIN, "same", key=f"same:{number}") for number in range(3)]

    outgoing.run(bench.services)

    assert bench.received(JIN) == ["same", "same"]
    assert bench.row(rows[2]).not_before == local("2026-11-24 10:00")


def test_the_fifth_different_text_of_a_day_waits_for_the_next(bench: Bench) -> None:
    rows = [bench.text(JIN, words) for words in "abcde"]

    outgoing.run(bench.services)

    assert bench.received(JIN) == list("abcd")
    assert bench.row(rows[4]).state == "queued"
    bench.clock.at = local("2026-11-24 10:00")
    outgoing.run(bench.services)
    assert bench.received(JIN) == list("abcde")


def test_staff_are_told_without_a_limit(bench: Bench) -> None:
    for number in range(8):
        bench.text(ZHANG, f"alert {number}", purpose="alert")

    outgoing.run(bench.services)

    assert len(bench.received(ZHANG)) == 8


def test_several_schedulers_send_each_row_once(bench: Bench) -> None:
    words = [f"alert {number}" for number in range(24)]
    for each in words:
        bench.text(ZHANG, each, purpose="alert")
    others = [Database(bench.database.url) for _ in range(3)]
    errors: list[BaseException] = []

    def work(database: Database) -> None:
        try:
            outgoing.run(replace(bench.services, database=database))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()

    assert errors == []
    assert sorted(bench.received(ZHANG)) == sorted(words)


def _recording(bench: Bench) -> int:
    with bench.database.transaction() as session:
        call = begin_call(
            session,
            community=community_by_id(session, bench.community_id),
            provider_id="CA1",
            direction="inbound",
            purpose="resident",
            phone=JIN,
            now=bench.clock.at,
        )
        recording = RecordingRow(
            community_id=bench.community_id,
            call_id=call.id,
            provider_id="RE1",
            url="http://127.0.0.1/r",
            seconds=3,
            created_at=bench.clock.at,
        )
        session.add(recording)
        session.flush()
        return recording.id


def _kept(bench: Bench, recording_id: int) -> RecordingRow:
    with bench.database.reading() as session:
        row = session.get_one(RecordingRow, recording_id)
        session.expunge(row)
        return row


def test_a_recording_that_is_not_there_yet_is_fetched_later(bench: Bench) -> None:
    recording_id = _recording(bench)
    row_id = bench.fetching({"recording_id": recording_id})
    bench.provider.media = [DeliveryFailed("404", retryable=True), Media(b"RIFF", "audio/wav")]

    outgoing.run(bench.services)
    bench.real_clock.forward(minutes=1)
    outgoing.run(bench.services)

    assert bench.row(row_id).state == "delivered"
    with bench.database.reading() as session:
        sound = session.get_one(SoundRow, _kept(bench, recording_id).sound_hash)
        assert (sound.kind, sound.audio) == ("recording", b"RIFF")


def test_a_recording_that_cannot_be_had_leaves_a_reason_and_a_task(bench: Bench) -> None:
    recording_id = _recording(bench)
    row_id = bench.fetching({"recording_id": recording_id})
    bench.provider.media = [DeliveryFailed("too large", retryable=False)]

    outgoing.run(bench.services)

    assert bench.row(row_id).state == "failed"
    assert _kept(bench, recording_id).fetch_reason == "too large"
    (task,) = bench.tasks()
    assert (task.kind, task.phone) == ("call_back", JIN)


def test_a_demo_never_leaves_through_a_real_provider(bench: Bench) -> None:
    row_id = bench.text(JIN, "hello", priority=0)

    outgoing.run(replace(bench.services, demo=False))

    assert (bench.row(row_id).state, bench.received(JIN)) == ("failed", [])


def test_nobody_is_woken_for_an_alarm_that_was_taken_while_the_provider_was_down(
    bench: Bench,
) -> None:
    with bench.database.transaction() as session:
        community = community_by_id(session, bench.community_id)
        alarm = raise_alarm(
            session,
            community=community,
            kind="emergency",
            danger="fire",
            words="着火了",
            now=bench.clock.at,
            phone=JIN,
        )
        bench.clock.forward(minutes=10)
        staff = staff_of_phone(session, bench.community_id, ZHANG)
        assert staff is not None
        acknowledge(session, alarm, staff=staff, channel="call", now=bench.clock.at)

    outgoing.run(bench.services)

    with bench.database.reading() as session:
        assert session.scalars(select(DeskCallRow)).all() == []
        (call,) = session.scalars(select(OutboxRow).where(OutboxRow.kind == "call")).all()
        assert (call.state, call.reason) == ("failed", "somebody had taken the alarm")
