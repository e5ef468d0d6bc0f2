"""What was measured, kept in a file, and the figures that follow from it. Pure but for the file."""

from __future__ import annotations

import json
import statistics
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

MEDIAN_BAR = 0.08
WORST_BAR = 0.20


@dataclass(frozen=True)
class Measured:
    """How one prompt was understood in one voice."""

    engine: str  # kokoro, pyttsx3
    voice: str
    language: str
    key: str  # of the template
    words: str
    seconds: float
    understood: str
    error: float  # share of syllables without tones (zh_CN), of words (en)
    made_of: str = ""  # a hash of the shipped sounds in it: other sounds are listened to anew


@dataclass(frozen=True)
class Figures:
    """The errors of one voice in one language, summed up."""

    prompts: int
    median: float
    mean: float
    worst: float
    above_bar: int


def figures(rows: Iterable[Measured]) -> Figures:
    """Sum up.

    :raises statistics.StatisticsError: if there is nothing to sum up.
    """
    errors = [row.error for row in rows]
    return Figures(
        prompts=len(errors),
        median=statistics.median(errors),
        mean=statistics.fmean(errors),
        worst=max(errors),
        above_bar=sum(error > WORST_BAR for error in errors),
    )


def misses(rows: Iterable[Measured]) -> list[str]:
    """Name what misses the bar: a median, or a prompt."""
    rows = list(rows)
    found = []
    for language in sorted({row.language for row in rows}):
        some = [row for row in rows if row.language == language]
        median = figures(some).median
        if median > MEDIAN_BAR:
            found.append(f"{language}: a median of {median:.2f}, above {MEDIAN_BAR}")
    return found + [
        f"{row.key}: {row.error:.2f}, above {WORST_BAR}: {row.words} | {row.understood}"
        for row in rows
        if row.error > WORST_BAR
    ]


def read_measured(path: Path) -> list[Measured]:
    """Return what the file holds; nothing if there is none."""
    if not path.is_file():
        return []
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["measured"]
    return [Measured(**row) for row in rows]


def write_measured(path: Path, rows: Iterable[Measured]) -> None:
    """Write what was measured, one prompt a table, in an order of its own."""
    ordered = sorted(rows, key=lambda row: (row.engine, row.language, row.key, row.words))
    lines = ["# How each prompt was understood; written by `make measure-voice`.", ""]
    for row in ordered:
        fields = (f"{name} = {_toml(value)}" for name, value in asdict(row).items())
        lines += ["[[measured]]", *fields, ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _toml(value: object) -> str:
    # A string of JSON is a string of TOML, escapes and all.
    return json.dumps(value, ensure_ascii=False)
