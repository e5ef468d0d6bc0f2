"""One turn of a call: a key comes in, the menus are asked, an action is done, a step goes out."""

from __future__ import annotations

from collections.abc import Mapping

from core.callbacks.rules import Outcome

# Imported for what they register: the actions that the menus name.
from ivr import (
    callback_calls,
    caller_wishes,
    inbound_reporting,
    points_by_voice,
    points_calls,
    reaching_people,
    staff_calls,
    status_by_voice,
)
from ivr.actions import ACTIONS, Action
from ivr.beginning import first_menu
from ivr.callback_calls import is_machine, note_outcome
from ivr.calls import RECORDING, RINGING, place_of, stand_at
from ivr.engine import SILENCE, Ask, Place, advance, how_asked
from ivr.menus import MENUS, Do
from ivr.presence import menus_now
from ivr.scene import Scene
from ivr.steps import AskMenu, Record, Ring, Step

_REGISTERING = (
    callback_calls,
    caller_wishes,
    inbound_reporting,
    points_by_voice,
    points_calls,
    reaching_people,
    staff_calls,
    status_by_voice,
)


def known_actions() -> Mapping[str, Action]:
    """Return every action that a menu may name."""
    assert _REGISTERING  # their modules are imported for what they register
    return ACTIONS


def take_key(scene: Scene, key: str) -> Step:
    """Obey one key, or silence, at the menu where the call stands."""
    call = scene.call
    if call.menu not in MENUS:  # a document of an earlier turn was played again
        return AskMenu(Place(first_menu(scene)))
    place = place_of(call)
    menu = MENUS[place.menu]
    key = key[: menu.digits]
    if menu.on_leaving:
        ACTIONS[menu.on_leaving].act(scene, key)
    if key == SILENCE and place.menu == "who" and is_machine(call.machine):
        return callback_calls.callback_silent(scene, "")  # it has heard who we are: enough
    following = advance(menus_now(scene, place.menu), place, key)
    if isinstance(following, Ask):
        return AskMenu(following.place, following.how)
    return do(scene, following)


def do(scene: Scene, chosen: Do) -> Step:
    """Do what a choice leads to."""
    if chosen.action == "person":
        note_outcome(scene, Outcome.PERSON)
    return ACTIONS[chosen.action].act(scene, chosen.value)


def ask_again(scene: Scene) -> Step:
    """Speak the menu where the call stands once more."""
    call = scene.call
    if call.menu not in MENUS:
        return AskMenu(Place(first_menu(scene)))
    place = place_of(call)
    return AskMenu(place, how_asked(place))


def arrive(scene: Scene, step: Step) -> None:
    """Note where the call stands after a step."""
    match step:
        case AskMenu(place):
            stand_at(scene.call, place)
        case Record():
            stand_at(scene.call, Place(RECORDING))
        case Ring():
            stand_at(scene.call, Place(RINGING))
        case _:
            stand_at(scene.call, Place(""))
