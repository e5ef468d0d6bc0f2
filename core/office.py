"""The settings of one office, as typed data; the community file fills them."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Weekday = Annotated[int, Field(ge=1, le=7)]  # ISO: Monday is 1


class Span(BaseModel):
    """From a time of day until a later one, local, the end not included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: time
    end: time

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a span ends later on the same day than it starts")
        return self


class LocalDay(BaseModel):
    """A day on which this community differs from the State Council's calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    name: str
    is_workday: bool = False


class Ladder(BaseModel):
    """When an unaccepted case or an undone task climbs, in minutes of office time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    remind_minutes: int = Field(default=120, gt=0)
    grid_leader_minutes: int = Field(default=240, gt=0)
    deputy_minutes: int = Field(default=480, gt=0)
    director_minutes: int = Field(default=720, gt=0)


class Limits(BaseModel):
    """How much may leave a day before somebody must look; emergencies are never held back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texts_a_day: int = Field(default=3000, gt=0)  # SMS segments
    calls_a_day: int = Field(default=600, gt=0)
    replies_an_hour: int = Field(default=30, gt=0)  # to one telephone; then we only listen
    calls_to_one_a_day: int = Field(default=12, gt=0)  # to one telephone


class Keep(BaseModel):
    """How many days each kind is kept; what a case or the points book says stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recordings_days: int = Field(default=365, ge=30)  # callers' voices, and what was heard on them
    texts_days: int = Field(default=730, ge=30)  # the texts themselves, in and out
    calls_days: int = Field(default=730, ge=30)  # who rang when, and what was keyed
    answers_days: int = Field(default=60, ge=30)  # by which a repeated webhook is known


class Office(BaseModel):
    """Hours, windows, duty lists, ladder and limits of a community's office."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str = "Asia/Shanghai"
    area_code: str = ""  # so that a local landline is shown as people dial it
    staffed_number: str = ""  # the number to ring, as residents dial it (5800000)
    hours: dict[Weekday, tuple[Span, ...]]  # breaks leave gaps; a make-up day uses Monday's
    calling_windows: tuple[Span, ...]
    texting_window: Span  # outside it we start no text to a resident
    same_day_alert_window: Span = Span(start=time(6), end=time(22))
    roster: dict[Weekday, tuple[str, ...]]  # staff keys, the first is rung first
    night_list: tuple[str, ...] = Field(min_length=1)
    deputy: str  # staff key 副主任
    director: str  # staff key 主任
    local_days: tuple[LocalDay, ...] = ()
    ladder: Ladder = Ladder()
    limits: Limits = Limits()
    keep: Keep = Keep()
