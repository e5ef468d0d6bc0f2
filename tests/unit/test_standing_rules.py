"""The arithmetic of standing orders."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.sla.holidays import official_calendar
from core.standing.rules import OrderKind, Rhythm, is_vital, next_day, served_on, workdays_before

CALENDAR = official_calendar({})
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days, st.integers(1, 31))
def test_each_month_has_its_day_once(after: date, month_day: int) -> None:
    found = next_day(Rhythm(month_day=month_day), after)
    assert after < found <= after + timedelta(days=62)
    assert found.day == month_day or (found + timedelta(days=1)).day == 1
    again = next_day(Rhythm(month_day=month_day), found)
    assert (again.year * 12 + again.month) - (found.year * 12 + found.month) == 1


@given(days, st.integers(1, 7))
def test_each_week_has_its_day_once(after: date, weekday: int) -> None:
    found = next_day(Rhythm(weekday=weekday), after)
    assert found.isoweekday() == weekday
    assert 1 <= (found - after).days <= 7


@given(days, st.sampled_from(OrderKind), st.integers(1, 10))
def test_it_is_served_on_a_working_day_and_opens_so_many_before(
    day: date, kind: OrderKind, lead: int
) -> None:
    served = served_on(CALENDAR, day, kind)
    assert CALENDAR.guess(served)[0]
    if kind in (OrderKind.MEDICINE, OrderKind.DELIVERY):
        assert served <= day  # nobody runs out of anything
    opens = workdays_before(CALENDAR, served, lead)
    between = [opens + timedelta(days=n) for n in range((served - opens).days)]
    assert sum(CALENDAR.guess(each)[0] for each in between) == lead


def test_only_medicine_of_dialysis_and_oxygen_is_vital() -> None:
    assert is_vital(OrderKind.MEDICINE, ["dialysis"])
    assert not is_vital(OrderKind.BATH, ["dialysis"])
    assert not is_vital(OrderKind.MEDICINE, ["lives_alone"])
