"""Numbers and days as an ear takes them in: written out before they are spoken.

Telephone and case numbers go digit by digit, with 幺 for 1 as it is said on the telephone;
points and money are quantities. Pure: no clock, no database.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

import cn2an
import phonenumbers

_ENGLISH_SMALL = [
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
_ENGLISH_TENS = [
    "-",
    "-",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_ENGLISH_ORDINALS = {
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
_ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ENGLISH_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_CHINESE_DAYS = "一二三四五六日"
_CHINESE_PARTS = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
_ENGLISH_PARTS = ((12, "in the morning"), (18, "in the afternoon"), (24, "in the evening"))
_DIGITS = {
    "zh_CN": dict(zip("0123456789", "零幺二三四五六七八九", strict=True)),
    "en": dict(zip("0123456789", _ENGLISH_SMALL[:10], strict=True)),
}
_GAP = {"zh_CN": "，", "en": ", "}


def digits_spoken(digits: str, language: str) -> str:
    """Spell digits one by one; whatever is no digit is left out.

    >>> digits_spoken("0158", "zh_CN")
    '零 幺 五 八'
    """
    return " ".join(_DIGITS[language][digit] for digit in _narrow(digits) if digit in "0123456789")


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
    """Say how many: points, pieces, minutes; 2 is 两, since something counted follows.

    >>> quantity_spoken(12, "zh_CN"), quantity_spoken(2, "zh_CN"), quantity_spoken(105, "en")
    ('十二', '两', 'one hundred and five')
    """
    if language == "en":
        return _english_number(Decimal(quantity))
    return "两" if quantity == 2 else _chinese_number(quantity)


def money_spoken(fen: int, language: str) -> str:
    """Say an amount given in fen 分 as yuan.

    >>> money_spoken(3550, "zh_CN"), money_spoken(3550, "en")
    ('三十五元五角', 'thirty-five yuan fifty')
    """
    yuan, rest = divmod(fen, 100)
    if language == "en":
        return f"{_english_whole(yuan)} yuan" + (f" {_english_whole(rest)}" if rest else "")
    jiao, left = divmod(rest, 10)
    spoken = f"{_chinese_number(yuan)}元"
    if jiao:
        spoken += f"{_chinese_number(jiao)}角"
    elif left:
        spoken += "零"
    return spoken + (f"{_chinese_number(left)}分" if left else "")


def date_spoken(day: date, language: str) -> str:
    """Say a day by month, day and weekday.

    >>> date_spoken(date(2026, 10, 9), "zh_CN"), date_spoken(date(2026, 10, 9), "en")
    ('十月九日，星期五', 'Friday, October ninth')
    """
    if language == "en":
        month = _ENGLISH_MONTHS[day.month - 1]
        return f"{_ENGLISH_DAYS[day.weekday()]}, {month} {_english_ordinal(day.day)}"
    spoken = f"{_chinese_number(day.month)}月{_chinese_number(day.day)}日"
    return f"{spoken}，星期{_CHINESE_DAYS[day.weekday()]}"


def time_spoken(at: time, language: str) -> str:
    """Say a time of day.

    >>> time_spoken(time(10, 30), "zh_CN"), time_spoken(time(14), "zh_CN")
    ('上午十点半', '下午两点')
    >>> time_spoken(time(16, 5), "en")
    'five past four in the afternoon'
    """
    hour = at.hour % 12 or (12 if at.hour else 0)
    if language == "en":
        return _english_time(at)
    part = next(name for until, name in _CHINESE_PARTS if at.hour < until)
    spoken = f"{part}{quantity_spoken(hour, language)}点"
    if at.minute == 30:
        return spoken + "半"
    if at.minute:
        zero = "零" if at.minute < 10 else ""
        return f"{spoken}{zero}{_chinese_number(at.minute)}分"
    return spoken


# What still stands as a figure in words that are to be spoken, the most particular first.
_MEASURES = "个瓶次天位件户块桶袋包条名点元角岁周年月人张分小遍声"
_FIGURES = re.compile(
    r"[¥￥]\s?(?P<price>\d+(?:\.\d{1,2})?)"
    r"|(?P<year>\d{4})(?=年)"
    r"|(?P<hour>\d{1,2})[:：](?P<minute>\d{2})"
    r"|(?P<percent>\d+(?:\.\d+)?)[%％]"
    rf"|(?P<counted>\d{{1,8}}(?:\.\d+)?)(?=[{_MEASURES}])"
    r"|(?P<phone>\+?\d{7,})"
    r"|(?P<digits>0\d+|\d{3,6})"
    r"|(?P<small>\d{1,2})"
)


def written_out(words: str, language: str) -> str:
    """Write out every figure that is left in ``words``; a voice may read it as something else.

    >>> written_out("修好了,请按1。急事打120。", "zh_CN")
    '修好了,请按一。急事打幺 二 零。'
    >>> written_out("Call 5800000 or press 2.", "en")
    'Call five eight zero, zero zero zero zero or press two.'
    """
    return _FIGURES.sub(lambda found: _figure_spoken(found, language), _narrow(words))


def _figure_spoken(found: re.Match[str], language: str) -> str:
    kind = str(found.lastgroup)
    figure = str(found[kind])
    match kind:
        case "price":
            return money_spoken(int(Decimal(figure) * 100), language)
        case "minute":
            hour, minute = int(found["hour"]), int(figure)
            readable = hour < 24 and minute < 60
            return time_spoken(time(hour, minute), language) if readable else found[0]
        case "percent" if language != "en":
            return f"百分之{_chinese_number(Decimal(figure))}"
        case "percent":
            return f"{_english_number(Decimal(figure))} percent"
        case "counted":
            return quantity_spoken(Decimal(figure), language)
        case "phone":
            return phone_spoken(figure, language)
        case "digits":
            return digits_spoken(figure, language)
        case "year" if language != "en":
            return "".join("零一二三四五六七八九"[int(digit)] for digit in figure)
    return _english_number(Decimal(figure)) if language == "en" else _chinese_number(int(figure))


def _narrow(words: str) -> str:
    """Turn full-width figures into plain ones."""
    return words.translate({0xFF10 + figure: str(figure) for figure in range(10)})


def _groups(phone: str) -> list[str]:
    digits = re.sub(r"\D", "", _narrow(phone))
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


def _chinese_number(number: int | Decimal) -> str:
    spoken = str(cn2an.an2cn(format(Decimal(number), "f"), "low"))
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken


def _english_time(at: time) -> str:
    part = next(name for until, name in _ENGLISH_PARTS if at.hour < until)
    hour = _english_whole(at.hour % 12 or 12)
    if at.minute == 0:
        return f"{hour} {part}" if at.hour % 12 else ("midnight", "noon")[at.hour // 12]
    if at.minute == 30:
        return f"half past {hour} {part}"
    if at.minute < 30:
        return f"{_english_whole(at.minute)} past {hour} {part}"
    return f"{hour} {_english_whole(at.minute)} {part}"


def _english_number(number: Decimal) -> str:
    whole, _, rest = f"{number:f}".partition(".")
    spoken = _english_whole(int(whole))
    return f"{spoken} point {digits_spoken(rest, 'en')}" if rest.strip("0") else spoken


def _english_whole(number: int) -> str:
    if number < 20:
        return _ENGLISH_SMALL[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return _ENGLISH_TENS[tens] + (f"-{_ENGLISH_SMALL[rest]}" if rest else "")
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            count, rest = divmod(number, size)
            joint = " and " if rest < 100 else " "
            return f"{_english_whole(count)} {name}" + (
                f"{joint}{_english_whole(rest)}" if rest else ""
            )
    return str(number)


def _english_ordinal(number: int) -> str:
    head, joint, last = _english_whole(number).rpartition("-")
    return head + joint + _ENGLISH_ORDINALS.get(last, f"{last}th")
