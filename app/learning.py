"""Finds what was learnt: LINLI_VAR/models/categories.npz, made by ``linli classify train``."""

from __future__ import annotations

from pathlib import Path

import structlog

from core.learning.model import CategoryModel, ModelMissing, Sentences
from core.learning.suggesting import Suggests, suggester
from core.understanding.categories import suggest as by_lexicon

_log = structlog.stdlib.get_logger(__name__)


def model_path(var: Path) -> Path:
    """Return where the model of this machine is kept."""
    return var / "models" / "categories.npz"


def make_suggester(var: Path) -> Suggests:
    """Return what suggests categories: the lexicon, with the model where there is one.

    A model that cannot be used is logged with what to do about it; the lexicon goes on alone.
    """
    path = model_path(var)
    if not path.is_file():
        return by_lexicon
    try:
        return suggester(Sentences(), CategoryModel.from_bytes(path.read_bytes()))
    except (ModelMissing, OSError) as error:
        _log.warning("categories are suggested by the lexicon alone", reason=str(error))
        return by_lexicon
