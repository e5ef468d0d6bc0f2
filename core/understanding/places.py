"""Where it is: building, unit and room out of a text, as ``3-2-402``."""

from __future__ import annotations

import re

import cn2an

from core.understanding.normalise import clean

_MOST_CHARACTERS = 2_000  # an address stands early; the rest of a long letter is not searched
_NUMERALS = re.compile(r"[零〇一二三四五六七八九十百两幺]+")
_DASHED = re.compile(
    r"(?<![\d-])(?P<building>\d{1,3})-(?P<unit>\d{0,2})-(?P<room>\d{3,4})(?![\d-])"
)
_WORDED = re.compile(
    r"(?<![\d-])(?P<building>\d{1,3})(?:号楼|栋|幢|座|楼(?=\d{1,2}(?:单元|门)))"
    r"(?:(?P<unit>\d{1,2})(?:单元|门))?"
    r"(?:(?<!\d)(?:\d{1,2}层|\d{1,2}楼)?(?P<room>\d{3,4})(?:室|号|户|房)?(?!\d))?"
)
_SHORT = re.compile(r"(?<![\d-])(?P<building>\d{1,3})-(?P<room>\d{3,4})(?![\d-])")
_ROOM_ONLY = re.compile(r"(?<![\d-])(\d{3,4})(?:室|号房|房|的|家)")
_ENGLISH = re.compile(
    r"building\s*(?P<building>\d{1,3})(?:[\s,]*unit\s*(?P<unit>\d{1,2}))?"
    r"(?:[\s,]*(?:room|flat|apartment|apt)\s*(?P<room>\d{3,4}))?"
)


def find_place(text: str) -> str | None:
    """Find the first address in a text; a missing tail is left off, a missing unit is empty.

    >>> find_place("三号楼二单元四零一漏水")
    '3-2-401'
    >>> find_place("我家14栋1002"), find_place("3号楼垃圾没人收"), find_place("下水道堵了")
    ('14--1002', '3', None)
    """
    said = _with_digits(clean(text[:_MOST_CHARACTERS]))
    for pattern in (_DASHED, _WORDED, _SHORT, _ENGLISH):
        found = pattern.search(said)
        if found:
            parts = found.groupdict()
            return _joined(parts["building"], parts.get("unit"), parts.get("room"))
    return None


def find_room(text: str) -> str | None:
    """Find a room that is named without its building (我替302的王大爷).

    >>> find_room("我替302室的王大爷说")
    '302'
    """
    found = _ROOM_ONLY.search(_with_digits(clean(text[:_MOST_CHARACTERS])))
    return found.group(1) if found else None


def _joined(building: str, unit: str | None, room: str | None) -> str:
    parts = [building.lstrip("0") or "0", unit or "", room or ""]
    return "-".join(parts).rstrip("-")


def _with_digits(text: str) -> str:
    dashed = re.sub(r"\s*[-‐–—―−﹣~]\s*|(?<=\d)\s*杠\s*(?=\d)", "-", text)
    tightened = re.sub(r"(?<=[\d楼栋幢座元门室号])\s+(?=[\d单号])", "", dashed)
    return _NUMERALS.sub(lambda found: _digits_of(found.group()), tightened)


def _digits_of(numeral: str) -> str:
    plain = numeral.replace("幺", "一").replace("两", "二").replace("〇", "零")
    try:
        value = int(cn2an.cn2an(plain, "smart"))
    except ValueError:
        return numeral
    # Read digit by digit, 零四零一 keeps its noughts.
    return str(value).zfill(len(plain)) if plain.startswith("零") else str(value)
