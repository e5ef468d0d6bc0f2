"""Prompts that are there before anybody waits, and clips with names that do not stay."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.db import Database
from core.sound.operations import want_prompt
from core.sound.tables import PromptWantedRow, SoundRow
from telephony.ports import Media
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.speed import RenderSpeed
from telephony.speech.store import Speaker
from telephony.speech.telephone_audio import silence, telephone_wav
from telephony.speech.voice import Voice, VoiceFailed
from telephony.speech.workshop import fixed_prompts
from telephony.twiml import Play, Say

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
KEY = "a-key-of-the-tests"
WORDS = "想找人，请按0。"


class StoodClock:
    """A clock that moves when it is told."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class CountingVoice:
    """A voice that is as slow as it is told, and remembers what it was asked."""

    name = "counting"

    def __init__(self, seconds: float = 0.0, fails: bool = False) -> None:
        self.seconds = seconds
        self.fails = fails
        self.asked: list[tuple[str, str, str]] = []

    def render(self, words: str, language: str, pace: str) -> bytes:
        self.asked.append((words, language, pace))
        time.sleep(self.seconds)
        if self.fails:
            raise VoiceFailed("hoarse")
        return telephone_wav(silence(1.0, 8000), 8000)


def _speaker(
    voice: Voice | None, clock: StoodClock | None = None, folder: Path | None = None
) -> Speaker:
    return Speaker(
        ahead=voice,
        at_once=voice,
        secret_key=KEY,
        public_url="https://line.example/",
        real_clock=clock or StoodClock(),
        cache_folder=folder,
    )


