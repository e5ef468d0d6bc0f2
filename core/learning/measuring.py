"""How well categories are told, with the model and without it."""

from __future__ import annotations

from collections.abc import Sequence

from core.learning.model import Sentences
from core.learning.suggesting import suggester
from core.learning.training import Example, train, typical_sentences


def measure_categories(tune: Sequence[Example], test: Sequence[str]) -> list[str]:
    """Train on the tune half and the typical sentences; return the category of each test text.

    :raises ModelMissing: if the extra [classify] is not installed.
    """
    sentences = Sentences()
    suggest = suggester(sentences, train(sentences, [*typical_sentences(), *tune]))
    return [suggest(text).category for text in test]
