"""Sentences put together from parts: a person's, the project's own, and what a voice adds."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from core.db import Database
from core.sound.human import keep_human_prompt
from core.sound.tables import PromptWantedRow, SoundRow
from core.wording.catalogue import say
from core.wording.parts import Part, fixed_parts, parts_of
from telephony.speech.composing import composed, expected_seconds, pause_of
from telephony.speech.store import Speaker
from telephony.speech.telephone_audio import heard_from, loudness, measured, telephone_wav
from telephony.speech.voice import Voice, VoiceFailed
from telephony.twiml import Play, Say
from tests.unit.test_speaker import NOON, StoodClock

RATE = 8000
SLOTS = {"number": "零 幺 五 八"}
KEY = "voice.status.closed"
WHO_WORDS = say("voice.receipt.who", "zh_CN", who="王师傅")


class ToneVoice:
    """A voice of one pitch, a tenth of a second for each hanzi; some words it cannot say."""

    def __init__(self, hertz: int = 400, *, cannot: str = "") -> None:
        self.name = f"tone-{hertz}"
        self.hertz = hertz
        self.cannot = cannot
        self.asked: list[str] = []

    def render(self, words: str, language: str, pace: str) -> bytes:
        self.asked.append(words)
        if self.cannot and self.cannot in words:
            raise VoiceFailed("this one is hard")
        return tone(self.hertz, 0.1 * len(words))


def tone(hertz: int, seconds: float) -> bytes:
    moments = np.arange(int(seconds * RATE)) / RATE
    return telephone_wav((0.5 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32), RATE)


def _shipped() -> dict[str, bytes]:
    digits = {digit: tone(500, 0.3) for digit in "零幺五八"}
    return digits | {"号，已经办好了。": tone(300, 1.0)}


class Chest:
    """What the project ships, in these tests."""

    def __init__(self, sounds: Mapping[str, bytes]) -> None:
        self.sounds = sounds

    def find(self, words: str, language: str, pace: str) -> bytes | None:
        return self.sounds.get(words)


def _speaker(
    ahead: Voice | None = None, at_once: Voice | None = None, shipped: Chest | None = None
) -> Speaker:
    return Speaker(
        ahead=ahead,
        at_once=at_once,
        shipped=shipped,
        secret_key="a key of the tests",
        public_url="https://line.example",
        real_clock=StoodClock(),
    )


def _spoken(speaker: Speaker, database: Database, key: str = KEY) -> Play | Say:
    with database.transaction() as session:
        spoken = speaker.spoken(
            session,
            say(key, "zh_CN", **SLOTS),
            "zh_CN",
            parts=parts_of(key, "zh_CN", SLOTS),
        )
    assert isinstance(spoken, Play | Say)
    return spoken


def _samples(speaker: Speaker, database: Database, play: Play | Say) -> np.ndarray:
    assert isinstance(play, Play)
    name = play.url.rpartition("/")[2].removesuffix(".wav")
    media = speaker.audio(database, name)
    assert media is not None
    return soundfile.read(io.BytesIO(media.content), dtype="float32")[0]


def _wanted(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(PromptWantedRow.words).order_by(PromptWantedRow.id)))


def test_a_template_falls_into_what_is_always_said_and_what_is_filled_in() -> None:
    assert fixed_parts("voice.callback.opening", "zh_CN") == ("您好，", "打来。")
    assert parts_of("voice.first.greeting", "zh_CN", {"community": "东城社区"}) == (
        Part("东城社区", "community", "，"),
        Part("您好。"),
    )


def test_shipped_parts_and_digits_need_no_voice(database: Database) -> None:
    speaker = _speaker(shipped=Chest(_shipped()))

    play = _spoken(speaker, database)

    samples = _samples(speaker, database, play)
    assert len(samples) / RATE == pytest.approx(4 * 0.3 + 1.0 + 4 * 0.04 + 0.5, abs=0.4)
    assert _spoken(speaker, database) == play
    assert _wanted(database) == []


def test_only_the_name_is_made_at_once(database: Database) -> None:
    sounds = {part: tone(300, 0.5) for part in fixed_parts("voice.receipt.who", "zh_CN")}
    quick = ToneVoice(700)
    speaker = _speaker(ahead=ToneVoice(600), at_once=quick, shipped=Chest(sounds))

    with database.transaction() as session:
        spoken = speaker.spoken(
            session,
            WHO_WORDS,
            "zh_CN",
            personal=True,
            parts=parts_of("voice.receipt.who", "zh_CN", {"who": "王师傅"}),
        )

    assert isinstance(spoken, Play)
    assert quick.asked == ["王师傅"]
    # in the better voice for the next time, and the whole, which is understood better
    assert _wanted(database) == ["王师傅", WHO_WORDS]


def test_what_was_asked_for_ahead_is_there_when_the_call_comes(database: Database) -> None:
    voice = ToneVoice(600)
    speaker = _speaker(ahead=voice)
    assert isinstance(_spoken(speaker, database), Say)  # nothing is there, and nobody waits

    speaker.render_wanted(database, NOON, 10)

    assert isinstance(_spoken(speaker, database), Play)


def test_a_persons_part_is_heard_though_the_whole_was_rendered(database: Database) -> None:
    voice = ToneVoice(600)
    speaker = _speaker(ahead=voice, at_once=voice)
    _spoken(speaker, database)
    with database.transaction() as session:
        audio = tone(300, 1.0)
        keep_human_prompt(
            session,
            words="号，已经办好了。",
            language="zh_CN",
            pace="normal",
            hash=speaker.address_of_human(audio),
            sound=measured(audio),
            origin="desk",
            now=NOON,
        )

    samples = _samples(speaker, database, _spoken(speaker, database))

    end = samples[-int(1.2 * RATE) : -int(0.7 * RATE)]
    assert _pitch(end) == pytest.approx(300, abs=15)
    assert _pitch(samples[: int(0.25 * RATE)]) == pytest.approx(600, abs=15)


def test_a_part_that_no_voice_can_say_leaves_the_sentence_to_the_provider(
    database: Database,
) -> None:
    voice = ToneVoice(600, cannot="零")
    speaker = _speaker(ahead=voice, at_once=voice)
    sounds = Chest({"号，已经办好了。": tone(300, 1.0)})

    assert isinstance(_spoken(speaker, database), Say)
    assert isinstance(_spoken(_speaker(voice, voice, sounds), database), Say)


def test_a_join_has_no_click_and_both_sides_are_equally_loud() -> None:
    sound = composed([tone(300, 0.6), tone(900, 0.6)], [0.04, 0.5])

    samples, rate = heard_from(sound.audio)
    first, second = samples[: int(0.5 * rate)], samples[int(0.75 * rate) : int(1.2 * rate)]
    assert loudness(first, rate) == pytest.approx(loudness(second, rate), abs=1.0)
    around = samples[int(0.55 * rate) : int(0.75 * rate)]
    # a click is a step; the steepest a 900 Hz tone at this level gets is its own slope
    steepest = 2 * np.pi * 900 / rate * np.abs(samples).max()
    assert np.abs(np.diff(around)).max() <= steepest * 1.1
    assert np.abs(samples[-int(0.45 * rate) :]).max() < 0.01  # the pause of the mark


def test_pauses_are_those_of_the_punctuation() -> None:
    assert pause_of("记下了，", "normal") >= 0.5
    assert pause_of("再见。", "normal") >= pause_of("记下了，", "normal")
    assert pause_of("再见。", "slow") > pause_of("再见。", "normal")
    assert pause_of("东城社区", "normal") < 0.1


def test_the_longer_the_words_the_longer_they_are_expected_to_last() -> None:
    short, long = "报事，请按1。", "有危险，打幺二零或幺幺九。"
    for pace in ("normal", "slow"):
        assert expected_seconds(short, "zh_CN", pace) < expected_seconds(long, "zh_CN", pace)
    assert expected_seconds(long, "zh_CN", "normal") < expected_seconds(long, "zh_CN", "slow")


def test_somebody_hard_of_hearing_hears_it_louder_within_limits(database: Database) -> None:
    voice = ToneVoice(600)
    speaker = _speaker(ahead=voice, at_once=voice)
    with database.transaction() as session:
        plain = speaker.spoken(session, "您好。", "zh_CN")
        loud = speaker.spoken(session, "您好。", "zh_CN", loud=True)

    soft, strong = (_samples(speaker, database, one) for one in (plain, loud))  # type: ignore[arg-type]  # both play
    gain = loudness(strong, RATE) - loudness(soft, RATE)
    assert 3.0 <= gain <= 6.5
    assert np.abs(strong).max() <= 10 ** (-2.5 / 20)
    assert len(strong) == len(soft)


def test_a_composed_clip_is_forgotten_after_a_day(database: Database) -> None:
    speaker = _speaker(shipped=Chest(_shipped()))
    _spoken(speaker, database)

    with database.reading() as session:
        rows = session.scalars(select(SoundRow).where(SoundRow.voice == "composed"))
        assert [row.expires_at is None for row in rows] == [False]


def _pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))
