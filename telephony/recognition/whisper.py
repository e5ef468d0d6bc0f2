"""Hears with Whisper: what callers say to us, and how well our own prompts are understood."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import opencc
import soundfile
import soxr

from core.calls.rules import Unheard
from telephony.recognition.hearing import CannotHear, Heard
from telephony.recognition.whisper_model import check_installed, load_model
from telephony.speech.telephone_audio import Samples, heard_from, silence

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

LONGEST_SECONDS = 600.0
_RATE = 16_000  # what Whisper hears
_QUIET_BELOW = 0.004  # of full scale; a whisper into a handset is above
_QUIET_SECONDS = 0.5  # as on a line before and after a prompt
_LANGUAGES = {"zh_CN": "zh", "en": "en"}
_NOT_SPEECH = 0.6
_UNLIKELY = -1.0  # mean log probability of a segment
# What Whisper makes of music and hum: it learnt from films with subtitles.
_INVENTED = ("点赞", "订阅", "字幕", "明镜与点点", "Amara", "谢谢观看", "谢谢大家观看")


class Whisper:
    """One model, loaded at the first sound, used by one thread at a time, told nothing ahead."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the model of the wheels, or the one in ``folder``.

        :raises telephony.recognition.whisper_model.WhisperMissing: saying what to install.
        """
        check_installed(folder)
        self.name = "whisper-base" if folder is None else f"whisper:{folder.name}"
        self._folder = folder
        self._model: WhisperModel | None = None
        self._lock = threading.Lock()

    def hear(self, audio: bytes, *, language: str) -> Heard:
        """Return the words of a recording in any form that libsndfile reads.

        :raises CannotHear: if it is empty, no sound, too long, or holds no words.
        """
        samples = _decoded(audio)
        if not samples.size or float(np.max(np.abs(samples))) < _QUIET_BELOW:
            raise CannotHear(Unheard.NOTHING)
        return _joined(self._segments(samples, language))

    def understood(self, audio: bytes, language: str) -> str:
        """Return what is understood of a prompt as a caller hears it, a telephone WAV."""
        samples, rate = heard_from(audio)
        quiet = silence(_QUIET_SECONDS, rate)
        heard = _resampled(np.concatenate([quiet, samples, quiet]), rate)
        return "".join(segment.text for segment in self._segments(heard, language)).strip()

    def _segments(self, samples: Samples, language: str) -> list[Any]:
        with self._lock:
            if self._model is None:
                self._model = load_model(self._folder)
            found, _ = self._model.transcribe(
                samples,
                language=_LANGUAGES.get(language, "zh"),
                beam_size=5,
                temperature=0.0,  # one pass: a second guess would only sound surer
                condition_on_previous_text=False,
                initial_prompt=None,  # noise is heard as the prompt itself
                without_timestamps=True,
                vad_filter=False,
            )
            return list(found)


def _decoded(audio: bytes) -> Samples:
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
    return _resampled(samples.mean(axis=1), rate)


def _resampled(samples: Samples, rate: int) -> Samples:
    return np.asarray(soxr.resample(samples, rate, _RATE), dtype=np.float32)


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
