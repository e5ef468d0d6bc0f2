"""A standing order or a welfare call out of staff words: the rhythm, the hour, the rest. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.standing.rules import OrderKind, Rhythm
from core.understanding.numbers import read_digits

_NUMERAL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_MONTHLY = re.compile(
    rf"(?:每个?月(?:的)?|monthly (?:on )?(?:the )?)\s*(?P<day>{_NUMERAL})\s*(?:号|日|st|nd|rd|th)?"
)
_WEEKLY = re.compile(
    r"(?:每个?(?:周|星期|礼拜)|weekly (?:on )?)\s*(?P<weekday>[一二三四五六日天1-7]|[a-z]{3,9})"
)
_LEAD = re.compile(rf"提前\s*(?P<lead>{_NUMERAL})\s*(?:个)?(?:工作日|天|日)")
_DAYS = re.compile(
    r"每天|天天|daily|(?:每个?)?(?:周|星期|礼拜)(?P<weekdays>[一二三四五六日天1-7、,和\s]+)"
)
_CLOCK = re.compile(
    rf"(?P<half>早上|上午|中午|下午|晚上)?\s*(?:(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})"
    rf"|(?P<spoken>{_NUMERAL})点(?P<thirty>半)?)(?!\d)"
)
_WEEKDAYS = {**dict(zip("一二三四五六日", range(1, 8), strict=True)), "天": 7}
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KINDS = (
    (OrderKind.MEDICINE, re.compile("药|透析|氧气|medicine")),
    (OrderKind.BATH, re.compile("澡|助浴|擦身|bath")),
    (OrderKind.DELIVERY, re.compile("送|买|煤|米|油|菜|deliver")),
)
_MOST_LEAD = 10
_USUAL_LEAD = {True: 3, False: 1}  # working days, by whether it is monthly


@dataclass(frozen=True)
class OrderWish:
    """What is to be done for somebody, when, and how many working days ahead they are asked."""

    name: str
    kind: OrderKind
    rhythm: Rhythm
    lead_workdays: int


@dataclass(frozen=True)
class WelfareWish:
    """On which weekdays (1 is Monday) and at what local hour somebody is rung, and the rest."""

    weekdays: str
    at: str
    rest: str


def read_order(words: str) -> OrderWish | None:
    """Read a standing order; None if it has no rhythm, none that exists, or nothing to do.

    >>> read_order("每月5号 取透析药 提前2天")
    OrderWish(name='取透析药', kind=<OrderKind.MEDICINE: 'medicine'>, \
rhythm=Rhythm(month_day=5, weekday=None), lead_workdays=2)
    >>> read_order("每月32号 取药"), read_order("取药")
    (None, None)
    """
    monthly, weekly, lead = (found.search(words) for found in (_MONTHLY, _WEEKLY, _LEAD))
    if (monthly is None) == (weekly is None):
        return None
    day = read_digits(monthly["day"]) if monthly else None
    weekday = _weekday(weekly["weekday"]) if weekly else None
    ahead = read_digits(lead["lead"]) if lead else _USUAL_LEAD[monthly is not None]
    for found in (monthly, weekly, lead):
        words = words.replace(found.group(), " ", 1) if found else words
    name = " ".join(words.split()).strip(" ,，.。:：、")
    if not name or not (1 <= (day or 0) <= 31 or weekday):
        return None
    if ahead is None or not 1 <= ahead <= _MOST_LEAD:
        return None
    kind = next((kind for kind, said in _KINDS if said.search(name)), OrderKind.OTHER)
    return OrderWish(name, kind, Rhythm(day, weekday), ahead)


def read_welfare(words: str) -> WelfareWish | None:
    """Read when a welfare call is wanted; None without an hour. Without days it is daily.

    >>> read_welfare("每周一三五 上午10点半 女儿陈燕 13900000207")
    WelfareWish(weekdays='135', at='10:30', rest='女儿陈燕 13900000207')
    """
    days = _DAYS.search(words)
    named = days["weekdays"] if days and days["weekdays"] else ""
    weekdays = sorted({_weekday(sign) for sign in named} - {0}) or list(range(1, 8))
    without = words.replace(days.group(), " ", 1) if days else words
    clock = _CLOCK.search(without)
    at = _time(clock) if clock else None
    if clock is None or at is None:
        return None
    rest = without.replace(clock.group(), " ", 1)
    return WelfareWish("".join(map(str, weekdays)), at, " ".join(rest.split()).strip(" ,，。、"))


def _weekday(written: str) -> int:
    if written in _WEEKDAYS:
        return _WEEKDAYS[written]
    if written.isdecimal():
        return int(written)
    return _ENGLISH.index(written[:3]) + 1 if written[:3] in _ENGLISH else 0


def _time(found: re.Match[str]) -> str | None:
    hour = read_digits(found["hour"] or found["spoken"])
    minute = int(found["minute"] or 0) if found["hour"] else 30 * bool(found["thirty"])
    if hour is not None and found["half"] in ("下午", "晚上") and hour < 12:
        hour += 12
    if hour is None or hour > 23 or minute > 59:
        return None
    return f"{hour:02d}:{minute:02d}"
