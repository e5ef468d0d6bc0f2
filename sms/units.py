"""How much a text says: its letters and digits, without marks and spaces."""

from __future__ import annotations

from core.understanding.normalise import clauses, clean


def units_of(words: str) -> int:
    """Count the letters and digits of a text.

    >>> units_of("哎 ,,那个…")
    3
    """
    return len(clauses(clean(words)).replace("|", ""))
