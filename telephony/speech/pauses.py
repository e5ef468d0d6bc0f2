"""Pauses inside a spoken sentence, given the length that an old ear needs.

A voice speaks a whole sentence more clearly than its clauses one by one, but hurries over the
commas: so it is cut there, at the quietest moment, and put together with pauses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telephony.speech.telephone_audio import Samples, silence, trimmed

_BEFORE_SECONDS = 0.15  # a consonant may begin that early
_FRAME_SECONDS = 0.01


def cut_quietly(samples: Samples, rate: int, spans: Sequence[tuple[int, int]]) -> list[Samples]:
    """Cut a sentence once within each span of samples, at its quietest moment; in order."""
    frame = int(_FRAME_SECONDS * rate)
    cuts = [_quietest(samples, start, end, frame) for start, end in spans]
    return [trimmed(piece, rate) for piece in np.split(samples, cuts)]


def begun_quietly(samples: Samples, rate: int, begins: int) -> Samples:
    """Silence what comes before the words, up to the quietest moment just before they begin."""
    frame = int(_FRAME_SECONDS * rate)
    cut = _quietest(samples, max(0, begins - int(_BEFORE_SECONDS * rate)), begins + frame, frame)
    silent = samples.copy()
    silent[:cut] = 0.0
    return silent


def with_pauses(pieces: Sequence[Samples], seconds: Sequence[float], rate: int) -> Samples:
    """Join pieces, each followed by so many seconds of silence."""
    parts: list[Samples] = []
    for piece, pause in zip(pieces, seconds, strict=True):
        parts += [piece, silence(pause, rate)]
    return np.concatenate(parts)


def _quietest(samples: Samples, start: int, end: int, frame: int) -> int:
    starts = range(start, max(start + 1, end - frame), frame)
    powers = [float(np.mean(samples[at : at + frame].astype(np.float64) ** 2)) for at in starts]
    return starts[int(np.argmin(powers))] + frame // 2
