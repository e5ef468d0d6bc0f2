"""One step of a call: what each key does at a menu, without a telephone."""

from __future__ import annotations

import pytest

from ivr.engine import EVERYWHERE, SILENCE, Ask, How, Place, advance
from ivr.menus import MENUS, Do

REPORT = Place("report")


def test_a_choice_leads_where_its_menu_says() -> None:
    assert advance(MENUS, Place("first"), "1") == Ask(REPORT)
    assert advance(MENUS, REPORT, "2") == Do("record", "errand")


def test_star_says_the_menu_again_and_forgives_the_wrong_keys() -> None:
    assert advance(MENUS, Place("report", misses=1), "*") == Ask(REPORT)


@pytest.mark.parametrize("name", MENUS)
def test_zero_reaches_a_person_from_every_menu_after_every_mistake(name: str) -> None:
    for misses in (0, 1, 2):
        for silences in (0, 1):
            place = Place(name, misses=misses, silences=silences)
            assert advance(MENUS, place, "0") == MENUS[name].on_person


@pytest.mark.parametrize("key", EVERYWHERE)
@pytest.mark.parametrize("name", MENUS)
def test_the_common_keys_mean_the_same_everywhere(name: str, key: str) -> None:
    assert advance(MENUS, Place(name), key) == EVERYWHERE[key]


def test_wrong_keys_meet_a_shorter_prompt_then_a_question_then_a_person() -> None:
    once = advance(MENUS, REPORT, "7")
    assert once == Ask(Place("report", misses=1), How.SHORT)
    twice = advance(MENUS, Place("report", misses=1), "5")
    assert twice == Ask(Place("report", misses=2), How.DOUBT)
    assert advance(MENUS, Place("report", misses=2), "6") == Do("person")


def test_the_question_is_answered_yes_or_no() -> None:
    doubting = Place("report", misses=2)
    assert advance(MENUS, doubting, "1") == Do("record", "repair")
    assert advance(MENUS, doubting, "2") == Do("record", "other")


def test_silence_further_on_is_met_gently_once_then_a_person() -> None:
    assert advance(MENUS, REPORT, SILENCE) == Ask(Place("report", silences=1), How.SHORT)
    assert advance(MENUS, Place("report", silences=1), SILENCE) == Do("person")


@pytest.mark.parametrize("place", [Place("report", silences=1), Place("report", misses=1)])
def test_silence_mixed_with_wrong_keys_reaches_a_person(place: Place) -> None:
    key = "7" if place.silences else SILENCE
    assert advance(MENUS, place, key) == Do("person")


@pytest.mark.parametrize("name", ["first", "first_elder", "first_night", "go_on", "go_on_night"])
def test_doing_nothing_at_the_first_menu_reaches_a_person_after_that_one_wait(name: str) -> None:
    assert advance(MENUS, Place(name), SILENCE) == Do("person")


def test_any_key_before_the_tone_begins_the_recording() -> None:
    for key in "1234567":
        assert advance(MENUS, Place("speak"), key) == Do("start_recording")


def test_zero_at_night_is_an_emergency() -> None:
    assert advance(MENUS, Place("first_night"), "0") == Do("night_person")
