"""The small values of a community file, read as a clerk writes them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, StringConstraints, ValidationInfo

from core.cases.rules import Category
from core.communities.plans import read_plan
from core.office import Span, Weekday
from core.phones import read_number
from core.staff.rules import ROLE_WORDS, Role
from core.understanding.places import find_place

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})", re.ASCII)
_AS_ASCII = str.maketrans(
    {"：": ":", "－": "-", "—": "-", "–": "-", "~": "-", "～": "-", "至": "-"}
)
_LOCAL_LANDLINE = re.compile(r"[2-9]\d{6,7}", re.ASCII)
_SYLLABLE = re.compile(r"[a-zü]{1,6}[1-5]")
_PLACE = re.compile(r"[^\s-]+(-[^\s-]*(-[^\s-]+)?)?")
_IN_WORDS = re.compile(  # 1号楼1单元101, 1-101
    r"[\d零一二三四五六七八九十](?:[号栋幢座楼门层室]|单元)|^\d{1,3}-\d{3,4}$"
)
_DIGITS = re.compile(r"\D+", re.ASCII)
_BREAKING = frozenset({"Cc", "Zl", "Zp"})  # Unicode's controls, line and paragraph separators
_CATEGORY_WORDS = {
    "维修": Category.REPAIR,
    "环境卫生": Category.SANITATION,
    "卫生": Category.SANITATION,
    "安全隐患": Category.SAFETY,
    "安全": Category.SAFETY,
    "生活帮助": Category.ERRAND,
    "邻里纠纷": Category.NEIGHBOUR,
    "邻里": Category.NEIGHBOUR,
    "公共设施": Category.FACILITY,
    "政策咨询": Category.POLICY,
    "政策": Category.POLICY,
    "意见建议": Category.SUGGESTION,
    "建议": Category.SUGGESTION,
    "其他": Category.OTHER,
}
SHORT_NAME = 8  # characters: 【name】 and the longest text to a resident are one of 70
LONGEST_NAME = 30
LONGEST_PERSON = 60  # characters, longer than any name of a person in any script
LONGEST_LINE = 200
LONGEST_PLACE = 40


def read_time(written: str) -> time:
    """Read a time of day.

    :raises ValueError: in words for the clerk.

    >>> read_time("9:30")
    datetime.time(9, 30)
    """
    hours, _, minutes = written.translate(_AS_ASCII).strip().partition(":")
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        raise ValueError('写成 24 小时制的时间,例如 "15:00" (a time such as "15:00")') from None


def read_span(written: Any) -> Any:
    """Read "10:00-14:00"; what is no text goes on to be refused by its type.

    >>> read_span("10：00—14：00")
    Span(start=datetime.time(10, 0), end=datetime.time(14, 0))
    """
    if not isinstance(written, str):
        return written
    found = _SPAN.fullmatch(written.translate(_AS_ASCII).replace("--", "-").replace(" ", ""))
    if found is None:
        raise ValueError('写成 "10:00-14:00" 这样的一段时间 (a span such as "10:00-14:00")')
    start, end = read_time(found[1]), read_time(found[2])
    if end <= start:
        raise ValueError("结束要晚于开始,而且不过夜 (a span ends later the same day)")
    return Span(start=start, end=end)


def read_weekday(written: Any) -> Any:
    """Read monday … sunday as 1 … 7.

    >>> read_weekday("Tuesday")
    2
    """
    named = str(written).lower()
    if named not in WEEKDAYS:
        raise ValueError(f"星期写英文:{' '.join(WEEKDAYS)} (a weekday in English)")
    return WEEKDAYS.index(named) + 1


def read_phone(written: Any, info: ValidationInfo) -> Any:
    """Bring a number to E.164; a short local landline gets the office's area code."""
    if not isinstance(written, str):
        return written
    plain = re.sub(r"[\s()（）-]", "", written)
    if _LOCAL_LANDLINE.fullmatch(plain):
        plain = f"{(info.context or {}).get('area_code', '')}{plain}"
    number = read_number(plain)
    if number is None or not phonenumbers.is_valid_number(phonenumbers.parse(number)):
        raise ValueError(
            '写一个打得通的号码,例如 "13900000001" 或 "0993-5800302"'
            ' (a telephone number such as "0993-5800302" or "+8613900000001")'
        )
    return number


