"""Lines that break, webhooks that come late, twice or in disorder: one case, and nobody lost."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.line import Line
from tests.raw_calls import RawCall
from tests.world import LIU_YANG, ZHANG_MIN, local


def _at_the_tone(line: Line, phone: str = "+8613900000104") -> RawCall:
    call = RawCall(line, phone)
    call.press("1")
    call.press("1")
    call.go_on()
    assert call.has("Record")
    return call


def test_action_recording_callback_and_status_in_any_order_open_one_case(line: Line) -> None:
    for number, order in enumerate(("action", "callback", "status"), start=1):
        call = _at_the_tone(line)
        action = call.action("Record")
        callback = call.action("Record", "recordingStatusCallback")
        sid = f"RE{number}"
        steps = {
            "action": lambda call=call, sid=sid, path=action: call.speak(sid, path=path),
            "callback": lambda call=call, sid=sid, path=callback: call.report(path, sid),
            "status": call.end,
        }
        first = steps.pop(order)
        for step in (first, *steps.values(), first):
            step()
        cases = line.cases()
        assert len(cases) == number
        assert cases[-1]["status"] == "dispatched"


def test_a_silent_recording_is_asked_for_again_and_then_a_person_is_rung(line: Line) -> None:
    call = _at_the_tone(line)
    callback = call.action("Record", "recordingStatusCallback")
    call.go_on()
    assert "不着急" in call.words
    call.report(callback, status="absent")
    call.go_on()
    assert call.has("Record")
    call.go_on()
    assert call.has("Dial")
    assert line.cases() == []


def test_after_three_minutes_the_caller_is_asked_to_go_on_and_it_is_one_case(line: Line) -> None:
    call = _at_the_tone(line)
    call.speak("RE1", seconds=180)
    assert "接着往下说" in call.words
    assert call.has("Record")
    call.speak("RE2", seconds=20, key="#")
    assert "记下了" in call.words
    assert len(line.cases()) == 1


def test_what_was_keyed_is_a_draft_within_a_minute_though_nobody_told_us_the_end(
    line: Line,
) -> None:
    call = _at_the_tone(line)
    line.advance(seconds=61)
    assert [case["status"] for case in line.cases()] == ["draft"]
    call.speak()
    assert [case["status"] for case in line.cases()] == ["dispatched"]


def test_a_call_that_never_reports_its_end_is_swept_into_a_call_back(line: Line) -> None:
    RawCall(line, "+8613912345678")
    line.advance(minutes=31)
    assert [(task["kind"], task["owner"]) for task in line.tasks()] == [("call_back", "zhangmin")]


def test_a_late_status_never_moves_an_ended_call_back(line: Line) -> None:
    call = RawCall(line)
    call.end()
    call.end("in-progress")
    assert line.calls()[-1]["state"] == "completed"


def test_who_rings_back_within_half_an_hour_may_go_on_and_later_not(line: Line) -> None:
    call = _at_the_tone(line)
    call.end()
    assert "接着说" in RawCall(line).words
    line.advance(minutes=31)
    assert "接着说" not in RawCall(line).words


def test_a_hidden_number_is_never_offered_anothers_draft(line: Line) -> None:
    call = _at_the_tone(line, "anonymous")
    call.end()
    assert line.cases()[-1]["status"] == "draft"
    assert "接着说" not in RawCall(line, "anonymous").words


def test_a_second_matter_in_the_same_call_is_a_case_of_its_own(line: Line) -> None:
    call = _at_the_tone(line)
    call.speak("RE1", key="#")
    call.press("1")
    call.press("3")
    call.go_on()
    call.speak("RE2", key="#")
    assert [case["category"] for case in line.cases()] == ["repair", "other"]


def test_a_turn_that_is_posted_again_gets_the_same_words_and_moves_nothing(line: Line) -> None:
    call = RawCall(line)
    path = call.action("Gather")
    first = call.post(path, Digits="1")
    assert call.post(path, Digits="1") == first
    assert call.post(path, Digits="2") == first


def test_a_duty_phone_takes_the_call_by_key_one_whatever_the_dial_status_says(line: Line) -> None:
    call = RawCall(line)
    call.go_on()
    number = call.document.find("Dial/Number")
    assert number is not None
    assert number.text == ZHANG_MIN.phone
    after = call.action("Dial")
    call.post(after, DialCallStatus="completed", DialCallDuration="30")
    second = call.document.find("Dial/Number")
    assert second is not None
    assert second.text == LIU_YANG.phone


def test_a_whisper_is_asked_twice_and_then_the_next_phone_rings(line: Line) -> None:
    call = RawCall(line)
    call.go_on()
    number = call.document.find("Dial/Number")
    assert number is not None
    path = number.attrib["url"].removeprefix("http://127.0.0.1:8000")
    leg = {"CallSid": "CAleg", "From": "+869935800000", "To": ZHANG_MIN.phone}
    asked = line.post(path, leg).body
    assert "接听" in asked
    again = line.post(path.replace("n=0", "n=1"), {**leg, "Digits": "5"}).body
    assert "接听" in again
    assert "Hangup" in line.post(path.replace("n=0", "n=2"), leg).body
    assert [row["state"] for row in line.calls()] == ["in_progress"]


@pytest.mark.parametrize(
    "door",
    [
        "inbound",
        "turn?n=1",
        "recorded?n=1",
        "dialled?n=1",
        "duty?call=1&staff=1&n=0",
        "answered?row=1&attempt=1",
        "recording?call=1",
        "machine?row=1&attempt=1",
        "status",
    ],
)
def test_a_forged_or_unsigned_webhook_is_refused_and_changes_nothing(line: Line, door: str) -> None:
    fields = {"CallSid": "CA1", "From": "+8613912345678", "To": "+869935800000"}
    assert line.post(f"/ivr/{door}", fields, signature="forged").status == 403
    unsigned = line.client.post(f"/ivr/{door}", data=fields)
    assert unsigned.status_code == 403
    assert line.calls() == []


def test_after_a_fault_of_ours_the_caller_hears_an_apology_and_is_connected(line: Line) -> None:
    line.expects_errors = True
    call = RawCall(line)
    with line.database.engine.begin() as connection:
        connection.execute(text('ALTER TABLE "case" RENAME COLUMN summary TO gone'))
    call.press("2")
    assert "对不起" in call.words
    assert call.has("Dial")


def test_without_a_database_a_caller_hears_the_fallback_and_the_report_is_taken_in_later(
    line: Line,
) -> None:
    line.expects_errors = True
    call = RawCall(line)
    with line.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbound_answer RENAME TO gone"))
        connection.execute(text('ALTER TABLE "call" RENAME TO lost'))
    call.press("1")
    assert call.has("Record")
    assert "对不起" in call.words
    assert call.end().status == 200
    with line.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO inbound_answer"))
        connection.execute(text('ALTER TABLE lost RENAME TO "call"'))

    assert line.services.intake.take_in() == 2  # the key, and the end of the call
    assert line.calls()[0]["state"] == "completed"
    assert line.tasks() or line.cases()  # a person rings back, or goes on with the draft


def test_a_call_to_a_number_of_nobody_is_answered_all_the_same(line: Line) -> None:
    fields = {"CallSid": "CA9", "From": "+8613912345678", "To": "+8699312345678"}
    answered = line.post("/ivr/inbound", fields)
    assert answered.status == 200
    assert "Gather" in answered.body  # there is only one community that can be meant


def test_key_zero_at_night_twice_is_one_emergency(line: Line) -> None:
    line.clock.set(local("2026-11-24 03:00"))
    for _ in range(2):
        call = RawCall(line)
        call.press("0")
        assert call.has("Dial")
    cases = line.cases()
    assert [case["urgency"] for case in cases] == ["P0"]
    assert cases[0]["alarm"]["repeats"] == 2
