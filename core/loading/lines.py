"""Where a key stands in a TOML text, for the one who must put it right."""

from __future__ import annotations

import re
from collections import Counter

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_ENTRY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_LONG_TEXT = re.compile("\"\"\"|'''")


def lines_of(text: str) -> dict[Path, int]:
    """Map each key path of a TOML text to its line, counted from 1.

    >>> lines_of('demo = true\\n[[staff]]\\nkey = "a"')[("staff", 0, "key")]
    3
    """
    found: dict[Path, int] = {}
    counts: Counter[Path] = Counter()
    section: Path = ()
    in_long_text = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not in_long_text and (header := _HEADER.fullmatch(line)):
            section = _section(header, counts)
            found.setdefault(section, number)
        elif not in_long_text and (entry := _ENTRY.match(line)):
            found.setdefault(section + _names(entry[1]), number)
        in_long_text ^= len(_LONG_TEXT.findall(line)) % 2 == 1
    return found


def line_at(lines: dict[Path, int], path: Path) -> int | None:
    """Return the line of a path, or of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _section(header: re.Match[str], counts: Counter[Path]) -> Path:
    names = _names(header[2])
    if header[1] == "[":
        return names
    position = counts[names]
    counts[names] += 1
    return (*names, position)


def _names(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
