"""Days and hours as an ear takes them in. Pure."""

from __future__ import annotations

from datetime import date, time

from core.wording import spoken_english
from core.wording.days import is_next_week, is_this_week
from core.wording.spoken_numbers import chinese_number, quantity_spoken

MONTHS = [
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
WEEKDAYS = {
    "zh_CN": tuple(f"星期{day}" for day in "一二三四五六日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_CHINESE_PARTS = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
_ENGLISH_PARTS = ((12, "in the morning"), (18, "in the afternoon"), (24, "in the evening"))


def day_spoken(day: date, today: date, language: str) -> str:
    """Name ``day`` as short as it stays plain: by its weekday in this week and the next.

    >>> day_spoken(date(2026, 12, 16), date(2026, 12, 11), "zh_CN")
    '下星期三'
    >>> day_spoken(date(2026, 10, 9), date(2026, 9, 25), "en")
    'Friday, October ninth'
    """
    weekday = WEEKDAYS[language][day.weekday()]
    if day == today:
        return "今天" if language == "zh_CN" else "today"
    if day > today and is_this_week(day, today):
        return weekday
    if is_next_week(day, today):
        return f"下{weekday}" if language == "zh_CN" else f"next {weekday}"
    return date_spoken(day, language)


def date_spoken(day: date, language: str) -> str:
    """Say a day by month, day and weekday.

    >>> date_spoken(date(2026, 10, 9), "zh_CN"), date_spoken(date(2026, 10, 9), "en")
    ('十月九日，星期五', 'Friday, October ninth')
    """
    weekday = WEEKDAYS[language][day.weekday()]
    if language == "en":
        return f"{weekday}, {MONTHS[day.month - 1]} {spoken_english.ordinal(day.day)}"
    return f"{chinese_number(day.month)}月{chinese_number(day.day)}日，{weekday}"


def time_spoken(at: time, language: str) -> str:
    """Say a time of day.

    >>> time_spoken(time(10, 30), "zh_CN"), time_spoken(time(14), "zh_CN")
    ('上午十点半', '下午两点')
    >>> time_spoken(time(16, 5), "en")
    'five past four in the afternoon'
    """
    if language == "en":
        return _english_time(at)
    part = next(name for until, name in _CHINESE_PARTS if at.hour < until)
    return part + clock_spoken(at.hour % 12 or (12 if at.hour else 0), at.minute)


def clock_spoken(hour: int, minute: int) -> str:
    """Say what a clock shows, in Chinese, without the part of the day.

    >>> clock_spoken(2, 5), clock_spoken(10, 30)
    ('两点零五分', '十点半')
    """
    spoken = f"{quantity_spoken(hour, 'zh_CN')}点"
    if minute == 30:
        return spoken + "半"
    if minute:
        zero = "零" if minute < 10 else ""
        return f"{spoken}{zero}{chinese_number(minute)}分"
    return spoken


def _english_time(at: time) -> str:
    part = next(name for until, name in _ENGLISH_PARTS if at.hour < until)
    hour = spoken_english.whole(at.hour % 12 or 12)
    if at.minute == 0:
        return f"{hour} {part}" if at.hour % 12 else ("midnight", "noon")[at.hour // 12]
    if at.minute == 30:
        return f"half past {hour} {part}"
    if at.minute < 30:
        return f"{spoken_english.whole(at.minute)} past {hour} {part}"
    return f"{hour} {spoken_english.whole(at.minute)} {part}"
