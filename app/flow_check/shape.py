"""The shape of the menus, which no call needs to be made for."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.engine import EVERYWHERE
from ivr.menus import MENUS, STARTS_INBOUND, GoTo, Menu
from ivr.turns import known_actions

_MOST_CHOICES = 3
_DEEPEST = 2
_EMERGENCY = "voice.first.emergency"
_EVERYWHERE = {"#", "8", "9"}  # 0 and * are the engine's own


def shape_problems() -> Iterator[str]:
    """Say what is wrong with the shape: too many choices, gaps, too deep, no way to a person."""
    if set(EVERYWHERE) != _EVERYWHERE:
        yield f"keys that mean the same everywhere are {sorted(EVERYWHERE)}"
    for menu in MENUS.values():
        for problem in _of_menu(menu):
            yield f"{menu.name}: {problem}"
    for name in STARTS_INBOUND:
        if MENUS[name].opening[:1] != (_EMERGENCY,):
            yield f"{name}: the emergency sentence is not first"


def _of_menu(menu: Menu) -> Iterator[str]:
    keys = [choice.key for choice in menu.choices]
    if len(keys) > _MOST_CHOICES:
        yield f"{len(keys)} choices, at most {_MOST_CHOICES}"
    if keys != [str(number) for number in range(1, len(keys) + 1)]:
        yield f"keys with gaps: {' '.join(keys)}"
    depth = _depth(menu)
    if depth > _DEEPEST:
        yield f"{depth} menus deep, at most {_DEEPEST}"
    if menu.doubt is None and menu.other_keys is None and menu.keyed is None:
        yield "nobody asks what was meant after two wrong keys"
    if "person" not in known_actions()[menu.on_person.action].leads_to:
        yield "0 does not reach a person"


def _depth(menu: Menu) -> int:
    thens = (*(choice.then for choice in menu.choices), menu.on_silence, menu.on_wrong)
    below = [MENUS[then.menu] for then in thens if isinstance(then, GoTo)]
    return 1 + max((_depth(one) for one in below), default=0)
