"""Where somebody lives, as an ear takes it in. Pure."""

from __future__ import annotations

import re

from core.wording import spoken_english
from core.wording.spoken_numbers import chinese_number, digits_spoken, narrow

_PLACE = re.compile(r"(\d{1,3})(?:-(\d{0,2})(?:-(\d{1,4}))?)?")


def place_spoken(place: str, language: str) -> str:
    """Say a normalised place: building-unit-room, its tail or its unit left out.

    Buildings and units are counted, a room goes digit by digit. What is no such place is
    returned as it is.

    >>> place_spoken("3-2-402", "zh_CN"), place_spoken("14--1002", "zh_CN")
    ('三号楼二单元，四 零 二室', '十四号楼，幺 零 零 二室')
    >>> place_spoken("3-2-402", "en")
    'building three, unit two, room four zero two'
    """
    found = _PLACE.fullmatch(narrow(place).strip())
    if found is None:
        return place
    building, unit, room = (part or "" for part in found.groups())
    if language == "en":
        named = (("building", building), ("unit", unit))
        said = [f"{name} {spoken_english.whole(int(part))}" for name, part in named if part]
        return ", ".join([*said, *([f"room {digits_spoken(room, 'en')}"] if room else [])])
    said_zh = f"{chinese_number(int(building))}号楼"
    said_zh += f"{chinese_number(int(unit))}单元" if unit else ""
    return said_zh + (f"，{digits_spoken(room, language)}室" if room else "")
