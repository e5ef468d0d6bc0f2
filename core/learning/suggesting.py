"""The lexicon's suggestion, with what was learnt: always a suggestion, never a decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.learning.model import CategoryModel, Sentences
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as by_lexicon

Suggests = Callable[[str], Suggestion]

# What the lexicon says beside the model, by cross-validation on sentences it does not hold.
_VOTE_OF_LEXICON = 0.8


def suggester(sentences: Sentences, model: CategoryModel) -> Suggests:
    """Return what reads a text with both; urgency and deciding words are the lexicon's."""

    def suggest(text: str) -> Suggestion:
        found = by_lexicon(text)
        if not text.strip():
            return found
        return combined(found, model.likelihoods(sentences, [text])[0])

    return suggest


def combined(found: Suggestion, likely: Mapping[str, float]) -> Suggestion:
    """Weigh the lexicon's category beside what was learnt, and suggest the weightiest.

    The short name of the matter stays only with its own category: 水管 names no dispute.

    >>> pipe = Suggestion("repair", "P2", "水管", ("水管",), "pipe", 0.5)
    >>> combined(pipe, {"repair": 0.1, "neighbour": 0.9}).category
    'neighbour'
    >>> combined(pipe, {"repair": 0.4, "neighbour": 0.6}).summary
    '水管'
    """
    vote = _VOTE_OF_LEXICON * found.confidence
    weights = {**likely, found.category: likely.get(found.category, 0.0) + vote}
    category = max(weights, key=lambda name: weights[name])
    confidence = round(weights[category] / (sum(likely.values()) + vote), 3)
    if category == found.category:
        return replace(found, confidence=confidence)
    nameless = by_lexicon("")
    return Suggestion(
        category,
        found.urgency,
        nameless.summary,
        found.words,
        nameless.english_summary,
        confidence,
    )