def _wanted(database: Database) -> Sequence[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(
            select(PromptWantedRow.words, PromptWantedRow.state).order_by(PromptWantedRow.id)
        )
        return [(words, state) for words, state in rows]


def _hash(play: object) -> str:
    assert isinstance(play, Play)
    return play.url.removeprefix("https://line.example/ivr/audio/").removesuffix(".wav")


def test_a_prompt_is_rendered_once_and_played_from_then_on(database: Database) -> None:
    voice = CountingVoice()
    speaker = _speaker(voice)

    with database.transaction() as session:
        first = speaker.spoken(session, WORDS, "zh_CN")
    with database.transaction() as session:
        again = speaker.spoken(session, WORDS, "zh_CN")

    assert first == again
    assert voice.asked == [(WORDS, "zh_CN", "normal")]
    assert speaker.audio(database, _hash(first)) is not None
    with database.reading() as session:
        kept = speaker.sound(session, _hash(first))
        assert kept is not None
        assert (kept.words, kept.kind, kept.pace, kept.seconds) == (WORDS, "prompt", "normal", 1.0)


def test_words_language_pace_voice_and_key_each_have_an_address_of_their_own(
    database: Database,
) -> None:
    speaker = _speaker(CountingVoice())
    other_key = Speaker(
        ahead=CountingVoice(),
        at_once=CountingVoice(),
        secret_key="another key",
        public_url="https://line.example",
        real_clock=StoodClock(),
    )

    asked = [
        (speaker, WORDS, "zh_CN", {}),
        (speaker, WORDS, "zh_CN", {"slow": True}),
        (speaker, WORDS, "en", {}),
        (speaker, "别的话", "zh_CN", {}),
        (speaker, WORDS, "zh_CN", {"personal": True}),
        (other_key, WORDS, "zh_CN", {}),
    ]

    heard = []
    for who, words, language, how in asked:
        with database.transaction() as session:  # one answer each: none may take long
            heard.append(who.spoken(session, words, language, **how))

    assert len({_hash(play) for play in heard}) == 6


def test_a_slow_machine_says_it_with_the_providers_voice_and_renders_later(
    database: Database,
) -> None:
    voice = CountingVoice(seconds=0.3)
    speaker = _speaker(voice)
    with database.transaction() as session:
        speaker.spoken(session, "您好。", "zh_CN")  # loads the voice
    with database.transaction() as session:
        speaker.spoken(session, WORDS, "zh_CN")  # teaches it that this machine is slow

    with database.transaction() as session:
        spoken = speaker.spoken(session, "您的号码是零 幺 五 八。", "zh_CN", slow=True)
    assert spoken == Say("您的号码是零 幺 五 八。", "zh_CN", slow=True)
    assert _wanted(database) == [("您的号码是零 幺 五 八。", "wanted")]

    assert speaker.render_wanted(database, NOON, 10) == 1
    assert _wanted(database) == [("您的号码是零 幺 五 八。", "rendered")]
    with database.transaction() as session:
        later = speaker.spoken(session, "您的号码是零 幺 五 八。", "zh_CN", slow=True)
    assert isinstance(later, Play)


def test_the_pieces_of_one_answer_share_one_wait(database: Database) -> None:
    voice = CountingVoice(seconds=0.06)
    speaker = _speaker(voice)
    pieces = [f"第{number}段话，不太长也不太短。" for number in "一二三四五六七八"]

    with database.transaction() as session:
        heard = [speaker.spoken(session, words, "zh_CN") for words in pieces]

    assert 1 <= len(voice.asked) <= 4
    assert [type(piece) for piece in heard[len(voice.asked) :]] == [Say] * (8 - len(voice.asked))


def test_a_caller_does_not_wait_behind_another_rendering(database: Database) -> None:
    voice = CountingVoice(seconds=1.0)
    speaker = _speaker(voice)
    with database.transaction() as session:
        want_prompt(session, words="很长的话", language="zh_CN", now=NOON)
    busy = threading.Thread(target=speaker.render_wanted, args=(database, NOON, 1))
    busy.start()
    while not voice.asked:
        time.sleep(0.01)

    started = time.perf_counter()
    with database.transaction() as session:
        spoken = speaker.spoken(session, WORDS, "zh_CN")
    waited = time.perf_counter() - started
    busy.join()

    assert spoken == Say(WORDS, "zh_CN")
    assert waited < 0.5


def test_a_voice_that_fails_leaves_the_call_to_the_provider(database: Database) -> None:
    speaker = _speaker(CountingVoice(fails=True))

    with database.transaction() as session:
        assert speaker.spoken(session, WORDS, "zh_CN") == Say(WORDS, "zh_CN")

    assert speaker.render_wanted(database, NOON, 10) == 1
    assert _wanted(database) == [(WORDS, "failed")]
    assert speaker.render_wanted(database, NOON, 10) == 0


def test_with_the_providers_voice_nothing_is_rendered_or_wanted(database: Database) -> None:
    speaker = _speaker(None)

    with database.transaction() as session:
        assert speaker.spoken(session, WORDS, "en", slow=True) == Say(WORDS, "en", slow=True)

    assert _wanted(database) == []
    assert speaker.render_ahead(database) == 0


def test_what_core_wanted_is_dropped_where_the_provider_speaks(database: Database) -> None:
    with database.transaction() as session:
        want_prompt(session, words=WORDS, language="zh_CN", personal=True, now=NOON)

    assert _speaker(None).render_wanted(database, NOON, 10) == 1

    assert _wanted(database) == []


def test_wanting_twice_is_wanting_once(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as session:
            want_prompt(session, words=WORDS, language="zh_CN", now=NOON)
            want_prompt(session, words=WORDS, language="zh_CN", now=NOON)

    assert _wanted(database) == [(WORDS, "wanted")]


def test_a_failed_piece_may_be_wanted_again_after_an_hour(database: Database) -> None:
    with database.transaction() as session:
        want_prompt(session, words=WORDS, language="zh_CN", now=NOON)
    _speaker(CountingVoice(fails=True)).render_wanted(database, NOON, 10)

    with database.transaction() as session:
        want_prompt(session, words=WORDS, language="zh_CN", now=NOON + timedelta(minutes=59))
    assert _wanted(database) == [(WORDS, "failed")]

    with database.transaction() as session:
        want_prompt(session, words=WORDS, language="zh_CN", now=NOON + timedelta(hours=1))
    assert _wanted(database) == [(WORDS, "wanted")]


def test_a_clip_with_a_name_expires_after_24_hours(database: Database, tmp_path: Path) -> None:
    clock = StoodClock()
    speaker = _speaker(CountingVoice(), clock, tmp_path / "sounds")
    with database.transaction() as session:
        hash = _hash(speaker.spoken(session, "您是金奶奶吗？", "zh_CN", personal=True))
    assert speaker.audio(database, hash) is not None
    assert not (tmp_path / "sounds").exists()

    clock.at = NOON + timedelta(hours=24)
    assert speaker.audio(database, hash) is None
    speaker.render_wanted(database, clock.at, 10)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SoundRow)) == 0


