"""Sound as telephones carry it: 8 kHz, mono, mu-law, in a WAV, all pieces equally loud.

The band is that of a telephone line (300-3400 Hz, ITU-T G.712); what a line would cut anyway
must not take loudness from what it carries.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

TELEPHONE_RATE = 8000
LOUDEST_DBFS = -3.0
SPEECH_DBFS = -18.0  # of the moments in which somebody speaks
_BAND = (300, 3400)  # Hz
_TAPS = 257
_FRAME_SECONDS = 0.02
_SILENT_BELOW_PEAK = 40.0  # dB
_KEPT_SECONDS = 0.03  # of the quiet before and after, so that no consonant is cut
_FADE_SECONDS = 0.005
_LIMITER_SECONDS = 0.005

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TelephoneSound:
    """A WAV and how long it lasts."""

    audio: bytes
    seconds: float


class NoSound(ValueError):
    """Bytes that are no sound we can read."""


def telephone_wav(samples: Samples, rate: int) -> bytes:
    """Bring samples (±1) of any rate to the telephone's WAV: band, loudness, peak, no click."""
    heard = soxr.resample(samples, rate, TELEPHONE_RATE).astype(np.float32)
    return written(_limited(_levelled(_faded(_in_band(heard)))))


def written(samples: Samples) -> bytes:
    """Write 8 kHz samples as they are into a mu-law WAV."""
    target = io.BytesIO()
    # soundfile wraps what is above ±1 into a crack.
    clipped = np.clip(samples, -1.0, 1.0)
    soundfile.write(target, clipped, TELEPHONE_RATE, format="WAV", subtype="ULAW")
    return target.getvalue()


def heard_from(audio: bytes) -> tuple[Samples, int]:
    """Read WAV, FLAC, OGG or MP3 into mono samples and their rate.

    :raises NoSound: if it is none of these.
    """
    try:
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError, TypeError) as error:
        raise NoSound("this is not a sound file") from error
    return samples.mean(axis=1, dtype=np.float32), int(rate)


def measured(audio: bytes) -> TelephoneSound:
    """Add to a WAV how long it lasts."""
    return TelephoneSound(audio=audio, seconds=round(soundfile.info(io.BytesIO(audio)).duration, 3))


def joined_wavs(wavs: Sequence[bytes], pauses: Sequence[float]) -> bytes:
    """Put telephone WAVs one after the other, each with that many seconds of silence after it.

    Each is faded and levelled already, so that the join has no click and no step.
    """
    parts: list[Samples] = []
    for wav, seconds in zip(wavs, pauses, strict=True):
        parts += [heard_from(wav)[0], silence(seconds, TELEPHONE_RATE)]
    return written(np.concatenate(parts))


def louder(wav: bytes, decibels: float) -> bytes:
    """Raise a telephone WAV for a hard-of-hearing caller; peaks stay at −3 dBFS."""
    samples, _ = heard_from(wav)
    return written(_limited(samples * np.float32(10 ** (decibels / 20))))


def trimmed(samples: Samples, rate: int) -> Samples:
    """Cut the silence before and after, but for a breath."""
    frame = max(1, int(_FRAME_SECONDS * rate / 2))
    levels = _frame_levels(samples, frame)
    if levels.size == 0 or not np.isfinite(levels.max()):
        return samples[:0]
    loud = np.flatnonzero(levels > levels.max() - _SILENT_BELOW_PEAK)
    kept = int(_KEPT_SECONDS * rate)
    start, end = int(loud[0]) * frame - kept, (int(loud[-1]) + 1) * frame + kept
    return _faded(samples[max(0, start) : end], rate)


def silence(seconds: float, rate: int) -> Samples:
    """Return that much of nothing."""
    return np.zeros(int(seconds * rate), dtype=np.float32)


def loudness(samples: Samples, rate: int) -> float:
    """Return the level of the moments in which somebody speaks, in dBFS; -inf for silence."""
    levels = _frame_levels(samples, max(1, int(_FRAME_SECONDS * rate)))
    if levels.size == 0 or not np.isfinite(levels.max()):
        return float("-inf")
    active = levels[levels > levels.max() - 25.0]
    return float(10 * np.log10(np.mean(10 ** (active / 10))))


def peak_dbfs(samples: Samples) -> float:
    """Return the highest sample in dBFS; -inf for silence."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    return 20 * float(np.log10(peak)) if peak > 0 else float("-inf")


def _frame_levels(samples: Samples, frame: int) -> npt.NDArray[np.float64]:
    """Return the power of each frame in dBFS; the last one may be short."""
    count = -(-len(samples) // frame)
    padded = np.zeros(count * frame, dtype=np.float64)
    padded[: len(samples)] = samples
    power = np.mean(padded.reshape(count, frame) ** 2, axis=1) if count else np.zeros(0)
    with np.errstate(divide="ignore"):
        return 10 * np.log10(power)


def _in_band(samples: Samples) -> Samples:
    if not samples.size:
        return samples
    delay = _TAPS // 2
    whole = np.convolve(samples, _band_filter())
    return whole[delay : delay + len(samples)].astype(np.float32)


@functools.cache
def _band_filter() -> npt.NDArray[np.float64]:
    """Return a linear-phase filter for the band: a windowed difference of two low passes."""
    moments = np.arange(_TAPS) - _TAPS // 2
    low, high = (2 * edge / TELEPHONE_RATE for edge in _BAND)
    ideal = high * np.sinc(high * moments) - low * np.sinc(low * moments)
    return np.asarray(ideal * np.hamming(_TAPS))


def _levelled(samples: Samples) -> Samples:
    level = loudness(samples, TELEPHONE_RATE)
    if not np.isfinite(level):
        return samples
    return samples * np.float32(10 ** ((SPEECH_DBFS - level) / 20))


def _limited(samples: Samples) -> Samples:
    """Hold peaks at the loudest level, by turning down the moments around them."""
    ceiling = 10 ** (LOUDEST_DBFS / 20)
    wanted = np.minimum(1.0, ceiling / np.maximum(np.abs(samples), 1e-9))
    if wanted.min(initial=1.0) >= 1.0:
        return samples
    reach = int(_LIMITER_SECONDS * TELEPHONE_RATE)
    around = np.pad(wanted, 2 * reach, constant_values=1.0)
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1)
    lowest = windows.min(axis=1)
    # Each averaged value is at most what its own sample wants, so that no peak gets through.
    gain = np.convolve(lowest, np.full(2 * reach + 1, 1 / (2 * reach + 1)), mode="valid")
    return (samples * gain).astype(np.float32)


def _faded(samples: Samples, rate: int = TELEPHONE_RATE) -> Samples:
    """Let a piece begin and end in silence, so that no join clicks."""
    length = min(int(_FADE_SECONDS * rate), len(samples) // 2)
    if length == 0:
        return samples
    faded = samples.copy()
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    faded[:length] *= ramp
    faded[-length:] *= ramp[::-1]
    return faded
