"""The voice that comes with pip: what it renders, how fast, and that it reads no English."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
import soundfile

from core.wording.catalogue import templates
from core.wording.ear import written_out
from telephony.speech import mandarin, sync_espeak
from telephony.speech.pyttsx3_voice import VOICES, Pyttsx3Voice
from telephony.speech.telephone_audio import measured, telephone_wav
from telephony.speech.voice import VoiceFailed

GREETING = "您好，这里是东城社区。报修，请按1。查进度，请按2。想找人，请按0。"
_PHONEMES = re.compile(r"\[\[.*?\]\]")


@pytest.fixture(scope="module")
def voice() -> Pyttsx3Voice:
    return Pyttsx3Voice()


def _hanzi(words: str) -> int:
    return len(re.findall("[\u3400-\u9fff]", written_out(words, "zh_CN")))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("pace", ["normal", "slow"])
def test_a_prompt_is_what_telephones_carry(voice: Pyttsx3Voice, language: str, pace: str) -> None:
    words = GREETING if language == "zh_CN" else "Hello. To report a trouble, press 1."

    about = soundfile.info(io.BytesIO(voice.render(words, language, pace)))

    assert (about.samplerate, about.channels, about.subtype, about.format) == (
        8000,
        1,
        "ULAW",
        "WAV",
    )


@pytest.mark.parametrize(
    "words",
    [
        GREETING,
        "谢谢您告诉我。马上让小李再来，星期四前一定给您回话。",
        "记下了，您的号码是零 幺 五 八。物业管这事，星期三前一定给您回话。",
        "有人受伤、着火、闻到煤气味，请先打119或120。",
    ],
)
def test_the_pace_is_that_of_the_bars(voice: Pyttsx3Voice, words: str) -> None:
    normal = measured(voice.render(words, "zh_CN", "normal")).seconds
    slow = measured(voice.render(words, "zh_CN", "slow")).seconds

    assert 130 <= _hanzi(words) * 60 / normal <= 160
    assert 100 <= _hanzi(words) * 60 / slow <= 120


def test_clauses_are_half_a_second_apart(voice: Pyttsx3Voice) -> None:
    samples, rate = soundfile.read(io.BytesIO(voice.render(GREETING, "zh_CN", "normal")))

    loud = np.append(np.flatnonzero(np.abs(samples) > 0.02), len(samples))
    gaps = np.diff(loud)[np.diff(loud) > 0.3 * rate] / rate

    assert len(gaps) == 5  # the last one before whatever is played next
    assert gaps.min() >= 0.5  # a thing and its key are one clause, with a breath inside


def _seconds(voice: Pyttsx3Voice, pace: str = "normal") -> float:
    return measured(voice.render(GREETING, "zh_CN", pace)).seconds


def test_rate_and_voice_hold_whoever_spoke_before(voice: Pyttsx3Voice) -> None:
    first = _seconds(voice)
    voice.render("Hello.", "en", "slow")
    _seconds(voice, "slow")

    assert _seconds(voice) == pytest.approx(first, abs=0.05)


def test_threads_take_turns(voice: Pyttsx3Voice) -> None:
    alone = {pace: _seconds(voice, pace) for pace in ("normal", "slow")}
    heard: list[tuple[str, float]] = []

    def render(pace: str) -> None:
        for _ in range(3):
            heard.append((pace, _seconds(voice, pace)))

    threads = [threading.Thread(target=render, args=(pace,)) for pace in ("normal", "slow") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(heard) == 12
    assert [seconds for _, seconds in heard] == pytest.approx(
        [alone[pace] for pace, _ in heard], abs=0.05
    )


def test_a_fresh_process_renders_at_once_and_prints_nothing() -> None:
    program = (
        "from telephony.speech.pyttsx3_voice import Pyttsx3Voice\n"
        "import sys\n"
        "sys.exit(0 if len(Pyttsx3Voice().render('您好。', 'zh_CN', 'normal')) > 4000 else 1)"
    )

    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("words", ["", "   ", "，。！", "😀", "\x00\ud83d"])
def test_nothing_to_speak_is_said_to_fail(voice: Pyttsx3Voice, words: str) -> None:
    with pytest.raises(VoiceFailed):
        voice.render(words, "zh_CN", "normal")


def test_an_unknown_language_fails(voice: Pyttsx3Voice) -> None:
    with pytest.raises(VoiceFailed):
        voice.render("Bonjour", "fr", "normal")


def test_a_voice_goes_on_after_it_failed(voice: Pyttsx3Voice) -> None:
    with pytest.raises(VoiceFailed):
        voice.render(GREETING, "zh_CN", "unheard of")

    assert voice.render(GREETING, "zh_CN", "slow")


def test_loud_sound_is_not_wrapped_into_cracks() -> None:
    tone = 5 * np.sin(np.linspace(0, 4000, 22050)).astype(np.float32)  # 637 Hz

    heard, _ = soundfile.read(io.BytesIO(telephone_wav(tone, 22050)))

    assert np.abs(heard).max() <= 0.72  # −3 dBFS, within a step of mu-law
    assert np.abs(np.diff(heard)).max() < 0.4


def _phonemes(words: str) -> str:
    """Return what espeak makes of Chinese words, without what we hand over as phonemes."""
    spoken = mandarin.as_espeak_says(written_out(words, "zh_CN"))
    return sync_espeak.phonemes(_PHONEMES.sub(" ", spoken), VOICES["zh_CN"])


_CHINESE_PROMPTS = {
    key: re.sub(r"\{\w+\}", "王雄", words)
    for key, words in templates("zh_CN").items()
    if key.startswith("voice.") and re.search("[\u3400-\u9fff]", words)
}


@pytest.mark.parametrize("key", sorted(_CHINESE_PROMPTS))
def test_no_prompt_is_read_in_english(key: str) -> None:
    assert "(en)" not in _phonemes(_CHINESE_PROMPTS[key])


def test_the_check_sees_english() -> None:
    assert "(en)" in sync_espeak.phonemes("请按 hello。", VOICES["zh_CN"])


@pytest.mark.parametrize(
    "words", ["王雄，胸口疼", "等一会儿", "这儿有点儿事儿", "很穷", "琼", "哪儿", "我女儿", "儿子"]
)
def test_what_espeak_would_spell_in_english_is_put_otherwise(
    voice: Pyttsx3Voice, words: str
) -> None:
    assert "(en)" not in _phonemes(words)
    assert measured(voice.render(words, "zh_CN", "normal")).seconds > 0.2


def test_every_common_hanzi_is_said_in_chinese() -> None:
    rows = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    common = [bytes(pair).decode("gb2312", "ignore") for pair in rows]

    silent = [hanzi for hanzi in common if hanzi and not _is_spoken(hanzi)]

    assert len(common) == 3760
    assert silent == []


def _is_spoken(hanzi: str) -> bool:
    if "[[" in mandarin.as_espeak_says(hanzi):
        return True
    found = _phonemes(hanzi)
    return "(en)" not in found and bool(found.strip("_| "))


def test_words_cannot_smuggle_phonemes_in() -> None:
    assert "[" not in mandarin.as_espeak_says("[[h@l'oU]]")


def test_the_library_is_the_one_that_came_with_pip() -> None:
    sync_espeak.phonemes("好", "cmn")
    with open("/proc/self/maps", encoding="utf-8") as maps:
        loaded = {line.split()[-1] for line in maps if "espeak" in line}

    assert loaded
    assert all("espeakng_loader" in path for path in loaded)
