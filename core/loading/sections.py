"""The community file 社区文件 as a typed model: every section a clerk fills in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from core.loading.neighbours import (
    HomeSection,
    StandingSection,
    VolunteerSection,
    WelfareSection,
    ZoneSection,
)
from core.loading.points import ActivitySection, CycleSection, RewardSection
from core.loading.section import Section
from core.loading.values import (
    CommunityName,
    Key,
    PersonName,
    Phone,
    PlaceText,
    PlanLines,
    Reading,
    RouteCategory,
    SpanText,
    StaffRole,
    TimeText,
    WeekdayName,
    Words,
    Zone,
)
from core.office import Keep, Ladder, Limits, LocalDay, Office
from core.points.rules import PointsRules


class LocalDaySection(Section):
    """A local day off, or a day that is worked here though others rest."""

    day: date
    name: Words
    is_workday: bool = False


class LadderSection(Section):
    """When things climb, in minutes of office time."""

    remind_minutes: Annotated[int, Field(gt=0, strict=True)] = Ladder().remind_minutes
    grid_leader_minutes: Annotated[int, Field(gt=0, strict=True)] = Ladder().grid_leader_minutes
    deputy_minutes: Annotated[int, Field(gt=0, strict=True)] = Ladder().deputy_minutes
    director_minutes: Annotated[int, Field(gt=0, strict=True)] = Ladder().director_minutes


class LimitsSection(Section):
    """How much may leave a day."""

    texts_a_day: Annotated[int, Field(gt=0, strict=True)] = Limits().texts_a_day
    calls_a_day: Annotated[int, Field(gt=0, strict=True)] = Limits().calls_a_day
    replies_an_hour: Annotated[int, Field(gt=0, strict=True)] = Limits().replies_an_hour
    calls_to_one_a_day: Annotated[int, Field(gt=0, strict=True)] = Limits().calls_to_one_a_day


class KeepSection(Section):
    """How many days each kind is kept."""

    recordings_days: Annotated[int, Field(ge=30, strict=True)] = Keep().recordings_days
    texts_days: Annotated[int, Field(ge=30, strict=True)] = Keep().texts_days
    calls_days: Annotated[int, Field(ge=30, strict=True)] = Keep().calls_days
    answers_days: Annotated[int, Field(ge=30, strict=True)] = Keep().answers_days


_SECTIONS_OF_OFFICE = frozenset({"local_days", "ladder", "limits", "keep"})


class OfficeSection(Section):
    """Hours, windows, duty lists and ladder."""

    zone: Zone = "Asia/Shanghai"
    area_code: str = Field(default="", pattern=r"^0\d{2,3}$|^$")
    staffed_number: Words
    hours: dict[WeekdayName, tuple[SpanText, ...]] = Field(min_length=1)
    calling_windows: tuple[SpanText, ...] = Field(min_length=1)
    texting_window: SpanText
    same_day_alert_window: SpanText | None = None
    roster: dict[WeekdayName, tuple[Key, ...]] = Field(default_factory=dict)
    night_list: tuple[Key, ...] = Field(min_length=1)
    deputy: Key
    director: Key
    local_days: tuple[LocalDaySection, ...] = ()
    ladder: LadderSection = LadderSection()
    limits: LimitsSection = LimitsSection()
    keep: KeepSection = KeepSection()

    def office(self) -> Office:
        """Return the settings as the rest of the service reads them."""
        given = {
            name: getattr(self, name)
            for name in Office.model_fields
            if name not in _SECTIONS_OF_OFFICE and getattr(self, name) is not None
        }
        local_days = tuple(LocalDay(**entry.model_dump()) for entry in self.local_days)
        return Office(
            **given,
            local_days=local_days,
            ladder=Ladder(**self.ladder.model_dump()),
            limits=Limits(**self.limits.model_dump()),
            keep=Keep(**self.keep.model_dump()),
        )


class CommunitySection(Section):
    """Who the office is, and by which numbers it is reached."""

    key: Key
    name: CommunityName
    english_name: Words
    numbers: tuple[Phone, ...] = Field(min_length=1)


class EstateSection(Section):
    """An estate 小区; without ``property_company`` it has none (无物业小区)."""

    key: Key
    name: Words
    other_names: tuple[Words, ...] = ()
    property_company: Words | None = None
    plan: PlanLines = ()  # core.communities.plans


class GridSection(Section):
    """A grid 网格; without ``buildings`` it is the whole estate."""

    key: Key
    name: Words
    estate: Key
    buildings: tuple[Words, ...] = ()
    leader: Key


class StaffSection(Section):
    """A member of staff 工作人员."""

    key: Key
    name: PersonName
    called: PersonName | None = None
    reading: Reading | None = None
    roles: tuple[StaffRole, ...] = Field(min_length=1)
    phones: tuple[Phone, ...] = Field(min_length=1)
    estates: tuple[Key, ...] = ()
    language: Literal["zh_CN", "en"] = "zh_CN"


class RouteSection(Section):
    """A route 派单规则; without a key of its own it is named by what it routes."""

    key: Key | None = None
    category: RouteCategory  # *: whatever has no route of its own
    estate: Key | None = None
    to: Key

    @property
    def stable_key(self) -> str:
        """Return the key that a later load finds this route by."""
        category = self.category.replace("*", "any")
        return self.key or f"{category}-{self.estate or 'all'}"


class ResidentSection(Section):
    """A resident 居民."""

    key: Key
    name: PersonName
    called: PersonName | None = None
    reading: Reading | None = None
    phones: tuple[Phone, ...] = ()
    estate: Key | None = None
    place: PlaceText = ""
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    language: Literal["zh_CN", "en"] = "zh_CN"
    needs: tuple[Key, ...] = ()
    consents: tuple[Literal["spoken_name", "spoken_balance", "be_named"], ...] = ()
    groups: tuple[Literal["party_member", "volunteer"], ...] = ()
    call_from: TimeText | None = None
    call_until: TimeText | None = None


class CommunityFile(Section):
    """A whole community file."""

    demo: bool = False
    community: CommunitySection
    office: OfficeSection
    estate: tuple[EstateSection, ...] = Field(min_length=1)
    grid: tuple[GridSection, ...] = ()
    staff: tuple[StaffSection, ...] = Field(min_length=1)
    route: tuple[RouteSection, ...] = ()
    resident: tuple[ResidentSection, ...] = ()
    points: PointsRules = PointsRules()
    activity: tuple[ActivitySection, ...] = ()
    reward: tuple[RewardSection, ...] = ()
    cycle: tuple[CycleSection, ...] = ()
    home: tuple[HomeSection, ...] = ()
    standing: tuple[StandingSection, ...] = ()
    welfare: tuple[WelfareSection, ...] = ()
    zone: tuple[ZoneSection, ...] = ()
    volunteer: tuple[VolunteerSection, ...] = ()

    def grid_of(self, resident: ResidentSection) -> str | None:
        """Return the key of the grid that a resident's building belongs to."""
        building = resident.place.partition("-")[0]
        grids = [grid for grid in self.grid if grid.estate == resident.estate]
        named = (grid.key for grid in grids if building and building in grid.buildings)
        whole = (grid.key for grid in grids if not grid.buildings)
        return next(named, None) or next(whole, None)

    def staff_by_key(self) -> Mapping[str, StaffSection]:
        """Return the staff sections by key."""
        return {person.key: person for person in self.staff}
