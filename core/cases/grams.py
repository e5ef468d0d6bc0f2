"""What a text is found by: pairs of characters, words and numbers, tails of addresses."""

from __future__ import annotations

import re

from core.understanding.normalise import clean

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")
_MOST_CHARACTERS = 1_000  # of one text; a long letter is found by its beginning
_MOST_GRAMS = 160
_LONGEST_WORD = 24
_TAIL = 4  # digits by which people remember a telephone number
_PLACE_SIGN, _PHONE_SIGN = "@", "#"


def grams_of(text: str) -> tuple[str, ...]:
    """Return the pieces of a text, each once, in order of appearance.

    >>> grams_of("厨房下水道 ok")
    ('厨房', '房下', '下水', '水道', 'ok')
    """
    said = clean(text[:_MOST_CHARACTERS]).lower()
    found = [run[at : at + 2] for run in _HAN.findall(said) for at in range(max(len(run) - 1, 1))]
    found += [word[:_LONGEST_WORD] for word in _WORD.findall(said)]
    return tuple(dict.fromkeys(found))[:_MOST_GRAMS]


def place_grams(place: str) -> tuple[str, ...]:
    """Return by what an address is found: the whole, and each end of it.

    >>> place_grams("3-2-402")
    ('@3-2-402', '@2-402', '@402')
    """
    parts = place.split("-") if place else []
    ends = ("-".join(parts[at:]) for at in range(len(parts)) if parts[at])
    return tuple(dict.fromkeys(f"{_PLACE_SIGN}{end}" for end in ends))


def phone_grams(phone: str | None) -> tuple[str, ...]:
    """Return by what a telephone number is found: its last four digits.

    >>> phone_grams("+8613900000101")
    ('#0101',)
    """
    digits = "".join(sign for sign in phone or "" if sign.isdigit())
    return (f"{_PHONE_SIGN}{digits[-_TAIL:]}",) if len(digits) >= _TAIL else ()
