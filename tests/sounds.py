"""Sound files as a clerk may bring them."""

from __future__ import annotations

import io

import numpy as np
import soundfile

RATE = 16_000


def spoken(seconds: float = 1.2, *, level: float = 0.3, quiet: float = 0.4) -> np.ndarray:
    """Return something like a voice: a rich tone that swells, between two silences."""
    moments = np.arange(int(seconds * RATE)) / RATE
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * moments)
    tones = sum(
        np.sin(2 * np.pi * hertz * moments) / n for n, hertz in enumerate((220, 700, 1500), 1)
    )
    still = np.zeros(int(quiet * RATE))
    voice = level * swell * tones / np.max(np.abs(tones))
    return np.concatenate([still, voice, still]).astype(np.float32)


def file_of(samples: np.ndarray, *, format: str = "WAV", subtype: str | None = None) -> bytes:
    """Return the bytes of a sound file."""
    target = io.BytesIO()
    soundfile.write(target, samples, RATE, format=format, subtype=subtype)
    return target.getvalue()
