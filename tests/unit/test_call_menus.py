"""Walks every call flow: nothing missing, nobody lost, and the rules for callers held."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.wording.catalogue import LANGUAGES, slots_of, templates
from core.wording.clips import clips, spoken_length
from ivr.engine import EVERYWHERE, SILENCE, Ask, Place, advance
from ivr.flow_page import page
from ivr.flow_picture import picture
from ivr.menus import (
    MENUS,
    RECORDER,
    RING_SECONDS,
    STARTS_INBOUND,
    STARTS_OUTBOUND,
    Do,
    GoTo,
    Menu,
    Then,
)
from ivr.turns import known_actions

PICTURE = Path(__file__).parents[2] / "docs" / "call-flow.svg"
PAGE = Path(__file__).parents[2] / "docs" / "call-flow.md"
KEYS = "0123456789*#"
ELSEWHERE = {"person", "recorder", "end", "again"}
SLOWEST_NORMAL, MIDDLE, SLOW = 130, 145, 110  # hanzi a minute, pauses included
LONGEST_SLOTS = {
    "zh_CN": {
        "community": "东城社区",
        "called": "欧阳奶奶",
        "leader": "小李",
        "who": "欧阳师傅",
        "matter": "卫生间下水道",
        "number": "零幺五八",
        "staffed": "五八零零零零零",
        "day": "十月九日星期五",
        "danger": "燃气泄漏",
        "item": "家用超浓缩洗衣液，一百二十八分",
        **{f"item_{key}": "家用超浓缩洗衣液，一百二十八分" for key in "123"},
        **{f"person_{key}": "欧阳奶奶" for key in "123"},
        "what": "家用超浓缩洗衣液",
        "points": "一百二十八",
        "count": "三",
        "code": "零 幺 五 八",
    },
    "en": {
        "community": "Dongcheng",
        "called": "Ms Smith",
        "leader": "Xiao Li",
        "who": "Master Wang",
        "matter": "the bathroom drain",
        "number": "zero one five eight",
        "staffed": "five eight zero, zero zero zero zero",
        "day": "Friday 9 October",
        "danger": "a gas leak",
        "item": "concentrated laundry soap, one hundred points",
        **{f"item_{key}": "concentrated laundry soap, one hundred points" for key in "123"},
        **{f"person_{key}": "Ms Smith" for key in "123"},
        "what": "concentrated laundry soap",
        "points": "one hundred and twenty-eight",
        "count": "three",
        "code": "zero one five eight",
    },
}
FORBIDDEN = {
    "zh_CN": ("输入", "无效", "非法", "错误", "系统", "工单"),
    "en": ("invalid", "illegal", "error", "system", "ticket", "enter "),
}
RESIDENT_MENUS = [menu for menu in MENUS.values() if menu.audience == "resident"]


def _filled(key: str, language: str) -> str:
    return templates(language)[key].format_map(LONGEST_SLOTS[language])


def _thens(menu: Menu) -> Iterator[Then]:
    yield from (choice.then for choice in menu.choices)
    yield from (menu.on_person, menu.on_silence, menu.on_wrong)
    yield from (then for then in (menu.other_keys, menu.keyed) if then is not None)
    if menu.doubt is not None:
        yield from (menu.doubt.yes, menu.doubt.no)
    if menu.on_leaving:
        yield Do(menu.on_leaving)


def _keys_of(menu: Menu) -> list[str]:
    opening = [*menu.opening, menu.short, menu.person, menu.closing]
    doubt = [menu.doubt.question] if menu.doubt else []
    return [key for key in (*opening, *doubt, *(c.clause for c in menu.choices)) if key]


def _places_after(then: Then) -> set[str]:
    if isinstance(then, GoTo):
        return {then.menu}
    return set(known_actions()[then.action].leads_to)


def _voice_keys(language: str) -> list[str]:
    return [key for key in templates(language) if key.startswith("voice.")]


@pytest.mark.parametrize("menu", MENUS.values(), ids=list(MENUS))
def test_every_target_action_and_prompt_exists(menu: Menu) -> None:
    for then in _thens(menu):
        if isinstance(then, GoTo):
            assert then.menu in MENUS
        else:
            assert _places_after(then) <= {*MENUS, *ELSEWHERE}
    for key, language in itertools.product(_keys_of(menu), LANGUAGES):
        assert key in templates(language)


def test_every_menu_can_be_reached_and_no_action_is_idle() -> None:
    reached = {*STARTS_INBOUND, *STARTS_OUTBOUND}
    used = {action.action for action in EVERYWHERE.values()}
    waiting = list(reached)
    while waiting:
        name = waiting.pop()
        for then in (*_thens(MENUS[name]), *EVERYWHERE.values()):
            if isinstance(then, Do):
                used.add(then.action)
            fresh = {place for place in _places_after(then) if place in MENUS} - reached
            reached |= fresh
            waiting += fresh
    assert reached == set(MENUS)
    assert used == set(known_actions())


@pytest.mark.parametrize("menu", MENUS.values(), ids=list(MENUS))
def test_zero_always_reaches_a_person(menu: Menu) -> None:
    assert "person" in _places_after(menu.on_person)


@pytest.mark.parametrize("menu", RESIDENT_MENUS, ids=[menu.name for menu in RESIDENT_MENUS])
def test_any_keys_at_any_menu_end_somewhere_that_loses_nobody(menu: Menu) -> None:
    """Three of the same key, silence too: the call rests at a menu, a person or the recorder."""
    for key in (*KEYS, SILENCE):
        place = Place(menu.name)
        for _ in range(3):
            following = advance(MENUS, place, key)
            if isinstance(following, Do):
                assert known_actions()[following.action].leads_to
                break
            assert isinstance(following, Ask)
            place = following.place


@pytest.mark.parametrize("name", STARTS_INBOUND)
@pytest.mark.parametrize("keys", list(itertools.product("456", repeat=3)))
def test_three_wrong_keys_at_a_first_menu_reach_a_person(name: str, keys: tuple[str, ...]) -> None:
    place = Place(name)
    for key in keys[:-1]:
        following = advance(MENUS, place, key)
        assert isinstance(following, Ask)
        place = following.place
    assert advance(MENUS, place, keys[-1]) == Do("person")


@pytest.mark.parametrize("menu", MENUS.values(), ids=list(MENUS))
def test_a_menu_has_at_most_three_choices_without_gaps(menu: Menu) -> None:
    keys = [choice.key for choice in menu.choices]
    assert keys == [str(number) for number in range(1, len(keys) + 1)]
    assert len(keys) <= 3


def test_no_task_takes_more_than_two_menus() -> None:
    def depth(name: str) -> int:
        below = [then.menu for then in _thens(MENUS[name]) if isinstance(then, GoTo)]
        return 1 + max((depth(menu) for menu in below), default=0)

    assert max(depth(name) for name in MENUS) <= 2


@pytest.mark.parametrize("menu", MENUS.values(), ids=list(MENUS))
def test_whoever_is_asked_has_time(menu: Menu) -> None:
    assert menu.wait_seconds >= 8 or menu.other_keys is not None
    assert RECORDER.silence_seconds >= 5
    assert RECORDER.longest_seconds == 180
    assert RING_SECONDS == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_prompts_and_slots(language: str) -> None:
    assert _voice_keys(language) == _voice_keys("zh_CN")
    for key in _voice_keys(language):
        assert slots_of(key, language) == slots_of(key, "zh_CN"), key


@pytest.mark.parametrize("key", _voice_keys("zh_CN"))
def test_a_prompt_lasts_at_most_twelve_seconds_and_its_clauses_are_short(key: str) -> None:
    words = _filled(key, "zh_CN")
    assert spoken_length(words) * 60 / SLOWEST_NORMAL <= 12.5
    for clause in re.split(r"[，。！？；：、]", words):
        assert spoken_length(clause) <= 12, clause
    english = _filled(key, "en")
    assert len(english.split()) <= 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", _voice_keys("zh_CN"))
def test_no_prompt_speaks_like_an_office(key: str, language: str) -> None:
    words = _filled(key, language).lower()
    assert not [word for word in FORBIDDEN[language] if word in words]


@pytest.mark.parametrize("menu", MENUS.values(), ids=list(MENUS))
def test_every_clause_names_the_thing_before_its_key(menu: Menu) -> None:
    offered = [(choice.key, choice.clause) for choice in menu.choices]
    for key, clause in (*offered, ("0", menu.person)):
        if clause:
            assert re.fullmatch(rf"[^0-9]+，请按{key}。", _filled(clause, "zh_CN")), clause
            assert re.fullmatch(rf"[^0-9]+, press {key}\.", _filled(clause, "en")), clause


def test_the_emergency_sentence_is_first_and_short() -> None:
    for name in STARTS_INBOUND:
        assert MENUS[name].opening[0] == "voice.first.emergency"
    words = _filled("voice.first.emergency", "zh_CN")
    assert spoken_length(words) * 60 / SLOWEST_NORMAL <= 6


def _first_menu_length(name: str, *, greeting: str = "first.greeting_named") -> int:
    menu = MENUS[name]
    keys = [*menu.opening, menu.person, *(choice.clause for choice in menu.choices)]
    said = [key.replace("first.greeting", greeting) for key in keys if key]
    return sum(spoken_length(_filled(key, "zh_CN")) for key in said)


@pytest.mark.parametrize("name", STARTS_INBOUND)
def test_greeting_and_first_menu_last_at_most_twenty_seconds(name: str) -> None:
    assert _first_menu_length(name) * 60 / SLOWEST_NORMAL <= 20


@pytest.mark.parametrize("name", STARTS_INBOUND)
def test_doing_nothing_is_answered_thirty_seconds_after_the_answer(name: str) -> None:
    wait = 10  # of somebody over 75; others wait eight seconds
    assert _first_menu_length(name) * 60 / SLOWEST_NORMAL + wait <= 30
    slowly = _first_menu_length(name, greeting="first.here")  # see ivr/speakers.py
    assert slowly * 60 / SLOW + MENUS[name].wait_seconds <= 30.5


def test_a_shorter_prompt_is_shorter() -> None:
    for menu in RESIDENT_MENUS:
        if menu.patience > 1 and menu.opening:
            opening = sum(spoken_length(_filled(key, "zh_CN")) for key in menu.opening)
            assert spoken_length(_filled(menu.short, "zh_CN")) <= opening


def test_our_call_names_community_and_leader_within_five_seconds() -> None:
    words = _filled("voice.callback.opening", "zh_CN")
    until = words[: words.index("小李") + 2]
    assert spoken_length(until) * 60 / SLOWEST_NORMAL <= 5


def test_a_machine_hears_at_most_fifteen_seconds_and_nothing_of_the_case() -> None:
    who = MENUS["who"]
    keys = [*who.opening, *(choice.clause for choice in who.choices)]
    heard = "".join(_filled(key, "zh_CN") for key in keys)
    assert spoken_length(heard) * 60 / MIDDLE <= 15.5
    for key in keys:
        assert not slots_of(key, "zh_CN") & {"matter", "number", "who", "day"}


@pytest.mark.parametrize("longest", [27, 20])
def test_words_of_staff_are_split_into_clips_that_are_short_enough(longest: int) -> None:
    words = "配件明天上午到。王师傅后天来换总管，大概两个小时，家里要留人，水会停一会儿。谢谢您等。"
    spoken = clips(words, longest)
    assert "".join(spoken) == words
    assert all(spoken_length(clip) <= longest for clip in spoken)


def test_the_page_on_the_flows_says_what_the_menus_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_picture_of_the_flows_shows_what_the_menus_say() -> None:
    drawn = picture()
    assert PICTURE.read_text(encoding="utf-8") == drawn
    for menu in MENUS.values():
        assert f">{menu.name}<" in drawn
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
