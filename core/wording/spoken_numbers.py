"""Numbers as an ear takes them in: telephones, case numbers, quantities, points and money.

Telephone and case numbers go digit by digit, with 幺 for 1 as it is said on the telephone;
points and money are quantities. Pure.
"""

from __future__ import annotations

import re
from decimal import Decimal

import cn2an
import phonenumbers

from core.wording import spoken_english

_DIGITS = {
    "zh_CN": dict(zip("0123456789", "零幺二三四五六七八九", strict=True)),
    "en": dict(zip("0123456789", spoken_english.DIGITS, strict=True)),
}
_GAP = {"zh_CN": "，", "en": ", "}
_FULL_WIDTH = {0xFF10 + figure: str(figure) for figure in range(10)}
_MOST = 10**16  # what cn2an can say


def narrow(words: str) -> str:
    """Turn full-width figures into plain ones."""
    return words.translate(_FULL_WIDTH)


def digits_spoken(digits: str, language: str) -> str:
    """Spell digits one by one; whatever is no digit is left out.

    >>> digits_spoken("0158", "zh_CN")
    '零 幺 五 八'
    """
    return " ".join(_DIGITS[language][digit] for digit in narrow(digits) if digit in "0123456789")


def case_number_spoken(number: int | str, language: str) -> str:
    """Spell a case number, four digits and up.

    >>> case_number_spoken(158, "en")
    'zero one five eight'
    """
    return digits_spoken(f"{number:0>4}", language)


def phone_spoken(phone: str, language: str) -> str:
    """Spell a telephone number in groups (3-4-4 for a mobile) with a gap between them.

    >>> phone_spoken("+8613900000001", "zh_CN")
    '幺 三 九，零 零 零 零，零 零 零 幺'
    >>> phone_spoken("5800000", "zh_CN")
    '五 八 零，零 零 零 零'
    """
    return _GAP[language].join(digits_spoken(group, language) for group in _groups(phone))


def quantity_spoken(quantity: int | Decimal, language: str) -> str:
    """Say how many: pieces, people, minutes; 2 is 两, since something counted follows.

    >>> quantity_spoken(12, "zh_CN"), quantity_spoken(2, "zh_CN"), quantity_spoken(105, "en")
    ('十二', '两', 'one hundred and five')
    """
    if abs(Decimal(quantity)) >= _MOST:
        return digits_spoken(str(quantity), language)
    if language == "en":
        return spoken_english.number(Decimal(quantity))
    return "两" if quantity == 2 else chinese_number(quantity)


def points_spoken(points: int, language: str) -> str:
    """Say how many points 积分.

    >>> points_spoken(302, "zh_CN"), points_spoken(1, "en"), points_spoken(-2, "zh_CN")
    ('三百零二分', 'one point', '负两分')
    """
    sign = ("负" if language != "en" else "minus ") if points < 0 else ""
    spoken = sign + quantity_spoken(abs(points), language)
    if language == "en":
        return f"{spoken} point{'' if abs(points) == 1 else 's'}"
    return f"{spoken}分"


def money_spoken(fen: int, language: str) -> str:
    """Say an amount given in fen 分 as yuan.

    >>> money_spoken(3550, "zh_CN"), money_spoken(3550, "en"), money_spoken(-200, "zh_CN")
    ('三十五元五角', 'thirty-five yuan fifty', '负两元')
    """
    if fen < 0:
        return ("minus " if language == "en" else "负") + money_spoken(-fen, language)
    yuan, rest = divmod(fen, 100)
    if language == "en":
        return f"{quantity_spoken(yuan, 'en')} yuan" + (
            f" {spoken_english.whole(rest)}" if rest else ""
        )
    jiao, left = divmod(rest, 10)
    spoken = f"{quantity_spoken(yuan, language)}元"
    if jiao:
        spoken += f"{quantity_spoken(jiao, language)}角"
    elif left:
        spoken += "零"
    return spoken + (f"{quantity_spoken(left, language)}分" if left else "")


def chinese_number(number: int | Decimal) -> str:
    """Write a number in hanzi: 十二, 一百零五, 三点五, 负二.

    >>> chinese_number(105), chinese_number(Decimal("3.5"))
    ('一百零五', '三点五')
    """
    spoken = str(cn2an.an2cn(format(Decimal(number), "f"), "low"))
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken


def _groups(phone: str) -> list[str]:
    digits = re.sub(r"\D", "", narrow(phone))
    if phone.startswith("+"):
        try:
            number = phonenumbers.parse(phone)
        except phonenumbers.NumberParseException:
            return [digits]
        style = phonenumbers.PhoneNumberFormat.NATIONAL
        return re.findall(r"\d+", phonenumbers.format_number(number, style))
    sizes = {7: (3, 4), 8: (4, 4), 11: (3, 4, 4), 12: (4, 4, 4)}.get(len(digits), (len(digits),))
    if len(digits) in (11, 12) and digits.startswith("0"):
        area = 3 if digits.startswith(("010", "02")) else 4
        rest = len(digits) - area
        sizes = (area, rest - 4, 4)
    ends = [sum(sizes[: count + 1]) for count in range(len(sizes))]
    return [digits[end - size : end] for end, size in zip(ends, sizes, strict=True)]
