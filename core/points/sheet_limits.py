"""What an uploaded workbook may grow to: looked at before anybody opens it. Pure.

A file of some kilobytes can name a cell in the last row and column, hold a gigabyte of blanks, or
repeat one long text a million times; whoever reads it then runs out of memory.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

_MOST_BYTES = 60_000_000  # of everything in it, unpacked
_MOST_PARTS = 500
_MOST_CELLS = 2_000_000  # of the rectangle from the first to the last
_MOST_LETTERS = 40_000_000  # of all cells together
_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_TEXT_END = re.compile(rb"</(?:\w+:)?si>")


def is_too_large(content: bytes) -> bool:
    """Tell whether a workbook (.xlsx) is broken, or would become more than a list ever is."""
    try:
        return _is_too_large(content)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError):
        return True


def _is_too_large(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = book.infolist()
    if len(parts) > _MOST_PARTS:
        return True
    room, longest, cells = _MOST_BYTES, 0, 0
    for part in parts:
        plain = _unpacked(content, part, room)
        if plain is None:
            return True
        room -= len(plain)
        if part.filename.lower().endswith("sharedstrings.xml"):
            longest = max(map(len, _TEXT_END.split(plain)))
        elif "worksheets/" in part.filename.lower():
            if _rectangle(plain) > _MOST_CELLS:
                return True
            cells += len(_ANY_CELL.findall(plain))
    return cells * longest > _MOST_LETTERS


def _unpacked(content: bytes, part: zipfile.ZipInfo, room: int) -> bytes | None:
    """Unpack one part by what it really holds, not by what it says; None if there is no room."""
    header = _LOCAL_HEADER.unpack_from(content, part.header_offset)
    start = part.header_offset + _LOCAL_HEADER.size + header[9] + header[10]
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        return packed if len(packed) <= room else None
    if part.compress_type != zipfile.ZIP_DEFLATED or part.flag_bits & 1:
        return None
    unpacker, found = zlib.decompressobj(-zlib.MAX_WBITS), bytearray()
    while packed:
        found += unpacker.decompress(packed, _PIECE)
        packed = unpacker.unconsumed_tail
        if len(found) > room:
            return None
    return bytes(found)


def _rectangle(sheet: bytes) -> int:
    """Count the cells from the first of all to the furthest that is named."""
    rows = columns = 0
    for letters, digits in _CELL.findall(sheet):
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        columns, rows = max(columns, number), max(rows, int(digits))
    return rows * columns
