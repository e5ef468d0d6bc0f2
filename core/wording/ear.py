"""Words as an ear takes them in: whatever stands there in figures is written out, readings marked.

The one place that every voice asks before it speaks. Pure: no clock, no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal

from core.wording import spoken_english
from core.wording.polyphones import name_spoken, with_readings
from core.wording.readings import without_readings
from core.wording.spoken_days import date_spoken, day_spoken, time_spoken
from core.wording.spoken_numbers import (
    case_number_spoken,
    chinese_number,
    digits_spoken,
    money_spoken,
    narrow,
    phone_spoken,
    points_spoken,
    quantity_spoken,
)
from core.wording.spoken_places import place_spoken

__all__ = [
    "case_number_spoken",
    "date_spoken",
    "day_spoken",
    "digits_spoken",
    "language_of",
    "money_spoken",
    "name_spoken",
    "phone_spoken",
    "place_spoken",
    "points_spoken",
    "quantity_spoken",
    "time_spoken",
    "written_out",
]

_MEASURES = "个瓶次天位件户块桶袋包条名点元角岁周年人张分小遍声斤米度层趟家套"
_ENDS = rf"(?=[{_MEASURES}])"
# What still stands as a figure in words that are to be spoken, the most particular first.
_FIGURES = re.compile(
    r"(?<![\d-])(?P<place>\d{1,3}-\d{0,2}-\d{3,4})(?![\d-])"
    r"|(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?![\d-])"
    r"|(?P<dialled>\(?0\d{2,3}\)?[ -]?\d{7,8}(?!\d)|1\d{2}[ -]\d{4}[ -]\d{4}(?!\d))"
    r"|[¥￥]\s?(?P<price>\d[\d,]*(?:\.\d{1,2})?)(?:元|块)?"
    r"|(?P<yuan>\d[\d,]*\.\d{1,2})(?:元|块钱|块| yuan)"
    r"|(?P<year>\d{4})(?=年)"
    r"|(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?!\d)"
    r"|(?P<percent>\d+(?:\.\d+)?)[%％]"
    r"|(?P<month>\d{1,2})(?=月\d|月份)"
    r"|第(?P<which>\d{1,4})"
    rf"|(?P<counted>(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,8}})(?:\.\d+)?){_ENDS}"
    r"|(?P<phone>\+?\d{7,})"
    r"|(?P<decimal>\d+\.\d+)"
    r"|(?P<digits>0\d+|\d{3,6})"
    r"|(?P<small>\d{1,2})"
)
_RANGE = re.compile(r"(?<=\d)\s*[-~～—－]+\s*(?=\d{1,2}(?:[:：]|点|[天个次人月号日元块层楼年]))")
_READING = re.compile("(⟨[^⟨⟩]*⟩)")
_FROST = re.compile(r"(?<![\d\w])-(\d{1,2}(?:\.\d)?)(?=\s*[度℃])")
_DEGREES = {"zh_CN": "度", "en": " degrees"}
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "诶",
            "必",
            "西",
            "地",
            "衣",
            "艾弗",
            "记",
            "艾尺",
            "爱",
            "杰",
            "开",
            "艾勒",
            "艾姆",
            "恩",
            "欧",
            "批",
            "酷",
            "阿",
            "艾丝",
            "踢",
            "优",
            "维",
            "大不留",
            "艾克斯",
            "歪",
            "贼",
        ],
        strict=True,
    )
)
_SHORT_LATIN = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,4}(?![A-Za-z])")
_HANZI = re.compile("[\u3400-\u9fff]")


def written_out(words: str, language: str) -> str:
    """Write out every figure that is left in ``words``; a voice may read it as something else.

    Pictures and letters that no voice of ours can say are left out.

    >>> written_out("修好了,请按1。急事打120。", "zh_CN")
    '修好了,请按一。急事打幺 二 零。'
    >>> written_out("Call 5800000 or press 2.", "en")
    'Call five eight zero, zero zero zero zero or press two.'
    """
    if language == "en":
        return _sayable(without_readings(words), language)
    stretches = _READING.split(words)  # a reading that stands there already stays as it is
    written = (_chinese(one) if number % 2 == 0 else one for number, one in enumerate(stretches))
    return with_readings("".join(written))


def _chinese(words: str) -> str:
    return _SHORT_LATIN.sub(_spelt, _sayable(words, "zh_CN"))


def _sayable(words: str, language: str) -> str:
    plain = _FROST.sub(_below_zero(language), narrow(unicodedata.normalize("NFC", words)))
    plain = plain.replace("℃", _DEGREES[language]).replace("°C", _DEGREES[language])
    plain = _RANGE.sub("到" if language != "en" else " to ", plain)
    figures = _FIGURES.sub(lambda found: _figure_spoken(found, language), plain)
    return "".join(letter for letter in figures if _can_be_said(letter, language))


def language_of(words: str, otherwise: str = "zh_CN") -> str:
    """Tell in which language somebody wrote; ``otherwise`` where no letter tells.

    >>> language_of("明天来"), language_of("Tomorrow"), language_of("5800000")
    ('zh_CN', 'en', 'zh_CN')
    """
    if _HANZI.search(words):
        return "zh_CN"
    return "en" if re.search("[A-Za-z]", words) else otherwise


def _below_zero(language: str) -> str:
    return r"零下\1" if language != "en" else r"minus \1"


def _spelt(found: re.Match[str]) -> str:
    return "".join(_LETTERS[letter] for letter in found[0].upper())


def _can_be_said(letter: str, language: str) -> bool:
    """Leave out emoji, what joins or colours them, and letters of scripts that no voice reads."""
    kind = unicodedata.category(letter)
    if kind in ("So", "Sk", "Cf", "Cs", "Co", "Cn", "Me", "Mn", "Cc"):
        return letter == "\n"
    if kind.startswith("L"):
        is_latin = unicodedata.name(letter, "").startswith("LATIN")
        return is_latin or (
            language != "en" and bool(_HANZI.match(letter) or ord(letter) > 0x20000)
        )
    return True


def _figure_spoken(found: re.Match[str], language: str) -> str:
    kind = str(found.lastgroup)
    figure = str(found[kind])
    if kind == "minute":
        return _clock(found, language)
    if kind == "day":
        return _calendar_day(figure, language)
    if kind == "which":
        return _which(int(figure), language)
    say = _BY_KIND.get(kind)
    if say is not None:
        return say(figure, language)
    return _plain(figure, language)


def _plain(figure: str, language: str) -> str:
    number = Decimal(figure)
    return spoken_english.number(number) if language == "en" else chinese_number(number)


def _clock(found: re.Match[str], language: str) -> str:
    hour, minute = int(found["hour"]), int(found["minute"])
    return time_spoken(time(hour, minute), language) if hour < 24 and minute < 60 else found[0]


def _calendar_day(figure: str, language: str) -> str:
    year, month, day = (int(part) for part in re.split(r"[-/.]", figure))
    try:
        return date_spoken(date(year, month, day), language)
    except ValueError:
        return digits_spoken(figure, language)


def _which(number: int, language: str) -> str:
    return spoken_english.ordinal(number) if language == "en" else f"第{chinese_number(number)}"


def _money(figure: str, language: str) -> str:
    return money_spoken(int(Decimal(figure.replace(",", "")) * 100), language)


def _counted(figure: str, language: str) -> str:
    return quantity_spoken(Decimal(figure.replace(",", "")), language)


def _percent(figure: str, language: str) -> str:
    if language == "en":
        return f"{spoken_english.number(Decimal(figure))} percent"
    return f"百分之{chinese_number(Decimal(figure))}"


def _year(figure: str, language: str) -> str:
    if language == "en":
        return spoken_english.number(Decimal(figure))
    return "".join("零一二三四五六七八九"[int(digit)] for digit in figure)


_BY_KIND: Mapping[str, Callable[[str, str], str]] = {
    "place": place_spoken,
    "dialled": lambda figure, language: phone_spoken(re.sub(r"\D", "", figure), language),
    "price": _money,
    "yuan": _money,
    "percent": _percent,
    "counted": _counted,
    "phone": phone_spoken,
    "digits": digits_spoken,
    "year": _year,
}
