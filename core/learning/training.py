"""Fits the model to typical sentences, examples and corrections; needs the extra [classify]."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

import numpy as np

from core.learning.model import CATEGORIES, CategoryModel, Sentences, features
from core.understanding.lexicon import read_lexicon
from core.understanding.typical import more_requests

Example = tuple[str, str]  # words and their category
_STRENGTH = 10.0  # by cross-validation on sentences that the lexicon does not hold
_CORRECTION_WEIGHT = 3.0  # what staff said weighs more than what we thought up


def typical_sentences() -> list[Example]:
    """Return the typical requests of the lexicon."""
    lexicon = [
        (sentence, label.removeprefix("request."))
        for label, listed in [*read_lexicon("typical_requests").items(), *more_requests().items()]
        for sentence in listed
    ]
    return list(dict.fromkeys(lexicon))


def read_sentences(written: str) -> list[Example]:
    """Read sentences by category, as they stand in typical_sentences.toml.

    :raises ValueError: naming what is wrong.
    """
    found: list[Example] = []
    for category, section in tomllib.loads(written).items():
        if category not in CATEGORIES or not isinstance(section.get("sentences"), str):
            raise ValueError(f"[{category}] is no category with sentences")
        listed = section["sentences"].split("\n")
        found += [(sentence.strip(), category) for sentence in listed if sentence.strip()]
    return found


def train(
    sentences: Sentences, examples: Sequence[Example], corrections: Sequence[Example] = ()
) -> CategoryModel:
    """Fit a model; the same examples give the same model."""
    from sklearn.linear_model import LogisticRegression

    examples = list(dict.fromkeys(examples))  # the tune half is among the typical sentences
    everything = [*examples, *corrections]
    texts = [words for words, _ in everything]
    wanted = [CATEGORIES.index(category) for _, category in everything]
    weights = [1.0] * len(examples) + [_CORRECTION_WEIGHT] * len(corrections)
    mean = sentences.meanings(texts).mean(axis=0)
    fitted = LogisticRegression(C=_STRENGTH, max_iter=3000, class_weight="balanced").fit(
        features(sentences, texts, mean), wanted, sample_weight=weights
    )
    return CategoryModel(
        mean=mean,
        weights=np.asarray(fitted.coef_, dtype=np.float32),
        bias=np.asarray(fitted.intercept_, dtype=np.float32),
    )
