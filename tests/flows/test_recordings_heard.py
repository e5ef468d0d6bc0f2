"""Recordings heard by machine: words for whoever listens, alarms for danger, sleep for the rest.

Words that are typed at the desk stand for words that the machine heard; the machine itself is at
work where a sound is recorded.
"""

from __future__ import annotations

import json
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select, update

from core.calls.hearing import claim_unheard
from core.calls.tables import RecordingRow, TranscriptRow
from core.sound.tables import SoundRow
from scheduler.transcribing import hear_next
from telephony.recognition.whisper import Whisper
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.voice import Pace
from tests.line import Line, PhoneCall
from tests.processes import Place
from tests.world import (
    GRANDMA_JIN,
    GRANDPA_WANG,
    LIU_YANG,
    MASTER_WANG,
    MS_SMITH,
    STRANGER,
    ZHANG_MIN,
    Person,
    local,
)

_WHISPER = Whisper()  # loads its model at the first sound


@pytest.fixture
def hearing(line: Line) -> Line:
    """The line, with the extra [transcribe] at work."""
    line.scheduler = replace(line.scheduler, transcriber=_WHISPER)
    return line


def _at_night(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))


def _recorder(line: Line, who: Person, *, keys: str = "11") -> PhoneCall:
    """Ring, choose a matter, and wait for the tone."""
    call = line.ring(who).press(*keys)
    while call.waits_for == "keys":
        call.stay_silent()
    return call


def _alarm_calls(line: Line) -> int:
    return sum(call["purpose"] == "alarm" for call in line.calls())


def _silence(seconds: int) -> bytes:
    target = BytesIO()
    with wave.open(target, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8000)
        written.writeframes(b"\x80" * 8000 * seconds)
    return target.getvalue()


def _tasks(line: Line) -> list[tuple[str, str]]:
    return [(task["kind"], task["words"]) for task in line.tasks()]


def test_danger_on_a_recording_rings_at_once(hearing: Line) -> None:
    _at_night(hearing)
    _recorder(hearing, GRANDPA_WANG).speak("厨房着火了，快来人")
    hearing.settle()

    case = hearing.case(1)
    assert (case["urgency"], case["danger"]) == ("P0", "fire")
    assert case["alarm"]["kind"] == "emergency"
    assert hearing.ringing(LIU_YANG)


def test_what_may_be_danger_is_alerted_as_such(hearing: Line) -> None:
    _at_night(hearing)
    _recorder(hearing, GRANDPA_WANG).speak("屋里有一股臭鸡蛋味")
    hearing.settle()

    assert hearing.case(1)["alarm"]["kind"] == "possible"
    assert any("疑似紧急" in text for text in hearing.inbox(LIU_YANG))
    hearing.advance(seconds=61)
    assert hearing.ringing(LIU_YANG)
    assert "可能有紧急情况" in hearing.answer(LIU_YANG).heard


def test_a_plainly_ordinary_recording_at_night_rings_nobody(hearing: Line) -> None:
    _at_night(hearing)
    _recorder(hearing, GRANDPA_WANG).speak("三号楼二单元的楼道灯坏了，晚上看不见")
    hearing.settle()
    hearing.advance(minutes=5)

    assert any("平常事" in text for text in hearing.inbox(LIU_YANG))
    assert _alarm_calls(hearing) == 0
    case = hearing.case(1)
    assert (case["alarm"]["state"], case["status"]) == ("ended", "dispatched")


def test_what_presses_today_rings_all_the_same(hearing: Line) -> None:
    _at_night(hearing)
    _recorder(hearing, GRANDPA_WANG).speak("家里停水了，一滴水都没有")
    hearing.advance(seconds=61)

    assert hearing.case(1)["urgency"] == "P1"
    assert hearing.ringing(LIU_YANG)


def test_words_name_the_category_that_no_key_named(hearing: Line) -> None:
    _recorder(hearing, GRANDMA_JIN, keys="13").speak("楼道灯坏了，晚上看不见")
    hearing.settle()

    case = hearing.case(1)
    assert case["category"] == "facility"
    assert [event["what"] for event in case["events"]].count("heard") == 1


