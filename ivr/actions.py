"""The actions that menus name: each a short function from a scene to the next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.scene import Scene
from ivr.steps import Step

Act = Callable[[Scene, str], Step]


@dataclass(frozen=True)
class Action:
    """An action, and where it may lead: menus by name, ``person``, ``recorder`` or ``end``."""

    act: Act
    leads_to: tuple[str, ...]
    title: str


ACTIONS: dict[str, Action] = {}


def action(name: str, *leads_to: str, title: str) -> Callable[[Act], Act]:
    """Register the decorated function as the action ``name``."""

    def register(act: Act) -> Act:
        if name in ACTIONS:
            raise ValueError(f"two actions are called {name}")
        ACTIONS[name] = Action(act, leads_to, title)
        return act

    return register
