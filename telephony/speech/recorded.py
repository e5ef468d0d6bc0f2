"""A person's recording of a prompt: what it must be like, and how it is brought to the line."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from telephony.speech.composing import with_pause
from telephony.speech.telephone_audio import (
    TELEPHONE_RATE,
    Samples,
    TelephoneSound,
    heard_from,
    loudness,
    telephone_wav,
    trimmed,
)

LONGEST_SECONDS = 12.0  # of a prompt, in callers.md's words; a person who reads slowly says less
_SHORTEST_SECONDS = 0.08
_MOST_BYTES = 20 * 1024 * 1024
_LONGEST_READ_SECONDS = 60.0  # of a file: silence around the words is cut
_SILENT_DBFS = -50.0
_FULL_SCALE = 0.985
_CLIPPED_RUN = 4  # samples in a row at full scale: a microphone that was turned up too far
_MOST_CLIPPED_RUNS = 3
_LONGEST_CLIPPED_SECONDS = 0.01


class UnusableRecording(ValueError):
    """A recording that is not taken; the message says why, for a clerk."""


def telephone_sound(audio: bytes, words: str, pace: str) -> TelephoneSound:
    """Bring a recording (WAV, MP3, FLAC or OGG) of ``words`` to the line.

    Cut to what is said, in the band and at the loudness of every prompt, and with the pause that
    its words end in.

    :raises UnusableRecording: if it is no sound, silent, clipped or too long.
    """
    samples, rate = _read(audio)
    _refuse_clipped(samples, rate)
    samples = samples - samples.mean()  # a steady current is no sound
    said = trimmed(samples, rate)
    seconds = len(said) / rate
    if loudness(samples, rate) < _SILENT_DBFS or seconds < _SHORTEST_SECONDS:
        raise UnusableRecording("听不到声音 (it is silent)")
    if seconds > LONGEST_SECONDS:
        raise UnusableRecording(
            f"太长:{seconds:.1f} 秒,最多 {LONGEST_SECONDS:.0f} 秒 "
            f"(too long: {seconds:.1f} s, at most {LONGEST_SECONDS:.0f} s)"
        )
    return with_pause(telephone_wav(said, rate), words, pace)


def _read(audio: bytes) -> tuple[Samples, int]:
    if len(audio) > _MOST_BYTES:
        raise UnusableRecording("文件太大 (the file is too large)")
    try:
        about = soundfile.info(io.BytesIO(audio))
        if about.duration > _LONGEST_READ_SECONDS:
            raise UnusableRecording(
                f"太长:{about.duration:.0f} 秒 (too long: {about.duration:.0f} s)"
            )
        samples, rate = heard_from(audio)
    except (soundfile.SoundFileError, ValueError, RuntimeError, TypeError) as error:
        if isinstance(error, UnusableRecording):
            raise
        raise UnusableRecording("不是声音文件 (it is not a sound file)") from error
    if rate < TELEPHONE_RATE or not np.isfinite(samples).all():
        raise UnusableRecording("音质不够,要 8000 赫兹以上 (it needs 8000 Hz or more)")
    return samples, rate


def _refuse_clipped(samples: Samples, rate: int) -> None:
    """Refuse what was recorded too loud: its peaks are cut flat, which no level mends."""
    full = np.abs(samples) >= _FULL_SCALE
    edges = np.flatnonzero(np.diff(np.concatenate(([0], full.astype(np.int8), [0]))))
    runs = edges[1::2] - edges[::2]
    flat = runs.max(initial=0) / rate > _LONGEST_CLIPPED_SECONDS
    if flat or np.count_nonzero(runs >= _CLIPPED_RUN) >= _MOST_CLIPPED_RUNS:
        raise UnusableRecording("录得太响,破音了 (it was recorded too loud and is clipped)")
