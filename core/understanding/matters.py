"""The short names of matters that a suggestion can give: a closed list, spoken ahead."""

from __future__ import annotations

import functools

from core.understanding.lexicon import read_lexicon


@functools.cache
def matters(language: str) -> tuple[str, ...]:
    """Return every short name of a matter, each once.

    >>> "下水道" in matters("zh_CN"), "drain" in matters("en")
    (True, True)
    """
    column = "english" if language == "en" else "summary"
    subjects = read_lexicon("categories")["subject"]
    return tuple(dict.fromkeys(str(subject[column]) for subject in subjects))
