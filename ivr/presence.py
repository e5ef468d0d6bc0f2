"""What a menu has at this moment: a key that leads to nothing is neither named nor taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.points.queries import has_points
from ivr.menus import MENUS, Menu
from ivr.points_page import is_item, is_person
from ivr.scene import Scene


def menu_now(scene: Scene, name: str) -> Menu:
    """Return a menu with the choices that there are now."""
    menu = MENUS[name]
    choices = tuple(
        choice
        for choice in menu.choices
        if not choice.only_with or _is_there(scene, choice.only_with)
    )
    return menu if choices == menu.choices else replace(menu, choices=choices)


def menus_now(scene: Scene, name: str) -> Mapping[str, Menu]:
    """Return every menu, the one where the call stands as it is now."""
    return {**MENUS, name: menu_now(scene, name)}


def _is_there(scene: Scene, thing: str) -> bool:
    if thing == "points":
        return has_points(scene.session, scene.call.community_id, scene.now)
    kind, _, position = thing.partition("_")
    there = {"item": is_item, "person": is_person}[kind]
    return there(scene, int(position))
