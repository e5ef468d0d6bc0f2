"""Spreadsheets that carry words: no live formula, and telephone numbers stay numbers of people."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from flask import Response

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_000  # Excel takes 32,767
_WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """A heading and lines; numbers are numbers, everything else is words."""

    name: str
    heading: Sequence[str]
    lines: Sequence[Sequence[object]]


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook; a word is never taken for a formula or a link."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    bold = book.add_format({"bold": True, "bottom": 1})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31])
        page.freeze_panes(1, 0)
        widths = [len(cell) for cell in sheet.heading]
        for column, cell in enumerate(sheet.heading):
            page.write_string(0, column, cell, bold)
        for row, line in enumerate(sheet.lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    page.write_number(row, column, value)
                else:
                    written = _written(value)
                    page.write_string(row, column, written)
                    widths[column] = max(widths[column], len(written))
        for column, width in enumerate(widths):
            page.set_column(column, column, min(2 * width + 2, _WIDEST))
    book.close()
    return buffer.getvalue()


def as_csv(sheet: Sheet) -> bytes:
    """Write a CSV that spreadsheets open without obeying it, in UTF-8 with its mark."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([harmless(cell) for cell in sheet.heading])
    for line in sheet.lines:
        writer.writerow(
            [
                value
                if isinstance(value, int | float) and not isinstance(value, bool)
                else harmless(_written(value))
                for value in line
            ]
        )
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def harmless(words: str) -> str:
    """Keep a cell from being a formula, and a telephone number from becoming a quantity.

    >>> harmless("=HYPERLINK(1)"), harmless("13900000101"), harmless("金桂兰")
    ("'=HYPERLINK(1)", '\\t13900000101', '金桂兰')
    """
    if words.isdecimal() and len(words) >= 7:
        return f"\t{words}"
    return f"'{words}" if words.startswith(_FORMULA_SIGNS) else words


def download(sheet: Sheet, kind: str, name: str) -> Response:
    """Answer with a file, ``kind`` xlsx or csv."""
    if kind == "csv":
        return _attached(as_csv(sheet), "text/csv; charset=utf-8", f"{name}.csv")
    return _attached(as_workbook([sheet]), _EXCEL, f"{name}.xlsx")


def download_workbook(sheets: Sequence[Sheet], name: str) -> Response:
    """Answer with a workbook of several sheets."""
    return _attached(as_workbook(sheets), _EXCEL, f"{name}.xlsx")


def _attached(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(value: object) -> str:
    return "" if value is None else str(value).replace("\x00", "")[:_LONGEST_CELL]
