"""One step of a call: where it stands and a key in, what comes next out. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ivr.menus import Do, GoTo, Menu, Then

SILENCE = ""
_DOUBTFUL_AFTER = 2  # wrong keys until one yes/no question


class How(enum.StrEnum):
    """How a menu is spoken."""

    FULL = "full"
    SHORT = "short"
    DOUBT = "doubt"  # its one yes/no question


@dataclass(frozen=True)
class Place:
    """Where a call stands in the menus."""

    menu: str
    misses: int = 0
    silences: int = 0


@dataclass(frozen=True)
class Ask:
    """Speak a menu and wait for a key."""

    place: Place
    how: How = How.FULL


EVERYWHERE: dict[str, Do] = {
    "#": Do("finish"),
    "8": Do("switch_language"),
    "9": Do("change_pace"),
}


def advance(menus: Mapping[str, Menu], place: Place, key: str) -> Ask | Do:
    """Return what follows from ``key``, one of 0-9 * # or SILENCE; never raises for a key.

    A menu of several digits takes them together; a key that means the same everywhere still does,
    if nothing follows it.

    >>> from ivr.menus import MENUS
    >>> advance(MENUS, Place("first"), "1")
    Ask(place=Place(menu='report', misses=0, silences=0), how=<How.FULL: 'full'>)
    >>> advance(MENUS, Place("first"), SILENCE)
    Do(action='person', value='')
    """
    menu = menus[place.menu]
    if key == SILENCE:
        return _silence(menu, place)
    if key == "*":
        return Ask(replace(place, misses=0))
    if key == "0":
        return menu.on_person
    if key in EVERYWHERE:
        return EVERYWHERE[key]
    if menu.keyed is not None:
        return Do(menu.keyed.action, key)
    if place.misses >= _DOUBTFUL_AFTER:
        return _doubt(menu, key)
    chosen = next((choice.then for choice in menu.choices if choice.key == key), None)
    chosen = chosen or menu.other_keys
    return _wrong(menu, place) if chosen is None else _follow(chosen)


def how_asked(place: Place) -> How:
    """Return how a menu is spoken at this place, when the call comes back to it."""
    if place.misses >= _DOUBTFUL_AFTER:
        return How.DOUBT
    return How.SHORT if place.misses or place.silences else How.FULL


def _silence(menu: Menu, place: Place) -> Ask | Do:
    silences = place.silences + 1
    if place.misses:
        return menu.on_wrong
    if silences >= menu.patience:
        return menu.on_silence
    return Ask(replace(place, silences=silences), How.SHORT)


def _wrong(menu: Menu, place: Place) -> Ask | Do:
    if place.silences:
        return menu.on_wrong
    missed = replace(place, misses=place.misses + 1)
    return Ask(missed, how_asked(missed))


def _doubt(menu: Menu, key: str) -> Ask | Do:
    doubt = menu.doubt
    answers: dict[str, Then] = {"1": doubt.yes, "2": doubt.no} if doubt else {}
    return _follow(answers[key]) if key in answers else menu.on_wrong


def _follow(then: Then) -> Ask | Do:
    return Ask(Place(then.menu)) if isinstance(then, GoTo) else then
