"""Sound as telephones carry it: 8 kHz, mono, mu-law, in a WAV."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

TELEPHONE_RATE = 8000
_LOUDEST = 0.8  # of full scale: leaves room for a handset that is turned up
_SILENT_BELOW = 0.01
_KEPT_SECONDS = 0.03  # of the quiet before and after, so that no consonant is cut

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TelephoneSound:
    """A WAV and how long it lasts."""

    audio: bytes
    seconds: float


def telephone_wav(samples: Samples, rate: int) -> bytes:
    """Bring samples (±1) of any rate to the telephone's WAV."""
    heard = soxr.resample(samples, rate, TELEPHONE_RATE).astype(np.float32)
    peak = float(np.max(np.abs(heard), initial=0.0))
    if peak > 0:
        heard = heard * (_LOUDEST / peak)
    heard = np.clip(heard, -1.0, 1.0)  # soundfile wraps what is above into a crack
    target = io.BytesIO()
    soundfile.write(target, heard, TELEPHONE_RATE, format="WAV", subtype="ULAW")
    return target.getvalue()


def measured(audio: bytes) -> TelephoneSound:
    """Add to a WAV how long it lasts."""
    return TelephoneSound(audio=audio, seconds=round(soundfile.info(io.BytesIO(audio)).duration, 3))


def trimmed(samples: Samples, rate: int) -> Samples:
    """Cut the silence before and after, but for a breath."""
    loud = np.flatnonzero(np.abs(samples) > _SILENT_BELOW)
    if loud.size == 0:
        return samples[:0]
    kept = int(_KEPT_SECONDS * rate)
    return samples[max(0, int(loud[0]) - kept) : int(loud[-1]) + kept]


def silence(seconds: float, rate: int) -> Samples:
    """Return that much of nothing."""
    return np.zeros(int(seconds * rate), dtype=np.float32)
