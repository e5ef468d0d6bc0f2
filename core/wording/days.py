"""Days and hours in words, as they stand in a text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_CHINESE = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec",
)  # fmt: skip


def day_words(day: date, today: date, language: str) -> str:
    """Name ``day`` as short as it stays plain: by its weekday in this week and the next.

    >>> day_words(date(2026, 12, 16), date(2026, 12, 11), "zh_CN")
    '下星期三'
    >>> day_words(date(2026, 10, 9), date(2026, 9, 25), "zh_CN")
    '10月9日星期五'
    """
    if day == today:
        return "今天" if language == "zh_CN" else "today"
    weekday = (_CHINESE if language == "zh_CN" else _ENGLISH)[day.weekday()]
    if day > today and is_this_week(day, today):
        return weekday
    if is_next_week(day, today):
        return f"下{weekday}" if language == "zh_CN" else f"next {weekday}"
    if language == "zh_CN":
        return f"{day.month}月{day.day}日{weekday}"
    return f"{weekday[:3]} {day.day} {_MONTHS[day.month - 1]}"


def time_words(at: datetime, zone: str) -> str:
    """Write the local time of an instant, 9:05.

    >>> from datetime import UTC
    >>> time_words(datetime(2026, 12, 14, 2, 30, tzinfo=UTC), "Asia/Shanghai")
    '10:30'
    """
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour}:{local.minute:02d}"


def moment_words(at: datetime, now: datetime, zone: str, language: str) -> str:
    """Write an instant as a day and a local time; today without the day."""
    day, today = at.astimezone(ZoneInfo(zone)).date(), now.astimezone(ZoneInfo(zone)).date()
    clock = time_words(at, zone)
    return clock if day == today else f"{day_words(day, today, language)} {clock}".strip()


def is_this_week(day: date, today: date) -> bool:
    """Tell whether both days lie in one week, Monday to Sunday."""
    return _weeks_between(today, day) == 0


def is_next_week(day: date, today: date) -> bool:
    """Tell whether ``day`` lies in the week after that of ``today``."""
    return _weeks_between(today, day) == 1


def _weeks_between(today: date, day: date) -> int:
    monday = today - timedelta(days=today.weekday())
    return (day - timedelta(days=day.weekday()) - monday).days // 7
