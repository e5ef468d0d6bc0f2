"""Lists of words in TOML become compiled patterns; a gap is written ``…``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any

_GAP = r"[^|]{0,8}?"  # bounded, and never across the end of a clause


def read_lexicon(name: str) -> dict[str, Any]:
    """Read the lexicon ``name`` that stands beside this module."""
    source = resources.files(__package__) / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def pattern_of(sayings: Iterable[str]) -> re.Pattern[str] | None:
    """Compile sayings to one pattern, the longest first; None if there are none.

    >>> pattern_of(["摔…起不来", "晕倒"]).search("我妈摔地上起不来了").group()
    '摔地上起不来'
    """
    longest_first = sorted(set(sayings), key=lambda saying: (-len(saying), saying))
    parts = [_GAP.join(re.escape(part) for part in saying.split("…")) for saying in longest_first]
    return re.compile("|".join(parts)) if parts else None
