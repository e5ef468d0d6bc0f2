"""How often, and when, a resident may be rung back."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from core.callbacks.rules import MOST_CALLS, Outcome, Try, next_call, overrides
from tests.world import local


def _try(written: str) -> Try:
    at = local(written)
    part = "morning" if at.hour < 14 else "afternoon" if at.hour < 18 else "evening"
    return Try(at=at, day=at.date(), part=part)


_WINDOWS = [
    _try(f"2026-11-{day} {clock}")
    for day in (23, 24, 25, 26)
    for clock in ("10:30", "12:00", "16:30", "19:00")
]


def _calls_from(first: str) -> list[Try]:
    calls = [_try(first)]
    while (following := next_call(calls, _WINDOWS)) is not None:
        calls.append(following)
    return calls


@pytest.mark.parametrize("first", ["2026-11-23 10:30", "2026-11-23 12:00", "2026-11-23 19:00"])
def test_three_calls_see_two_days_and_two_parts_of_the_day(first: str) -> None:
    calls = _calls_from(first)

    assert len(calls) == MOST_CALLS
    assert len({call.day for call in calls}) >= 2
    assert len({call.part for call in calls}) >= 2


@pytest.mark.parametrize("first", ["2026-11-23 10:30", "2026-11-23 16:30"])
def test_calls_are_four_hours_apart_and_two_a_day_at_most(first: str) -> None:
    calls = _calls_from(first)

    gaps = [later.at - earlier.at for earlier, later in pairwise(calls)]
    assert min(gaps) >= timedelta(hours=4)
    assert max(sum(call.day == day for call in calls) for day in {c.day for c in calls}) <= 2


def test_two_mornings_are_followed_by_another_part_of_the_day() -> None:
    mornings = [_try("2026-11-23 10:30"), _try("2026-11-24 10:30")]

    assert next_call(mornings, _WINDOWS) == _try("2026-11-24 16:30")


def test_a_community_with_mornings_only_still_makes_its_third_call() -> None:
    only_mornings = [call for call in _WINDOWS if call.part == "morning"]
    made = [_try("2026-11-23 10:30"), _try("2026-11-24 10:30")]

    assert next_call(made, only_mornings) == _try("2026-11-25 10:30")


def test_after_three_calls_there_is_no_fourth() -> None:
    made = [_try("2026-11-23 10:30"), _try("2026-11-23 16:30"), _try("2026-11-24 10:30")]

    assert next_call(made, _WINDOWS) is None


def test_a_key_wins_over_a_label_and_no_label_over_a_key() -> None:
    assert overrides("", Outcome.MACHINE)
    assert overrides("machine", Outcome.ANSWERED)
    assert not overrides("answered", Outcome.HANG_UP)
    assert not overrides("busy", Outcome.NO_ANSWER)
