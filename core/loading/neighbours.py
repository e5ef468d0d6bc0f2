"""The sections of the community file about neighbours: flats, standing orders, welfare calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from core.loading.lines import Path
from core.loading.section import Section
from core.loading.values import Key, Phone, PlaceText, TimeText, WeekdayName, Words
from core.standing.rules import OrderKind

_LATEST_WELFARE = "21:15"  # three tries in 45 minutes end before 22:00
_EARLIEST_WELFARE = "06:00"


class HomeSection(Section):
    """A flat 房屋 and its area in square metres, for rules that count areas."""

    key: Key | None = None
    estate: Key
    place: PlaceText
    area: Annotated[float, Field(gt=0, le=100_000)]

    @property
    def stable_key(self) -> str:
        """Return the key that a later load finds this flat by."""
        return self.key or f"{self.estate}-{self.place}".lower()


class StandingSection(Section):
    """A standing order 定期帮办, each month on ``day`` or each week on ``weekday``."""

    key: Key
    resident: Key
    name: Words
    kind: OrderKind = OrderKind.OTHER
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    weekday: WeekdayName | None = None
    lead_workdays: Annotated[int, Field(ge=1, le=10)] = 3
    vital: bool | None = None


class WelfareSection(Section):
    """A welfare call 平安电话; without ``days`` it is daily."""

    key: Key
    resident: Key
    at: TimeText
    days: tuple[WeekdayName, ...] = (1, 2, 3, 4, 5, 6, 7)
    contact_name: str = ""
    contact_phone: Phone | None = None


class ZoneSection(Section):
    """A responsibility zone 责任区 of a member; without ``place`` it is the whole estate."""

    key: Key
    member: Key
    name: Words
    estate: Key
    place: PlaceText = ""


class VolunteerSection(Section):
    """What a volunteer 志愿者 can do and when; whatever is left out is no limit."""

    key: Key
    resident: Key
    skills: tuple[Words, ...] = ()
    zones: tuple[PlaceText, ...] = ()
    days: tuple[WeekdayName, ...] = ()
    begins: TimeText | None = None
    ends: TimeText | None = None


def helper_findings(
    zones: Sequence[ZoneSection],
    volunteers: Sequence[VolunteerSection],
    groups: Mapping[str, Collection[str]],
    estates: Collection[str],
) -> Iterator[tuple[Path, str]]:
    """Yield what does not fit in zones and volunteers; ``groups`` are those of each resident."""
    for position, zone in enumerate(zones):
        path: Path = ("zone", position)
        if zone.estate not in estates:
            yield (*path, "estate"), _unknown("estate", zone.estate, estates)
        if zone.member not in groups:
            yield (*path, "member"), _unknown("resident", zone.member, groups)
        elif "party_member" not in groups[zone.member]:
            yield (*path, "member"), '这个人的 groups 里要有 "party_member" (is no member)'
    for position, volunteer in enumerate(volunteers):
        path = ("volunteer", position)
        if volunteer.resident not in groups:
            yield (*path, "resident"), _unknown("resident", volunteer.resident, groups)
        elif "volunteer" not in groups[volunteer.resident]:
            yield (*path, "resident"), '这个人的 groups 里要有 "volunteer" (is no volunteer)'
        if volunteer.begins and volunteer.ends and volunteer.ends <= volunteer.begins:
            yield (*path, "ends"), "结束要晚于开始 (ends later than it begins)"


def home_findings(
    homes: Sequence[HomeSection], estates: Collection[str]
) -> Iterator[tuple[Path, str]]:
    """Yield what does not fit in the flats."""
    there: set[tuple[str, str]] = set()
    for position, home in enumerate(homes):
        path: Path = ("home", position)
        if home.estate not in estates:
            yield (*path, "estate"), _unknown("estate", home.estate, estates)
        if home.place.count("-") != 2 or home.place.endswith("-"):
            yield (*path, "place"), '要写到室,例如 "3-2-402" (a whole address)'
        if (home.estate, home.place) in there:
            yield (*path, "place"), "这一户写了两次 (this flat is here twice)"
        there.add((home.estate, home.place))


def standing_findings(
    orders: Sequence[StandingSection],
    calls: Sequence[WelfareSection],
    residents: Collection[str],
) -> Iterator[tuple[Path, str]]:
    """Yield what does not fit in standing orders and welfare calls."""
    for position, order in enumerate(orders):
        path: Path = ("standing", position)
        if order.resident not in residents:
            yield (*path, "resident"), _unknown("resident", order.resident, residents)
        if (order.day is None) == (order.weekday is None):
            words = "写 day(每月几号)或 weekday(每周星期几),只写一样 (day or weekday, one of them)"
            yield (*path, "day"), words
    for position, call in enumerate(calls):
        path = ("welfare", position)
        if call.resident not in residents:
            yield (*path, "resident"), _unknown("resident", call.resident, residents)
        if not _EARLIEST_WELFARE <= call.at <= _LATEST_WELFARE:
            words = (
                f"写 {_EARLIEST_WELFARE} 到 {_LATEST_WELFARE} 之间的时间 (by day, with three tries)"
            )
            yield (*path, "at"), words
        if not call.days:
            yield (*path, "days"), "至少写一天,或者不写就是每天 (a day at least, or leave it out)"
        if bool(call.contact_name) != bool(call.contact_phone):
            words = "联系人的名字和电话要一起写 (name and telephone of the contact, both)"
            yield (*path, "contact_name"), words


def _unknown(section: str, key: str, known: Collection[str]) -> str:
    return f"{section} 里没有 {key};有的是 (known): {', '.join(sorted(known))}"