def test_without_the_extra_a_recording_simply_goes_to_a_person(line: Line) -> None:
    _recorder(line, GRANDMA_JIN).speak("厨房着火了")
    line.settle()

    assert line.case(1)["urgency"] != "P0"
    assert any("回听1" in text for text in line.inbox(MASTER_WANG))
    with line.database.reading() as session:
        assert session.scalars(select(TranscriptRow)).all() == []


def test_the_machine_itself_hears_a_fire(hearing: Line) -> None:
    sound = Pyttsx3Voice().render("There is a fire in the kitchen.", "en", Pace.NORMAL)
    call = _recorder(hearing, MS_SMITH)
    hearing.exchange.speak(call.id, wav=sound)
    hearing.settle()

    case = hearing.case(1)
    assert "fire" in case["text"]
    assert "机器听写" in case["text"]
    assert case["urgency"] == "P0"
    assert hearing.ringing(ZHANG_MIN)


@pytest.mark.parametrize(
    ("sound", "kind", "words"),
    [
        pytest.param(b"this is no sound at all", "call_back", "放不出来", id="no sound"),
        pytest.param(b"", "call_back", "是空的", id="no bytes"),
        pytest.param(_silence(5), "listen", "没听出话来", id="silence"),
        pytest.param(_silence(3 * 3600), "listen", "太长", id="three hours"),
    ],
)
def test_what_cannot_be_heard_is_kept_flagged_and_handed_to_a_person(
    line: Line, sound: bytes, kind: str, words: str
) -> None:
    _recorder(line, STRANGER).speak("喂喂喂").hang_up()
    line.settle()
    _replace_sound(line, sound)
    line.scheduler = replace(line.scheduler, transcriber=_WHISPER)
    line.settle()

    assert any(task[0] == kind and words in task[1] for task in _tasks(line))
    with line.database.reading() as session:
        assert [row.state for row in session.scalars(select(TranscriptRow))] == ["unheard"]
        kept = session.scalars(select(SoundRow).where(SoundRow.kind == "recording")).one()
        assert kept.audio == sound


def test_two_schedulers_hear_each_recording_once(line: Line) -> None:
    for who in (GRANDMA_JIN, STRANGER, MS_SMITH):
        _recorder(line, who).speak("楼道灯坏了，晚上看不见").hang_up()
    line.settle()
    hearing = replace(line.scheduler, transcriber=_WHISPER)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: hear_next(hearing, _WHISPER), range(12)))

    heard = [event for case in line.cases() for event in case["events"] if event["what"] == "heard"]
    assert len(heard) == 3


def test_a_recording_that_ended_three_processes_is_a_persons(line: Line) -> None:
    _recorder(line, STRANGER).speak("喂喂喂").hang_up()
    line.settle()
    _replace_sound(line, _silence(5))
    for _ in range(3):
        with line.database.transaction() as session:
            assert claim_unheard(session, real_now=line.now, lease_seconds=60) is not None
        line.advance(seconds=61)
    line.scheduler = replace(line.scheduler, transcriber=_WHISPER)
    line.settle()

    assert any("没听成" in words for _, words in _tasks(line))


def test_the_command_hears_the_backlog_and_says_what_is_missing(line: Line) -> None:
    _recorder(line, STRANGER).speak("楼道灯坏了，晚上看不见").hang_up()
    line.settle()
    place = Place(line.settings.var, database_url=line.database.url)
    place.run_here("secrets")

    place.environment["LINLI_TRANSCRIBE"] = "off"
    assert "pip install" in place.run_here("transcribe", "--backlog", expect=1)
    place.environment["LINLI_TRANSCRIBE"] = str(line.settings.var)
    assert "model.bin" in place.run_here("transcribe", "--backlog", expect=2)
    place.environment["LINLI_TRANSCRIBE"] = "auto"
    said = json.loads(place.run_here("transcribe", "--backlog", "--json"))

    assert said == {"waiting": 1, "settled": 1}
    assert "heard" in [event["what"] for event in line.case(1)["events"]]
    assert "Settled 0 of 0" in place.run_here("transcribe", "--backlog")


def _replace_sound(line: Line, sound: bytes) -> None:
    """Let the provider have delivered something else than the typed words."""
    with line.database.transaction() as session:
        session.execute(update(SoundRow).where(SoundRow.kind == "recording").values(audio=sound))
        session.execute(update(RecordingRow).values(typed_words=""))
