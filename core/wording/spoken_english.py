"""English numbers in words. Pure."""

from __future__ import annotations

from decimal import Decimal

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}
_SIZES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
DIGITS = tuple(_SMALL[:10])
COUNTED = (*_SMALL[10:], *_TENS[2:], "hundred", "thousand", "and")  # what other numbers consist of


def whole(number: int) -> str:
    """Say a whole number of zero and more; beyond the billions it stays in figures.

    >>> whole(105), whole(1_250_000)
    ('one hundred and five', 'one million two hundred and fifty thousand')
    """
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return _TENS[tens] + (f"-{_SMALL[rest]}" if rest else "")
    size, name = next((size, name) for size, name in _SIZES if number >= size)
    count, rest = divmod(number, size)
    joint = " and " if rest < 100 else " "
    return f"{whole(count)} {name}" + (f"{joint}{whole(rest)}" if rest else "")


def number(quantity: Decimal) -> str:
    """Say any number; figures after the point go one by one.

    >>> number(Decimal("-3.50"))
    'minus three point five zero'
    """
    if quantity < 0:
        return f"minus {number(-quantity)}"
    figures, _, rest = f"{quantity:f}".partition(".")
    spoken = whole(int(figures))
    if not rest.strip("0"):
        return spoken
    return f"{spoken} point {' '.join(DIGITS[int(digit)] for digit in rest)}"


def ordinal(number: int) -> str:
    """Say which one.

    >>> ordinal(21), ordinal(4)
    ('twenty-first', 'fourth')
    """
    head, joint, last = whole(number).rpartition("-")
    return head + joint + _ORDINALS.get(last, f"{last}th")
