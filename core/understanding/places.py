"""Where it is: building, unit and room out of a text, as ``3-2-402``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.understanding.hearing import hear
from core.understanding.normalise import clean, is_latin
from core.understanding.numbers import read_numeral
from core.understanding.sounds import syllables_typed
from core.understanding.vocabulary import Vocabulary

_MOST_CHARACTERS = 2_000  # an address stands early; the rest of a long letter is not searched
_NUMERALS = re.compile(r"[零〇一二三四五六七八九十百两幺]+")
_DASHED = re.compile(
    r"(?<![\d-])(?P<building>\d{1,3})-(?P<unit>\d{0,2})-(?P<room>\d{3,4})(?![\d-])"
)
_WORDED = re.compile(
    r"(?<![\d-])(?P<building>\d{1,3})(?:号楼|栋|幢|座|楼(?=\d{1,2}(?:单元|门)))"
    r"(?:的?(?P<unit>\d{1,2})(?:单元|门))?"
    r"(?:(?<!\d)(?:的?\d{1,2}(?:层|楼)的?)?(?P<room>\d{3,4})(?:室|号|户|房)?(?!\d|块|元|度|年|天|米|斤))?"
)
_SHORT = re.compile(r"(?<![\d-])(?P<building>\d{1,3})-(?P<room>\d{3,4})(?![\d-])")
_ROOM_ONLY = re.compile(r"(?<![\d-])(\d{3,4})(?:室|号房|房|的|家)")
_RUN = re.compile(r"[a-z]+|\d+")
_TYPED_ADDRESS = dict(
    zip(
        [
            "yi",
            "er",
            "san",
            "si",
            "wu",
            "liu",
            "qi",
            "ba",
            "jiu",
            "shi",
            "ling",
            "hao",
            "lou",
            "dong",
            "dan",
            "yuan",
            "ceng",
        ],
        "一二三四五六七八九十零号楼栋单元层",
        strict=True,
    )
)
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
    cleaned = clean(text[:_MOST_CHARACTERS])
    said = _with_digits(_untyped(cleaned) if is_latin(cleaned) else cleaned)
    for pattern in (_DASHED, _WORDED, _SHORT, _ENGLISH):
        found = pattern.search(said)
        if found:
            parts = found.groupdict()
            room = parts.get("room") or _room_apart(said, found)
            return _joined(parts["building"], parts.get("unit"), room)
    return None


def find_room(text: str) -> str | None:
    """Find a room that is named without its building (我替302的王大爷).

    >>> find_room("我替302室的王大爷说")
    '302'
    """
    found = _ROOM_ONLY.search(_with_digits(clean(text[:_MOST_CHARACTERS])))
    return found.group(1) if found else None


def find_estate(text: str, names: Iterable[str]) -> str | None:
    """Find which of an office's estates a text names, as it is written or only sounds.

    >>> find_estate("我住清湖华庭3号楼", ["青湖华庭", "东城花园"])
    '青湖华庭'
    """
    known = list(names)
    vocabulary = Vocabulary(known, by_sound=known)
    found = vocabulary.find(hear(text[:_MOST_CHARACTERS]))
    return max((one.word for one in found), key=len, default=None)


def _room_apart(said: str, found: re.Match[str]) -> str:
    """Find the room where it stands before the building: 我402的,3号楼2单元."""
    if found.re is not _WORDED:
        return ""
    room = _ROOM_ONLY.search(said[: found.start()])
    return room.group(1) if room else ""


def _joined(building: str, unit: str | None, room: str | None) -> str:
    parts = [building.lstrip("0") or "0", unit or "", room or ""]
    return "-".join(parts).rstrip("-")


def _with_digits(text: str) -> str:
    dashed = re.sub(r"\s*[-‐–—―−﹣~]\s*|(?<=\d)\s*杠\s*(?=\d)", "-", text)
    tightened = re.sub(r"(?<=[\d楼栋幢座元门室号])\s+(?=[\d单号])", "", dashed)
    return _NUMERALS.sub(lambda found: _digits_of(found.group()), tightened)


def _digits_of(numeral: str) -> str:
    value = read_numeral(numeral)
    if value is None:
        return numeral
    # Read digit by digit, 零四零一 keeps its noughts.
    return str(value).zfill(len(numeral)) if numeral[0] in "零〇" else str(value)


def _untyped(cleaned: str) -> str:
    """Write an address that was typed in pinyin: san hao lou er dan yuan."""
    syllables = [part for run in _RUN.findall(cleaned) for part in _parts(run)]
    if not set(syllables) & {"lou", "dong"}:
        return cleaned
    return "".join(_TYPED_ADDRESS.get(part, f" {part} ") for part in syllables)


def _parts(run: str) -> tuple[str, ...]:
    return (run,) if run.isdecimal() else syllables_typed(run) or (run,)
