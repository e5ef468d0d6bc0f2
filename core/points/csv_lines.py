"""The lines of a CSV that people typed: a quote that nobody closed is a sign, not the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_JOINED = 20  # lines of the file that one cell with line breaks may reach over


@dataclass(frozen=True)
class CsvLine:
    """One line as the office sees it: its number from 1 on, and its cells."""

    line: int
    cells: list[str]
    is_torn: bool = False  # a cell begins with a quote that is not closed, or cannot be read


def lines_of_csv(text: str) -> list[CsvLine]:
    r"""Read the lines of a CSV; a quote that is not closed ends with its own line.

    A cell in quotes may hold line breaks, as a spreadsheet writes them, but never a whole line of
    the list: then the quote is taken as a sign, and the line is marked.

    >>> [(one.line, one.cells, one.is_torn) for one in lines_of_csv('a,b\n"1,2\n3,"4\n5"')]
    [(1, ['a', 'b'], False), (2, ['"1', '2'], True), (3, ['3', '4\n5'], False)]
    """
    written = io.StringIO(text, newline="").readlines()
    found: list[CsvLine] = []
    at = width = 0
    while at < len(written):
        cells, used, is_torn = _next(written[at : at + _MOST_JOINED], width)
        width = width or (len(cells) if any(cells) else 0)  # of the heading
        found.append(CsvLine(at + 1, cells, is_torn))
        at += used
    return found


def _next(written: Sequence[str], width: int) -> tuple[list[str], int, bool]:
    """Return the cells of the next line, how many lines of the file it is, and whether it tore."""
    first = written[0].rstrip("\r\n")
    if '"' not in first:
        return first.split(","), 1, False
    own = _read([written[0], ""], is_strict=False)
    if own is not None and own[1] == 1:
        return own[0], 1, False
    joined = _read(written, is_strict=True)
    if joined is None or _holds_lines(written[: joined[1]], joined[0], width):
        return first.split(","), 1, True
    return joined[0], joined[1], False


def _read(written: Sequence[str], *, is_strict: bool) -> tuple[list[str], int] | None:
    reader = csv.reader(written, strict=is_strict)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None


def _holds_lines(written: Sequence[str], cells: Sequence[str], width: int) -> bool:
    """Tell whether lines that a quote joined are lines of the list by themselves."""
    whole = sum(line.count(",") >= width - 1 for line in written)
    return bool(width) and (len(cells) != width or whole > 1)
