"""Speech made slower without being made deeper: overlapped frames, moved to where they fit.

WSOLA (Verhelst and Roelands, 1993): each frame is taken from around where it is due, at the place
that goes on best from the frame before. A model asked to speak slowly slurs; this does not.
"""

from __future__ import annotations

import numpy as np

from telephony.speech.telephone_audio import Samples

_FRAME_SECONDS = 0.03
_SEARCH_SECONDS = 0.008


def stretched(samples: Samples, rate: int, times: float) -> Samples:
    """Return speech that lasts ``times`` as long, 1.0 and more, at the same pitch."""
    half = int(_FRAME_SECONDS * rate / 2)
    search = int(_SEARCH_SECONDS * rate)
    count = int(len(samples) * times) // half - 2
    if times <= 1.0 or count < 1:
        return samples
    padded = np.pad(samples, (search, search + 3 * half))
    window = np.hanning(2 * half + 1)[:-1].astype(np.float32)
    target = np.zeros((count + 2) * half, dtype=np.float32)
    at = search
    for number in range(count + 1):
        if number:
            due = search + int(number * half / times)
            at = due + _best_offset(padded, at + half, due, 2 * half, search)
        target[number * half : (number + 2) * half] += padded[at : at + 2 * half] * window
    target[:half] += padded[search : search + half] * window[half:]  # the first has none before
    return target


def _best_offset(padded: Samples, wished: int, due: int, length: int, search: int) -> int:
    """Return by how much a frame at ``due`` is moved to look like the one at ``wished``."""
    like = padded[wished : wished + length]
    around = padded[due - search : due + search + length]
    if len(like) < length or len(around) < length + 2 * search:
        return 0
    fits = np.correlate(around, like, mode="valid")
    energies = np.convolve(around**2, np.ones(length, dtype=np.float32), mode="valid")
    return int(np.argmax(fits / np.sqrt(energies + 1e-9))) - search
