"""A person's voice: which recordings are taken, what they replace, and what falls back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.prompts import bring_folder, problems, reading_script
from core.db import Database
from telephony.speech.prompt_book import PromptBook
from telephony.speech.recorded import UnusableRecording, telephone_sound
from telephony.speech.script import script
from telephony.speech.store import Speaker
from telephony.speech.telephone_audio import (
    LOUDEST_DBFS,
    SPEECH_DBFS,
    heard_from,
    loudness,
    peak_dbfs,
)
from telephony.speech.voice import Pace
from telephony.twiml import Play, Say
from tests.sounds import RATE, file_of, spoken
from tests.unit.test_speaker import StoodClock

WORDS = "报事，请按1。"


@pytest.fixture
def book() -> PromptBook:
    return PromptBook(speaker(), StoodClock())


def speaker() -> Speaker:
    return Speaker(
        ahead=None,
        at_once=None,
        secret_key="a key of the tests",
        public_url="https://line.example",
        real_clock=StoodClock(),
    )


@pytest.mark.parametrize("format", ["WAV", "MP3", "FLAC", "OGG"])
def test_a_recording_is_cut_levelled_and_ends_in_its_pause(format: str) -> None:
    sound = telephone_sound(file_of(spoken(quiet=2.0), format=format), WORDS, Pace.NORMAL)

    samples, rate = heard_from(sound.audio)
    about = soundfile.info(io.BytesIO(sound.audio))
    assert (about.samplerate, about.channels, about.subtype) == (8000, 1, "ULAW")
    assert sound.seconds == pytest.approx(1.2 + 0.6, abs=0.2)
    assert peak_dbfs(samples) <= LOUDEST_DBFS + 0.5
    assert loudness(samples, rate) == pytest.approx(SPEECH_DBFS, abs=2.0)
    assert np.abs(samples[-int(0.5 * rate) :]).max() < 0.01


@pytest.mark.parametrize(
    ("audio", "reason"),
    [
        (lambda: b"not a sound at all", "不是声音文件"),
        (lambda: b"", "不是声音文件"),
        (lambda: b"RIFF\x00\x00\x00\x00WAVEfmt ", "不是声音文件"),
        (lambda: file_of(spoken(14.0)), "太长"),
        (lambda: file_of(np.zeros(RATE * 90, dtype=np.float32)), "太长"),
        (lambda: file_of(np.zeros(RATE * 2, dtype=np.float32)), "听不到声音"),
        (lambda: file_of(spoken(level=0.0005)), "听不到声音"),
        (lambda: file_of(np.clip(spoken(level=4.0), -1, 1)), "破音"),
        (lambda: file_of(np.full(RATE * 2, 1.0, dtype=np.float32)), "破音"),
        (lambda: file_of(np.full(RATE * 2, 0.4, dtype=np.float32)), "听不到声音"),
    ],
    ids=[
        "text",
        "empty",
        "head only",
        "too long",
        "a minute",
        "silent",
        "far away",
        "clipped",
        "all of it clipped",
        "a steady current",
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    audio: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(UnusableRecording, match=reason):
        telephone_sound(audio(), WORDS, Pace.NORMAL)


def test_a_recording_takes_the_place_of_the_synthetic_prompt(database: Database) -> None:
    line = speaker()
    own = PromptBook(line, StoodClock())
    with database.transaction() as session:
        assert line.spoken(session, WORDS, "zh_CN") == Say(WORDS, "zh_CN")
        kept = own.keep(
            session, name="first.report", language="zh_CN", pace=Pace.NORMAL,
            audio=file_of(spoken()), origin="desk",
        )  # fmt: skip
        heard = line.spoken(session, WORDS, "zh_CN")
        slow = line.spoken(session, WORDS, "zh_CN", slow=True)

    assert kept.words == WORDS
    assert heard == Play(f"https://line.example/ivr/audio/{kept.hash}.wav")
    assert slow == Say(WORDS, "zh_CN", slow=True)  # nobody recorded the slow one: it falls back
    media = line.audio(database, kept.hash)
    assert media is not None
    assert soundfile.info(io.BytesIO(media.content)).duration == pytest.approx(kept.seconds)


def test_a_refused_recording_leaves_the_old_one(database: Database, book: PromptBook) -> None:
    with database.transaction() as session:
        old = book.keep(
            session, name="first.report", language="zh_CN", pace=Pace.NORMAL,
            audio=file_of(spoken()), origin="desk",
        )  # fmt: skip
    with database.transaction() as session, pytest.raises(UnusableRecording):
        book.keep(
            session, name="first.report", language="zh_CN", pace=Pace.NORMAL,
            audio=b"broken", origin="desk",
        )  # fmt: skip

    with database.reading() as session:
        looks = {look.name: look for look in book.look(session, ["zh_CN"], [Pace.NORMAL])}
    assert (looks["first.report"].source, looks["first.report"].hash) == ("human", old.hash)
    assert looks["first.status"].source == "missing"


def test_a_new_recording_has_a_new_address_and_can_be_forgotten(
    database: Database, book: PromptBook
) -> None:
    hashes = []
    for level in (0.2, 0.4):
        with database.transaction() as session:
            kept = book.keep(
                session, name="voice.first.report", language="zh_CN", pace=Pace.NORMAL,
                audio=file_of(spoken(level, level=level)), origin="desk",
            )  # fmt: skip
        hashes.append(kept.hash)

    assert hashes[0] != hashes[1]
    with database.transaction() as session:
        assert book.forget(session, name="first.report", language="zh_CN", pace=Pace.NORMAL)
        assert not book.forget(session, name="first.report", language="zh_CN", pace=Pace.NORMAL)


def test_a_folder_is_taken_file_by_file(
    database: Database, book: PromptBook, tmp_path: Path
) -> None:
    (tmp_path / "en").mkdir()
    files = {
        "first.report.wav": file_of(spoken()),
        "first.report.slow.mp3": file_of(spoken(2.0), format="MP3"),
        "callback.opening.1.wav": file_of(spoken(0.4)),
        "word.零.wav": file_of(spoken(0.3)),
        "en/first.report.flac": file_of(spoken(), format="FLAC"),
        "first.nothing.wav": file_of(spoken()),
        "first.status.wav": b"no sound",
        "notes.txt": b"read me",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    brought = {
        str(one.file.relative_to(tmp_path)): one for one in bring_folder(database, book, tmp_path)
    }

    taken = {name: one.look.words for name, one in brought.items() if one.look}
    assert taken == {
        "callback.opening.1.wav": "您好，",
        "en/first.report.flac": "To report something, press 1.",
        "first.report.slow.mp3": WORDS,
        "first.report.wav": WORDS,
        "word.零.wav": "零",
    }
    assert "没有叫 first.nothing 的提示语" in brought["first.nothing.wav"].reason
    assert "不是声音文件" in brought["first.status.wav"].reason
    with database.reading() as session:
        looks = book.look(session, ["zh_CN"])
    human = {(look.name, look.pace) for look in looks if look.source == "human"}
    assert ("first.report", "slow") in human
    assert len(human) == 4


def test_the_check_names_what_is_missing_or_too_long(database: Database, book: PromptBook) -> None:
    with database.transaction() as session:
        book.keep(
            session, name="first.emergency", language="zh_CN", pace=Pace.NORMAL,
            audio=file_of(spoken(8.0)), origin="desk",
        )  # fmt: skip
    with database.reading() as session:
        found = problems(book.look(session, ["zh_CN"], [Pace.NORMAL]))

    long = [problem for problem in found if "at most" in problem]
    assert len(long) == 1
    assert re.fullmatch(r"zh_CN first\.emergency \(normal\): 8\.\d s, at most 6 s", long[0])
    assert any("first.report (normal): no sound yet" in problem for problem in found)


def test_the_reading_script_names_each_file_once_in_the_order_of_a_call() -> None:
    entries = script("zh_CN", ["东城社区"])
    page = reading_script(entries, "zh_CN")

    names = [entry.name for entry in entries]
    assert len(names) == len(set(names)) == len({entry.words for entry in entries})
    assert names[0] == "first.emergency"
    assert "| 1 | `first.emergency.wav` | 有危险打幺二零或幺幺九。‖ |" in page
    assert "name.东城社区" in names
    assert page.count("\n| ") - 1 == len(entries)


def test_every_prompt_can_be_recorded_under_its_name(database: Database, book: PromptBook) -> None:
    with database.reading() as session:
        for language in ("zh_CN", "en"):
            entries = book.entries(session, language)
            assert len({entry.name for entry in entries}) == len(entries)
            for entry in entries[::25]:  # each look-up writes the whole script anew
                assert book.entry(session, entry.name, language) == entry
