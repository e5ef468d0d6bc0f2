"""Tables that somebody wrote: CSV as offices save it, or a sheet of Excel, as rows of words."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from core.errors import Refusal
from core.points.csv_lines import lines_of_csv
from core.points.sheet_limits import is_too_large


class Row(NamedTuple):
    """One line of a table."""

    line: int  # as the office sees it
    cells: list[str]
    is_torn: bool = False  # a quote is not closed, so that the cells may be parted wrongly


Sheet = list[Row]
_LARGEST_FILE = 20_000_000  # bytes
_ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel in Chinese writes without asking
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls


def read_sheet(content: bytes) -> Sheet:
    """Read the first sheet of a workbook, or a CSV; blank lines are left out.

    :raises Refusal: ``sms.points.unreadable_file``.
    """
    if len(content) > _LARGEST_FILE:
        raise Refusal("sms.points.unreadable_file")
    rows = _of_workbook(content) if content.startswith(_WORKBOOK_STARTS) else _of_csv(content)
    return [row for row in rows if any(row.cells)]


def _of_workbook(content: bytes) -> Sheet:
    if content.startswith(b"PK") and is_too_large(content):
        raise Refusal("sms.points.unreadable_file")
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError) as fault:
        raise Refusal("sms.points.unreadable_file") from fault
    return [Row(line, [_words(cell) for cell in row]) for line, row in enumerate(rows, start=1)]


def _of_csv(content: bytes) -> Sheet:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [
            Row(one.line, [cell.strip() for cell in one.cells], one.is_torn)
            for one in lines_of_csv(text)
        ]
    raise Refusal("sms.points.unreadable_file")


def _words(cell: object) -> str:
    """Write a cell as the office sees it: a whole number without its point, a day as ISO."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
