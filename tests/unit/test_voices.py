"""Which voice speaks, and what is said when one is missing or damaged."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigurationError, read_settings
from app.factory import voice_places
from app.serving.start import voice_lines
from core.wording.catalogue import LANGUAGES, say
from telephony.speech.kokoro.model import FILE_NAME
from telephony.speech.kokoro.styles import STYLES_FOLDER, fetch_styles
from telephony.speech.kokoro.voice import Places
from telephony.speech.voice import VoiceFailed, VoiceUnusable
from telephony.speech.voices import NeverEmergencies, choose_voices
from telephony.twiml import Say, SayVoice, speak_and_end
from tests.line import Line

# With the extra the damaged model is named, without it that it is not installed.
_WHY_NOT = rf"(the model is damaged: {re.escape(FILE_NAME)} has another sha256|.* not installed)"


def places(tmp_path: Path, **changed: Any) -> Places:
    return Places(**({"styles": STYLES_FOLDER, "dictionary": tmp_path, "model": None} | changed))


def test_an_engine_that_is_not_installed_is_a_problem_only_if_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    usual = choose_voices(("kokoro", "pyttsx3"), places(tmp_path), insisted=False)
    asked = choose_voices(("kokoro", "pyttsx3"), places(tmp_path), insisted=True)

    assert usual.absent == asked.problems == ("kokoro: the extra [voice-zh] is not installed",)
    assert usual.problems == ()
    assert usual.chosen == asked.chosen == "pyttsx3"


def test_nothing_after_the_provider_is_asked(tmp_path: Path) -> None:
    voices = choose_voices(("provider", "kokoro"), places(tmp_path), insisted=True)

    assert voices.ahead is voices.at_once is None
    assert voices.provider_alone
    assert not choose_voices(
        ("pyttsx3", "provider"), places(tmp_path), insisted=True
    ).provider_alone


@pytest.mark.parametrize("order", ["pigeon", "kokoro,,pyttsx3", "kokoro,kokoro"])
def test_an_order_of_unknown_voices_is_refused(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_VOICE", order)
    with pytest.raises(ConfigurationError, match="LINLI_VOICE"):
        read_settings()


def test_the_start_says_who_speaks_and_what_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"half a model")
    monkeypatch.setenv("LINLI_VOICE", "kokoro, pyttsx3")
    monkeypatch.setenv("LINLI_VOICE_MODEL", str(tmp_path))

    lines = voice_lines(read_settings())

    assert lines[0] == "Voice: pyttsx3."
    assert re.fullmatch(f"Not used: kokoro: {_WHY_NOT}\\.", lines[1])


def test_a_folder_of_ones_own_may_hold_model_and_styles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_VOICE_MODEL", str(tmp_path))
    assert voice_places(read_settings()).styles == STYLES_FOLDER
    (tmp_path / "zf_xiaobei.bin").touch()
    assert voice_places(read_settings()).styles == tmp_path


def test_health_is_yellow_while_a_voice_cannot_be_used(line: Line, tmp_path: Path) -> None:
    line.beat()
    (tmp_path / FILE_NAME).write_bytes(b"half a model")
    app = line.app_with(voice="kokoro,pyttsx3", voice_model=tmp_path)

    said = app.test_client().get("/health").get_json()

    assert said["status"] == "yellow"
    assert said["voice"]["chosen"] == "pyttsx3"
    assert re.fullmatch(f"kokoro: {_WHY_NOT}", said["voice"]["problems"][0])
    assert line.client.get("/health").get_json()["voice"] == {"chosen": "provider", "problems": []}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "key", ["first.emergency", "fallback.emergency", "receipt.emergency_first"]
)
def test_espeak_never_speaks_an_emergency_sentence(language: str, key: str, tmp_path: Path) -> None:
    voices = choose_voices(("pyttsx3",), places(tmp_path), insisted=True)
    assert isinstance(voices.ahead, NeverEmergencies)

    sentence = say(f"voice.{key}", language)
    for words in (sentence, f"您好。{sentence}再见。"):
        with pytest.raises(VoiceFailed, match="emergency"):
            voices.ahead.render(words, language, "normal")
    assert voices.ahead.render(say("voice.common.goodbye", language), language, "normal")


def test_a_package_that_is_another_is_not_kept(tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text('#!/bin/sh\necho forged > "$4/kokoro-js-1.2.1.tgz"\n', encoding="utf-8")
    npm.chmod(0o755)

    with pytest.raises(VoiceUnusable, match="another sha256"):
        fetch_styles(tmp_path / "styles", str(npm))

    assert not (tmp_path / "styles").exists()


def test_without_npm_or_network_the_reason_is_said(tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)

    with pytest.raises(VoiceUnusable, match="no network"):
        fetch_styles(tmp_path, str(npm))
    with pytest.raises(VoiceUnusable, match="npm could not fetch"):
        fetch_styles(tmp_path, str(tmp_path / "nowhere"))


def test_the_providers_voice_and_language_are_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = SayVoice("cmn-CN", "Polly.Zhiyu")
    document = speak_and_end([Say("您好。单⟨shan4⟩大妈。", "zh_CN", by=chosen)])
    assert '<Say language="cmn-CN" voice="Polly.Zhiyu">您好。单大妈。</Say>' in document
    assert '<Say language="en-US">Hello.</Say>' in speak_and_end([Say("Hello.", "en")])

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_SAY_ZH", 'x" onload')
    with pytest.raises(ConfigurationError, match="LINLI_SAY_ZH"):
        read_settings()


def test_a_web_process_never_loads_the_model() -> None:
    program = (
        "import sys\n"
        "import app.factory, ivr.web, telephony.speech.voices\n"
        "print(sorted({'onnxruntime', 'misaki', 'jieba', 'faster_whisper'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=120)
    assert done.stdout.strip() == b"[]", done.stderr
