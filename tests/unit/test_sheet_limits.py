"""Workbooks that would become more than a list ever is."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from core.errors import Refusal
from core.points.sheets import Row, read_sheet


def _book(*cells: tuple[int, int, str]) -> bytes:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, column, words in cells:
        sheet.write(row, column, words)
    book.close()
    return kept.getvalue()


def _changed(content: bytes, name: str, anew: bytes) -> bytes:
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.namelist():
            after.writestr(part, anew if part.endswith(name) else before.read(part))
    return kept.getvalue()


_LAUGH = (
    b'<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><sst xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main"><si><t>&c;</t></si></sst>'
)


def test_an_ordinary_workbook_is_read() -> None:
    book = _book((0, 0, "姓名"), (1, 0, "金桂兰"))
    assert read_sheet(book) == [Row(1, ["姓名"]), Row(2, ["金桂兰"])]


@pytest.mark.parametrize(
    "content",
    [
        _book((0, 0, "姓名"), (1_048_575, 16_383, "x")),  # ended the whole process once
        _changed(_book((0, 0, "x")), "sheet1.xml", bytes(70_000_000)),
        _changed(_book((0, 0, "x")), "sharedStrings.xml", _LAUGH),
        _book(*((row, 0, "x" * 30_000) for row in range(1_500))),
        _book((0, 0, "x"))[:-200],
        b"PK\x03\x04",
    ],
    ids=["far cell", "zip bomb", "entities", "one text for all", "cut", "no book"],
)
def test_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        read_sheet(content)
