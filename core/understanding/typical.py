"""Typical sentences: what a text resembles, by the letters and sounds that it shares with them.

A complement naive Bayes over pieces of one to three letters and two to three syllables: it learns
by counting, so that a sentence which the office adds tells at once, and no model file is needed.
(Rennie and others, "Tackling the poor assumptions of naive Bayes text classifiers", 2003.)
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Mapping

from core.understanding.additions import additions_in_force
from core.understanding.hearing import MASK, TYPED, Heard, hear
from core.understanding.lexicon import read_lexicon

_SMOOTHING = 0.1
_MOST_LETTERS = 300  # what a text is about stands early
LISTS = ("typical_requests", "typical_dangers", "typical_commands")


class Typical:
    """What the sentences of each label have in common, and the others have not."""

    def __init__(self, counts: Mapping[str, Counter[str]]) -> None:
        """Take how often each label's sentences hold each piece."""
        self._of_label = counts
        self._of_all: Counter[str] = Counter()
        for pieces in counts.values():
            self._of_all.update(pieces)
        self._sizes = {label: pieces.total() for label, pieces in counts.items()}
        self._size = sum(self._sizes.values())
        self._kinds = _SMOOTHING * len(self._of_all)
        self._known: dict[tuple[str, str], float] = {}

    @classmethod
    def of(cls, sentences: Mapping[str, Iterable[str]]) -> Typical:
        """Count the pieces of every label's sentences."""
        counts: dict[str, Counter[str]] = {label: Counter() for label in sentences}
        for label, texts in sentences.items():
            for text in texts:
                counts[label].update(_pieces(hear(text)))
        return cls(counts)

    def among(self, beginning: str) -> Typical:
        """Return the comparison among the labels of one beginning only."""
        return Typical(
            {label: own for label, own in self._of_label.items() if label.startswith(beginning)}
        )

    def resembles(self, heard: Heard) -> dict[str, float]:
        """Weigh each label: above 0 a text is rather like its sentences, below rather not."""
        pieces = _pieces(heard)
        known = [piece for piece in pieces if piece in self._of_all]
        if not known:
            return dict.fromkeys(self._of_label, 0.0)
        return {
            label: sum(self._weight(piece, label) for piece in known) / len(pieces)
            for label in self._of_label
        }

    def _weight(self, piece: str, label: str) -> float:
        known = self._known.get((piece, label))
        if known is None:
            inside, size = self._of_label[label][piece], self._sizes[label]
            outside = self._of_all[piece] - inside
            likely = (inside + _SMOOTHING) / (size + self._kinds)
            otherwise = (outside + _SMOOTHING) / (self._size - size + self._kinds)
            known = self._known[piece, label] = math.log(likely / otherwise)
        return known


def _pieces(heard: Heard) -> set[str]:
    letters, sounds = heard.letters[:_MOST_LETTERS], heard.sounds[:_MOST_LETTERS]
    pieces = set()
    for start in range(len(letters)):
        for length in (1, 2, 3):
            piece = letters[start : start + length]
            if len(piece) == length and not {TYPED, MASK} & set(piece):
                pieces.add(piece)
            heard_as = sounds[start : start + length]
            if length > 1 and len(heard_as) == length and all(heard_as):
                pieces.add(" ".join(readings[0] for readings in heard_as))
    return pieces


def more_requests() -> dict[str, tuple[str, ...]]:
    """Return the sentences of typical_sentences.toml, one a line there, by label."""
    return {
        f"request.{category}": tuple(
            line.strip() for line in own["sentences"].split("\n") if line.strip()
        )
        for category, own in read_lexicon("typical_sentences").items()
    }


@functools.cache
def default_typical() -> Typical:
    """Return the typical sentences of Linli and the office, by labels such as ``danger.fire``."""
    ours = {label: list(own) for name in LISTS for label, own in read_lexicon(name).items()}
    for added in (more_requests(), additions_in_force().sentences()):
        for label, sentences in added.items():
            ours[label] += sentences
    return Typical.of(ours)