def test_a_clip_about_to_expire_is_made_anew_before_it_is_played(database: Database) -> None:
    clock = StoodClock()
    voice = CountingVoice()
    speaker = _speaker(voice, clock)
    with database.transaction() as session:
        hash = _hash(speaker.spoken(session, "您是金奶奶吗？", "zh_CN", personal=True))

    clock.at = NOON + timedelta(hours=23, minutes=55)
    with database.transaction() as session:
        speaker.spoken(session, "您是金奶奶吗？", "zh_CN", personal=True)
    clock.at = NOON + timedelta(hours=25)

    assert len(voice.asked) == 2
    assert speaker.audio(database, hash) is not None


def test_a_personal_piece_leaves_no_words_behind_once_rendered(database: Database) -> None:
    with database.transaction() as session:
        want_prompt(session, words="金奶奶，您好。", language="zh_CN", personal=True, now=NOON)

    _speaker(CountingVoice()).render_wanted(database, NOON, 10)

    assert _wanted(database) == []


def test_prompts_outlive_their_database_in_the_cache(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        hash = _hash(_speaker(CountingVoice()).spoken(session, WORDS, "zh_CN"))
    warm = _speaker(CountingVoice(), folder=tmp_path)
    first = warm.audio(database, hash)
    with database.transaction() as session:
        for row in session.scalars(select(SoundRow)):
            session.delete(row)

    from_memory = warm.audio(database, hash)
    from_disk = _speaker(CountingVoice(), folder=tmp_path).audio(database, hash)

    assert first == from_memory == from_disk
    assert first is not None
    assert first.media_type == "audio/wav"


@pytest.mark.parametrize("hash", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 65])
def test_a_name_that_is_no_hash_finds_nothing(
    database: Database, tmp_path: Path, hash: str
) -> None:
    speaker = _speaker(CountingVoice(), folder=tmp_path)

    assert speaker.audio(database, hash) is None
    with database.reading() as session:
        assert speaker.sound(session, hash) is None


def test_a_recording_is_kept_once_and_played_by_its_hash(database: Database) -> None:
    speaker = _speaker(CountingVoice())
    media = Media(content=b"RIFF....", media_type="audio/wav")

    hashes = set()
    for _ in range(2):
        with database.transaction() as session:
            hashes.add(
                speaker.keep_recording(
                    session, provider_id="RE1", media=media, seconds=7.0, now=NOON
                )
            )

    (hash,) = hashes
    assert speaker.play(hash) == Play(f"https://line.example/ivr/audio/{hash}.wav")
    assert speaker.audio(database, hash) == media


def test_two_callers_who_need_the_same_words_at_once_both_hear_them(database: Database) -> None:
    voices = [CountingVoice(seconds=0.02) for _ in range(4)]

    def ring(voice: CountingVoice) -> object:
        with database.transaction() as session:
            return _speaker(voice).spoken(session, WORDS, "zh_CN")

    with ThreadPoolExecutor(4) as pool:
        heard = set(pool.map(ring, voices))

    assert len(heard) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SoundRow)) == 1


def test_every_fixed_prompt_is_rendered_ahead_at_both_paces_once(database: Database) -> None:
    voice = CountingVoice()
    speaker = _speaker(voice)
    expected = set(fixed_prompts(["zh_CN"]))

    made = speaker.render_ahead(database, ["zh_CN"])

    assert made == len(expected) > 20
    assert set(voice.asked) == {(piece.words, piece.language, piece.pace) for piece in expected}
    assert speaker.render_ahead(database, ["zh_CN"]) == 0


def test_the_real_voice_renders_the_longest_prompt_before_a_caller_notices() -> None:
    voice = Pyttsx3Voice()
    words = "您的号码是零 幺 五 八。物业管这事，星期三前一定给您回话。"
    took = []

    for _ in range(5):
        started = time.thread_time()  # other tests want the processor as well
        voice.render(words, "zh_CN", "slow")
        took.append(time.thread_time() - started)

    assert min(took) < 0.2


def test_a_blank_key_is_refused() -> None:
    with pytest.raises(ValueError, match="blank key"):
        Speaker(
            ahead=None,
            at_once=None,
            secret_key=" ",
            public_url="https://x",
            real_clock=StoodClock(),
        )


def test_the_speed_is_learnt_at_once_when_slow_and_forgiven_slowly() -> None:
    speed = RenderSpeed(0.001)
    assert speed.is_quick("二十个字" * 5)

    speed.note("二十个字" * 5, 1.0)
    assert not speed.is_quick("二十个字" * 5)

    for _ in range(20):
        speed.note("二十个字" * 5, 0.02)
    assert speed.is_quick("二十个字" * 5)
