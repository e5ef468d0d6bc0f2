"""Puts an office's lexicon in force, in this process, from one text to the next."""

from __future__ import annotations

from core.understanding.additions import Additions, put_in_force
from core.understanding.categories import default_categories
from core.understanding.emergency import default_dangers
from core.understanding.typical import default_typical


def read_by(additions: Additions) -> None:
    """Read texts by these additions from now on; what was compiled before is compiled anew."""
    put_in_force(additions)
    for compiled in (default_typical, default_dangers, default_categories):
        compiled.cache_clear()