def read_place(written: str) -> str:
    """Return a place as ``3-2-402``, ``3-2``, ``3`` or ``14--1002``, also where it is in words.

    >>> read_place("1号楼1单元101"), read_place("14--1002")
    ('1-1-101', '14--1002')
    """
    plain = written.strip()
    if _IN_WORDS.search(plain):
        plain = _whole_place(plain)
    if len(plain) > LONGEST_PLACE or _PLACE.fullmatch(plain) is None:
        raise ValueError(
            '写成 楼-单元-室,例如 "3-2-402",没有单元的写 "14--1002"'
            ' (building-unit-room such as "3-2-402")'
        )
    return plain


def _whole_place(written: str) -> str:
    """Return the place that is written in words; nothing if a number would be lost."""
    found = find_place(written) or ""
    named = _DIGITS.sub("", written)
    return found if named in ("", _DIGITS.sub("", found)) else ""


def read_one_line(written: str) -> str:
    """Check words that stand on one line everywhere: in a text, on a page, in a table.

    :raises ValueError: in words for the clerk.
    """
    if any(unicodedata.category(sign) in _BREAKING for sign in written):
        raise ValueError("里面有换行或者看不见的字符,要写在一行里 (one line, no line breaks)")
    if len(written) > LONGEST_LINE:
        raise ValueError(_too_long(written, LONGEST_LINE))
    return written


def read_person(written: str) -> str:
    """Check the name of a person.

    :raises ValueError: in words for the clerk.
    """
    if len(written) > LONGEST_PERSON:
        raise ValueError(_too_long(written, LONGEST_PERSON))
    return written


def _too_long(written: str, most: int) -> str:
    return (
        f"太长了:有 {len(written)} 个字,最多 {most} 个"
        f" (too long: {len(written)} characters, at most {most})"
    )


def read_name(written: str) -> str:
    """Check the community's name, which stands in every text to a resident.

    :raises ValueError: in words for the clerk.
    """
    if len(written) > LONGEST_NAME:
        raise ValueError(
            f"名字太长:每条短信都要写它,最多 {LONGEST_NAME} 个字,写短一点,例如 东城社区"
            f" (at most {LONGEST_NAME} characters: it stands in every text)"
        )
    return written


def read_reading(written: Any) -> Any:
    """Read how a name is read aloud: pinyin with tone digits, for its first hanzi or for all.

    >>> read_reading(" Shan4  da4 ma1")
    'shan4 da4 ma1'
    """
    if not isinstance(written, str):
        return written
    syllables = written.lower().replace("v", "ü").split()
    if not syllables or not all(map(_SYLLABLE.fullmatch, syllables)):
        raise ValueError(
            '写带声调数字的拼音,一个字一个音,例如 "shan4" (pinyin with tone digits such as "shan4")'
        )
    return " ".join(syllables)


def read_role(written: Any) -> Any:
    """Read a role of staff; a Chinese word for one is answered with the word to write."""
    return _one_of(written, tuple(Role), ROLE_WORDS)


def read_category(written: Any) -> Any:
    """Read the category of a route, or ``*`` for every other one."""
    return _one_of(written, (*Category, "*"), _CATEGORY_WORDS)


def _one_of(written: Any, known: Sequence[str], words: Mapping[str, str]) -> Any:
    if not isinstance(written, str) or written in known:
        return written
    near = difflib.get_close_matches(written, known, n=1)
    meant = words.get(written) or (near[0] if near else "")
    hint = f"是不是想写 {meant}? " if meant else ""
    raise ValueError(f"{hint}只能写其中之一 (one of): {', '.join(known)}")


def check_zone(written: str) -> str:
    """Check the name of a time zone."""
    if written not in available_timezones():
        raise ValueError(
            '写时区的名字,全国都是 "Asia/Shanghai" (a time zone such as "Asia/Shanghai")'
        )
    ZoneInfo(written)
    return written


def read_plan_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Check the plan of an estate.

    :raises ValueError: in words for the clerk.
    """
    read_plan(lines)
    return lines


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(read_one_line)
]
PersonName = Annotated[Words, AfterValidator(read_person)]
CommunityName = Annotated[Words, AfterValidator(read_name)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
Phone = Annotated[str, BeforeValidator(read_phone)]
StaffRole = Annotated[Role, BeforeValidator(read_role)]
RouteCategory = Annotated[str, BeforeValidator(read_category)]
SpanText = Annotated[Span, BeforeValidator(read_span)]
WeekdayName = Annotated[Weekday, BeforeValidator(read_weekday)]
TimeText = Annotated[str, AfterValidator(lambda text: read_time(text).strftime("%H:%M"))]
PlaceText = Annotated[str, AfterValidator(read_place)]
Reading = Annotated[str, BeforeValidator(read_reading)]
PlanLines = Annotated[tuple[str, ...], AfterValidator(read_plan_lines)]
Zone = Annotated[str, AfterValidator(check_zone)]
