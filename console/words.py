"""Sentences, instants and numbers as the pages write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.phones import shown as shown_phone
from core.wording.catalogue import say, templates

_WEEKDAYS = {"zh_CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Words:
    """Writes in one language and one time zone."""

    language: str
    zone: ZoneInfo
    now: datetime

    def t(self, key: str, **slots: object) -> str:
        """Say ``section.name`` of the console's wording."""
        return say(f"console.{key}", self.language, **{k: str(v) for k, v in slots.items()})

    def of(self, key: str, **slots: object) -> str:
        """Say any key of the catalogue."""
        return say(key, self.language, **{k: str(v) for k, v in slots.items()})

    def known(self, key: str) -> str:
        """Say a key that came in an address; nothing if there is none."""
        return templates(self.language).get(key, "")

    def name(self, kind: str, value: object) -> str:
        """Name a value of the code (a status, a category) as people do."""
        return self.known(f"console.{kind}.{value}") or str(value)

    def field(self, name: str) -> str:
        """Name a field of an entry: ``hours.monday`` is hours, Monday."""
        outer, _, inner = name.partition(".")
        if not inner:
            return self.name("entry", outer)
        kind = "ladder" if outer == "ladder" else "day"
        return f"{self.name('entry', outer)} · {self.name(kind, inner)}"

    def day(self, on: date | None) -> str:
        """Write a day: 11月23日 星期一."""
        if on is None:
            return ""
        weekday = _WEEKDAYS[self.language][on.weekday()]
        year = "" if on.year == self.now.astimezone(self.zone).year else f"{on.year}年"
        if self.language == "zh_CN":
            return f"{year}{on.month}月{on.day}日 周{weekday}"
        return f"{weekday} {on.isoformat()}"

    def when(self, at: datetime | None) -> str:
        """Write an instant in the community's zone."""
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        today = self.now.astimezone(self.zone).date()
        if local.date() == today:
            return self.t("time.today", time=f"{local:%H:%M}")
        return f"{self.day(local.date())} {local:%H:%M}"

    def stamp(self, at: datetime | None) -> str:
        """Write an instant for a spreadsheet: 2026-11-23 10:30."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}" if at else ""

    def left(self, until: datetime) -> str:
        """Write how long there is until a due time, or since when it is past."""
        span = until - self.now
        key = "time.left" if span >= timedelta() else "time.late"
        return self.t(key, span=self.span(abs(span)))

    def span(self, span: timedelta) -> str:
        """Write a length of time in its two largest units."""
        if span >= _DAY:
            return self.t("time.days", days=span.days, hours=span.seconds // 3600)
        if span >= _HOUR:
            hours, rest = divmod(int(span.total_seconds()), 3600)
            return self.t("time.hours", hours=hours, minutes=rest // 60)
        return self.t("time.minutes", minutes=int(span.total_seconds()) // 60)

    def phone(self, number: str | None, area_code: str = "") -> str:
        """Write a telephone number as people here dial it."""
        return shown_phone(number, area_code) if number else self.t("common.hidden")
