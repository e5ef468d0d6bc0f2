"""Working days: the State Council's calendar, the community's own days, years not announced."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.loading.holidays import read_holidays
from core.sla.holidays import official_calendar
from core.sla.workdays import (
    UnknownYear,
    WorkCalendar,
    is_lunar_new_year,
    is_weekday,
    workdays_of,
)

NOTICES = sorted((Path(__file__).parents[2] / "fixtures" / "holidays").glob("*.toml"))
SHIPPED = official_calendar({})
# As announced by the end of 2026: these tests stay true when the shipped table learns of 2027.
OFFICIAL = WorkCalendar(
    official={day: worked for day, worked in SHIPPED.official.items() if day.year <= 2026},
    first_year=SHIPPED.first_year,
    last_known_year=2026,
)
DAYS = st.dates(min_value=date(2004, 1, 1), max_value=date(2035, 12, 31))


def every_day_of(year: int) -> list[date]:
    start = date(year, 1, 1)
    return [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda path: path.stem)
def test_every_day_of_the_shipped_table_agrees_with_a_second_collection(notice: Path) -> None:
    named = read_holidays(notice.read_text("utf-8"), name=notice.name).days()
    year = tomllib.loads(notice.read_text("utf-8"))["year"]

    said_here = {day: OFFICIAL.is_workday(day) for day in every_day_of(year)}

    assert said_here == {
        day: named[day][1] if day in named else is_weekday(day) for day in every_day_of(year)
    }


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # a Monday: Tuesday, Wednesday, Thursday
        (date(2026, 11, 27), date(2026, 12, 2)),  # over a weekend
        (date(2026, 11, 28), date(2026, 12, 2)),  # received on the Saturday itself
        (date(2026, 9, 17), date(2026, 9, 21)),  # the Sunday before National Day is worked
        (date(2026, 9, 30), date(2026, 10, 10)),  # seven days off, then a make-up Saturday
        (date(2026, 2, 13), date(2026, 2, 25)),  # the make-up Saturday, then nine days off
        (date(2025, 12, 31), date(2026, 1, 6)),  # 4 January 2026 is a worked Sunday
    ],
)
def test_the_third_working_day_after_the_day_of_receipt(received: date, due: date) -> None:
    assert OFFICIAL.add_workdays(received, 3) == (due, False)


def test_a_year_that_is_not_announced_is_never_guessed_in_silence() -> None:
    with pytest.raises(UnknownYear):
        OFFICIAL.is_workday(date(2027, 3, 1))
    assert OFFICIAL.guess(date(2027, 3, 1)) == (True, True)


def test_a_promise_that_reaches_into_such_a_year_is_provisional() -> None:
    looks = workdays_of(OFFICIAL, [date(2026, 12, 28), date(2026, 12, 30), date(2001, 5, 1)])

    assert looks == [
        {"date": "2026-12-28", "due_on": "2026-12-31", "provisional": False},
        {"date": "2026-12-30", "due_on": "2027-01-04", "provisional": True},
        {"date": "2001-05-01", "due_on": "2001-05-04", "provisional": True},
    ]


def test_a_notice_that_arrives_makes_it_firm() -> None:
    invented = read_holidays(
        """
        year = 2027
        source = "invented for this test"
        holiday = [
            {name = "元旦", from = 2027-01-01, until = 2027-01-03, work = [2027-01-09]},
            {name = "国庆节", from = 2027-10-01, until = 2027-10-07},
        ]
        """,
        name="2027.toml",
    )
    calendar = official_calendar({day: worked for day, (_, worked) in invented.days().items()})

    assert calendar.last_known_year >= 2027
    assert calendar.add_workdays(date(2026, 12, 30), 3) == (date(2027, 1, 5), False)
    assert calendar.is_workday(date(2027, 1, 9))


def test_days_of_december_alone_do_not_announce_a_year() -> None:
    december = date(SHIPPED.last_known_year + 1, 12, 31)
    calendar = official_calendar({december: False})

    assert calendar.last_known_year == SHIPPED.last_known_year
    assert calendar.guess(december) == (False, False)
    assert calendar.guess(december - timedelta(days=10))[1]


def test_a_local_day_off_is_no_working_day_and_a_local_working_day_is_one() -> None:
    corban, national_day = date(2026, 5, 27), date(2026, 10, 1)
    calendar = replace(OFFICIAL, local={corban: False, national_day: True})

    assert calendar.add_workdays(date(2026, 5, 25), 3) == (date(2026, 5, 29), False)
    assert OFFICIAL.add_workdays(date(2026, 5, 25), 3) == (date(2026, 5, 28), False)
    assert calendar.is_workday(national_day)


def test_a_local_day_is_known_in_a_year_that_is_not() -> None:
    calendar = replace(OFFICIAL, local={date(2027, 3, 1): False})

    assert calendar.guess(date(2027, 3, 1)) == (False, False)
    assert calendar.guess(date(2027, 3, 2)) == (True, True)


@given(day=DAYS, count=st.integers(min_value=1, max_value=12))
def test_the_last_day_counted_is_worked_and_no_earlier_one_would_do(day: date, count: int) -> None:
    due, provisional = OFFICIAL.add_workdays(day, count)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]

    assert OFFICIAL.guess(due)[0]
    assert sum(OFFICIAL.guess(each)[0] for each in between) == count
    assert provisional == any(OFFICIAL.guess(each)[1] for each in between)


@given(day=DAYS)
def test_a_later_day_of_receipt_is_never_due_earlier(day: date) -> None:
    assert OFFICIAL.add_workdays(day, 3) <= OFFICIAL.add_workdays(day + timedelta(days=1), 3)


def test_spring_festival_lies_where_the_moon_puts_it() -> None:
    """Its first day is a day off in each announced year, and never before 21 January."""
    first_days = [
        day for year in range(2024, 2051) for day in every_day_of(year) if is_lunar_new_year(day)
    ]

    assert [day.year for day in first_days] == list(range(2024, 2051))
    assert all((1, 21) <= (day.month, day.day) <= (2, 20) for day in first_days)
    assert [OFFICIAL.is_workday(day) for day in first_days[:3]] == [False, False, False]
    # a year is twelve or thirteen moons of 29.53 days
    gaps = [(later - day).days for day, later in pairwise(first_days)]
    assert set(gaps) <= {353, 354, 355, 383, 384, 385}


def test_an_empty_calendar_still_answers() -> None:
    assert WorkCalendar({}, 2026, 2026).add_workdays(date(2026, 12, 30), 1) == (
        date(2026, 12, 31),
        False,
    )
