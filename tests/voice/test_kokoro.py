"""Kokoro: what it is handed, what it renders, and the process in which it does."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.config import read_settings
from app.factory import make_voices
from core.wording.catalogue import templates
from core.wording.ear import written_out
from telephony.speech.clauses import clauses_of
from telephony.speech.kokoro.chinese import chinese_phonemes
from telephony.speech.kokoro.english import english_phonemes
from telephony.speech.kokoro.model import FILE_NAME, vocabulary
from telephony.speech.kokoro.remote import KokoroProcess
from telephony.speech.kokoro.styles import STYLES, STYLES_FOLDER
from telephony.speech.kokoro.voice import Places
from telephony.speech.telephone_audio import LOUDEST_DBFS, heard_from, measured, peak_dbfs
from telephony.speech.voice import VoiceFailed
from telephony.speech.voices import choose_voices

pytestmark = pytest.mark.voice
SHORT = "您好。"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places(styles=STYLES_FOLDER, dictionary=tmp_path_factory.mktemp("dictionary"))


@pytest.fixture(scope="module")
def voice(places: Places) -> Iterator[KokoroProcess]:
    process = KokoroProcess(places, threads=1)
    yield process
    process.close()


def _child() -> int:
    """Return the process that renders for us."""
    mine = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    for child in " ".join(path.read_text() for path in mine).split():
        if b"telephony.speech.kokoro.process" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise AssertionError("no process renders")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("您好。", "ni↗nxau↓."),
        ("单⟨shan4⟩大妈", "ʂa↘n ta↘ma→"),
        ("着火⟨zhao2 huo3⟩了", "ꭧau↗xwo↓ lɤ"),
        ("请按一。", "ʨʰi↓ŋ a↘n — i→."),
        ("乘 OK 梯", "ꭧʰə↗ŋ ˌOkˈA tʰi→"),
    ],
)
def test_chinese_words_are_put_into_the_sounds_that_it_learnt(
    words: str, heard: str, places: Places
) -> None:
    assert chinese_phonemes(words, places.dictionary) == heard


def test_english_words_are_put_into_the_sounds_that_it_learnt() -> None:
    assert english_phonemes("A person, press zero.") == "ɐ pˈɜɹsən pɹˈɛs zˈiəɹO.".replace("ɐ", "ə")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_prompt_has_a_sound_that_it_does_not_know(language: str, places: Places) -> None:
    known = set(vocabulary())
    unknown = {}
    for key, template in templates(language).items():
        if not key.startswith("voice."):
            continue
        words = written_out(
            re.sub(r"\{\w+\}", "李" if language != "en" else "Lee", template), language
        )
        for clause in clauses_of(words):
            of = english_phonemes if language == "en" else _chinese(places)
            unknown[clause] = set(of(clause)) - known
    assert {clause: sounds for clause, sounds in unknown.items() if sounds} == {}


def _chinese(places: Places):  # type: ignore[no-untyped-def]  # a function of one clause
    return lambda clause: chinese_phonemes(clause, places.dictionary)


def test_the_dictionary_of_words_is_kept_in_a_folder_of_ours(places: Places) -> None:
    chinese_phonemes("楼道里的灯", places.dictionary)

    assert [path.name for path in places.dictionary.iterdir()] == ["jieba.cache"]


@pytest.mark.parametrize(("words", "language"), [(SHORT, "zh_CN"), ("Goodbye.", "en")])
def test_a_prompt_is_what_telephones_carry(voice: KokoroProcess, words: str, language: str) -> None:
    audio = voice.render(words, language, "normal")

    about = soundfile.info(io.BytesIO(audio))
    assert (about.samplerate, about.channels, about.subtype) == (8000, 1, "ULAW")
    samples, _ = heard_from(audio)
    assert peak_dbfs(samples) <= LOUDEST_DBFS + 0.3
    assert 0.8 <= measured(audio).seconds <= 1.8
    assert not samples[-3800:].any()  # the pause of its mark
    assert np.abs(samples[:800]).max() > 0.05  # what the model pads before is cut off


def test_the_pace_is_that_of_the_bars(voice: KokoroProcess) -> None:
    words = "报事，请按一。"

    normal = measured(voice.render(words, "zh_CN", "normal")).seconds
    slow = measured(voice.render(words, "zh_CN", "slow")).seconds

    assert 125 <= 5 * 60 / normal <= 160
    assert 95 <= 5 * 60 / slow <= 120


@pytest.mark.parametrize("words", ["", "，。！", "😀", "\x00\ud83d"])
def test_nothing_to_speak_is_said_to_fail(voice: KokoroProcess, words: str) -> None:
    with pytest.raises(VoiceFailed, match="nothing to speak"):
        voice.render(words, "zh_CN", "normal")


@pytest.mark.parametrize("words", ["Ünïcode ж", "水\x00管😀⟨⟩〔漏〕"])
def test_strange_words_are_spoken_as_far_as_they_can_be(voice: KokoroProcess, words: str) -> None:
    assert measured(voice.render(words, "zh_CN", "normal")).seconds > 0.1


def test_a_process_that_was_killed_is_started_anew(voice: KokoroProcess) -> None:
    before = voice.render(SHORT, "zh_CN", "normal")
    child = _child()
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)

    assert voice.render(SHORT, "zh_CN", "normal") == before  # byte for byte


def test_a_process_that_does_not_answer_in_time_is_ended(places: Places) -> None:
    voice = KokoroProcess(places, threads=1, least_seconds=-1000.0)  # no time at all

    with pytest.raises(VoiceFailed, match="broke"):
        voice.render(SHORT, "zh_CN", "normal")


def test_the_voice_that_is_installed_speaks_unless_another_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    voices = make_voices(read_settings())

    assert (voices.chosen, voices.problems, voices.absent) == ("kokoro", (), ())
    assert voices.ahead is not None
    assert voices.ahead.name.startswith("kokoro")
    assert voices.at_once is not None
    assert voices.at_once.name.startswith("pyttsx3")


def test_a_damaged_or_missing_style_is_named(tmp_path: Path) -> None:
    for name in STYLES.values():
        shutil.copy(STYLES_FOLDER / f"{name}.bin", tmp_path)
    damaged = tmp_path / f"{STYLES['en']}.bin"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\x00")
    places = Places(styles=tmp_path, dictionary=tmp_path)

    assert "is damaged" in choose_voices(("kokoro",), places, insisted=False).problems[0]

    damaged.unlink()
    assert "is missing" in choose_voices(("kokoro",), places, insisted=False).problems[0]


def test_a_damaged_model_is_named_and_the_next_voice_takes_over(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\x00" * 1000)
    places = Places(styles=STYLES_FOLDER, dictionary=tmp_path, model=tmp_path)

    voices = choose_voices(("kokoro", "pyttsx3"), places, insisted=False)

    assert voices.chosen == "pyttsx3"
    assert voices.ahead is voices.at_once
    assert voices.problems == (f"kokoro: the model is damaged: {FILE_NAME} has another sha256",)


def test_a_model_that_is_missing_is_said_by_the_process(tmp_path: Path) -> None:
    voice = KokoroProcess(Places(styles=tmp_path, dictionary=tmp_path))

    with pytest.raises(VoiceFailed, match="is missing"):
        voice.render(SHORT, "zh_CN", "normal")
    voice.close()


def test_neither_network_nor_a_home_is_touched(places: Places, tmp_path: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('the network was asked')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from telephony.speech.kokoro.voice import KokoroVoice, Places\n"
        f"places = Places(Path({str(places.styles)!r}), Path({str(places.dictionary)!r}))\n"
        "print(len(KokoroVoice(places).render('您好。', 'zh_CN', 'normal')) > 4000)"
    )
    home = tmp_path / "home"
    home.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        timeout=300,
        env={"HOME": str(home), "PATH": os.defpath},
    )

    assert (done.returncode, done.stdout.strip()) == (0, b"True"), done.stderr
    assert list(home.rglob("*")) == []


_RENDER_IN_FOUR_THREADS = """
import hashlib, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from telephony.speech.address import Piece
from telephony.speech.kokoro.remote import KokoroProcess
from telephony.speech.kokoro.voice import Places
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.speaking import Speaking
from telephony.speech.voice import Pace

