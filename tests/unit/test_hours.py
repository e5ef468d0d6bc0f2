"""Office hours and windows: when the office is open, when a resident may be rung or texted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.loading.file import read_community_file
from core.office import Office, Span
from core.sla import hours
from core.sla.holidays import official_calendar

DEMO = Path(__file__).parents[2] / "fixtures" / "demo" / "community.toml"
OFFICE = read_community_file(DEMO).office.office()
CALENDAR = replace(
    official_calendar({}), local={entry.day: entry.is_workday for entry in OFFICE.local_days}
)
BEIJING = ZoneInfo("Asia/Shanghai")

MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)
MAKE_UP_SATURDAY = date(2026, 10, 10)
SPRING_FESTIVAL = date(2026, 2, 17)

# five years from 2025 on, to the second
INSTANTS = st.integers(0, 5 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=BEIJING).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        (MONDAY, "09:59", False),
        (MONDAY, "10:00", True),
        (MONDAY, "14:00", False),  # the break
        (MONDAY, "16:00", True),
        (MONDAY, "19:59", True),
        (MONDAY, "20:00", False),
        (SATURDAY, "11:00", False),
        (MAKE_UP_SATURDAY, "11:00", True),
        (date(2026, 10, 1), "11:00", False),
        (date(2026, 5, 27), "11:00", False),  # a local day off
    ],
)
def test_the_office_is_open_in_its_hours(day: date, clock: str, *, is_open: bool) -> None:
    assert hours.is_open(OFFICE, CALENDAR, at(day, clock)) is is_open


def test_the_open_spans_of_a_day_leave_the_break_out() -> None:
    assert hours.opens_on(OFFICE, CALENDAR, MONDAY) == (
        (at(MONDAY, "10:00"), at(MONDAY, "14:00")),
        (at(MONDAY, "16:00"), at(MONDAY, "20:00")),
    )
    assert hours.opens_on(OFFICE, CALENDAR, SATURDAY) == ()


def test_a_make_up_day_is_worked_like_a_monday_even_where_saturdays_have_a_short_duty() -> None:
    morning = (Span(start=time(10), end=time(12)),)
    office = OFFICE.model_copy(update={"hours": {**OFFICE.hours, 6: morning}})

    assert hours.closing_time(office, CALENDAR, MAKE_UP_SATURDAY) == at(MAKE_UP_SATURDAY, "20:00")
    assert hours.is_open(office, CALENDAR, at(SATURDAY, "11:00"))
    assert not hours.is_open(office, CALENDAR, at(date(2026, 10, 3), "11:00"))  # National Day


@pytest.mark.parametrize(
    ("received", "due_at"),
    [
        (at(MONDAY, "11:00"), at(date(2026, 11, 26), "20:00")),
        (at(MONDAY, "23:59"), at(date(2026, 11, 26), "20:00")),  # after closing: the same day
        (at(SATURDAY, "03:00"), at(date(2026, 12, 2), "20:00")),
        (at(date(2026, 9, 30), "11:00"), at(MAKE_UP_SATURDAY, "20:00")),
    ],
)
def test_the_answer_is_due_at_closing_time_of_the_third_working_day(
    received: datetime, due_at: datetime
) -> None:
    due = hours.due(OFFICE, CALENDAR, received)

    assert due == hours.Due(
        received_on=received.astimezone(BEIJING).date(),
        due_on=due_at.astimezone(BEIJING).date(),
        due_at=due_at,
        provisional=False,
    )


def test_the_day_of_receipt_is_the_day_on_the_offices_own_clock() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight in Beijing

    assert hours.due(OFFICE, CALENDAR, late).received_on == date(2026, 11, 24)


def test_a_case_of_30_december_2026_is_provisional() -> None:
    known_until_2026 = replace(CALENDAR, last_known_year=2026)

    assert hours.due(OFFICE, known_until_2026, at(date(2026, 12, 30), "11:00")).provisional


def test_office_minutes_skip_breaks_nights_and_days_off() -> None:
    def after(start: datetime, minutes: int) -> datetime:
        return hours.after_office_minutes(OFFICE, CALENDAR, start, minutes)

    assert after(at(MONDAY, "10:00"), 120) == at(MONDAY, "12:00")
    assert after(at(MONDAY, "13:00"), 120) == at(MONDAY, "17:00")
    assert after(at(MONDAY, "19:00"), 120) == at(date(2026, 11, 24), "11:00")
    assert after(at(date(2026, 11, 27), "19:30"), 60) == at(date(2026, 11, 30), "10:30")
    assert after(at(date(2026, 9, 30), "19:30"), 60) == at(date(2026, 10, 8), "10:30")
    assert after(at(SATURDAY, "11:00"), 0) == at(date(2026, 11, 30), "10:00")


@given(start=INSTANTS, minutes=st.integers(0, 3000), more=st.integers(0, 3000))
def test_more_office_minutes_are_never_over_earlier(
    start: datetime, minutes: int, more: int
) -> None:
    first = hours.after_office_minutes(OFFICE, CALENDAR, start, minutes)
    second = hours.after_office_minutes(OFFICE, CALENDAR, start, minutes + more)

    assert start <= first <= second
    assert second - first >= timedelta(minutes=more) or minutes == 0


@given(start=INSTANTS, later=st.integers(0, 10_000), minutes=st.integers(0, 3000))
def test_a_later_start_is_never_over_earlier(start: datetime, later: int, minutes: int) -> None:
    begun_later = start + timedelta(minutes=later)

    assert hours.after_office_minutes(
        OFFICE, CALENDAR, start, minutes
    ) <= hours.after_office_minutes(OFFICE, CALENDAR, begun_later, minutes)


def test_residents_are_rung_in_the_calling_windows() -> None:
    def ring(after: datetime, own: Span | None = None) -> datetime:
        return hours.next_calling_time(OFFICE, CALENDAR, after, own)

    assert ring(at(MONDAY, "08:00")) == at(MONDAY, "10:30")
    assert ring(at(MONDAY, "11:00")) == at(MONDAY, "11:00")
    assert ring(at(MONDAY, "13:30")) == at(MONDAY, "16:30")
    assert ring(at(MONDAY, "20:00")) == at(date(2026, 11, 24), "10:30")
    own = hours.own_window_of("15:00", "18:00")
    assert ring(at(MONDAY, "11:00"), own) == at(MONDAY, "15:00")
    assert ring(at(MONDAY, "16:00"), own) == at(MONDAY, "16:00")


def test_nobody_is_rung_on_the_first_day_of_spring_festival() -> None:
    eve = date(2026, 2, 16)

    assert hours.next_calling_time(OFFICE, CALENDAR, at(eve, "20:30")) == at(
        date(2026, 2, 18), "10:30"
    )
    assert hours.first_calling_window_of(OFFICE, CALENDAR, SPRING_FESTIVAL) is None
    assert hours.last_calling_window_of(OFFICE, CALENDAR, SPRING_FESTIVAL) is None


def test_the_first_and_the_last_calling_window_of_a_day() -> None:
    assert hours.first_calling_window_of(OFFICE, CALENDAR, MONDAY) == (
        at(MONDAY, "10:30"),
        at(MONDAY, "13:30"),
    )
    assert hours.last_calling_window_of(OFFICE, CALENDAR, MONDAY) == (
        at(MONDAY, "16:30"),
        at(MONDAY, "20:00"),
    )


def test_an_own_window_by_night_is_no_window() -> None:
    night = Span(start=time(22, 30), end=time(23, 30))

    rung = hours.next_calling_time(OFFICE, CALENDAR, at(MONDAY, "21:00"), night)

    assert rung == at(date(2026, 11, 24), "10:30")


def spans() -> st.SearchStrategy[Span | None]:
    pairs = st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] < pair[1])
    return st.none() | pairs.map(lambda pair: Span(start=pair[0], end=pair[1]))


@given(after=INSTANTS, own=spans(), window=spans())
def test_whatever_the_windows_say_nobody_is_rung_by_night(
    after: datetime, own: Span | None, window: Span | None
) -> None:
    office: Office = OFFICE
    if window is not None:
        office = OFFICE.model_copy(update={"calling_windows": (window, *OFFICE.calling_windows)})

    rung = hours.next_calling_time(office, CALENDAR, after, own)

    local = rung.astimezone(BEIJING)
    assert rung >= after
    assert time(6) <= local.time() < time(22)
    windows = hours.calling_windows_of(office, CALENDAR, local.date(), own)
    assert any(start <= rung < end for start, end in windows)
    assert hours.next_calling_time(office, CALENDAR, rung, own) == rung


def test_texts_start_in_their_window_and_alerts_as_urgency_asks() -> None:
    night = at(MONDAY, "23:30")
    tuesday = date(2026, 11, 24)

    assert hours.next_texting_time(OFFICE, night) == at(tuesday, "10:00")
    assert hours.next_texting_time(OFFICE, at(MONDAY, "20:59")) == at(MONDAY, "20:59")
    assert hours.alert_time(OFFICE, CALENDAR, "P0", night) == night
    assert hours.alert_time(OFFICE, CALENDAR, "P1", night) == at(tuesday, "06:00")
    assert hours.alert_time(OFFICE, CALENDAR, "P2", night) == at(tuesday, "10:00")
    assert hours.alert_time(OFFICE, CALENDAR, "P2", at(SATURDAY, "11:00")) == at(
        date(2026, 11, 30), "10:00"
    )


@pytest.mark.parametrize(
    ("clock", "part"), [("10:30", "morning"), ("13:29", "morning"), ("16:30", "afternoon"),
                        ("18:00", "evening")],
)  # fmt: skip
def test_parts_of_the_day(clock: str, part: str) -> None:
    assert hours.part_of_day(OFFICE, at(MONDAY, clock)) == part