name, styles, dictionary = sys.argv[1:]
places = Places(styles=Path(styles), dictionary=Path(dictionary))
voice = KokoroProcess(places, threads=1) if name == "kokoro" else Pyttsx3Voice()
speaking = Speaking(voice)
asked = [Piece(w, l, p) for w, l in (("再见。", "zh_CN"), ("Goodbye.", "en")) for p in Pace]
with ThreadPoolExecutor(4) as pool:
    made = list(pool.map(speaking.render, asked))
for piece, sound in zip(asked, made):
    print(piece.words, piece.pace, sound.seconds, hashlib.sha256(sound.audio).hexdigest())
"""


@pytest.mark.parametrize("name", ["kokoro", "pyttsx3"])
def test_four_processes_of_four_threads_render_what_one_does(name: str, places: Places) -> None:
    """Sixteen at once: every sound is the one of its words, language and pace."""
    command = [sys.executable, "-c", _RENDER_IN_FOUR_THREADS, name]
    command += [str(places.styles), str(places.dictionary)]
    alone = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [one.communicate()[0] for one in running] == [alone] * 4
    lines = [line.rsplit(" ", 3) for line in alone.splitlines()]
    assert len({digest for *_, digest in lines}) == len(lines) == 4
    seconds = {(words, pace): float(length) for words, pace, length, _ in lines}
    for words in ("再见。", "Goodbye."):
        assert 0.5 < seconds[words, "normal"] < seconds[words, "slow"] < 4.0
