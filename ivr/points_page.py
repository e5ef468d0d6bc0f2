"""What the points menus read out: three things at a time, and who shares the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.calls.operations import remember
from core.points.queries import activities_on, activity_by_id, reward_by_id, rewards_of
from core.points.spoken import ON_A_PAGE, activity_spoken, reward_spoken
from core.points.tables import ActivityRow, RewardRow
from core.residents.queries import resident_by_id, residents_of_phone
from core.residents.tables import ResidentRow
from core.wording.ear import name_spoken
from ivr.scene import Scene


@dataclass(frozen=True)
class Item:
    """One thing that can be had: a reward of the shop, or a place at an activity."""

    kind: str  # reward, activity
    id: int


def begin_page(scene: Scene, page: int) -> tuple[Item, ...]:
    """Turn to a page and note what stands on it, so that a key means what was heard."""
    items = _page(scene, page)
    remember(scene.call, points_page=page, points_items=[[item.kind, item.id] for item in items])
    return items


def items_here(scene: Scene) -> tuple[Item, ...]:
    """Return what was read out last."""
    return tuple(Item(kind, number) for kind, number in scene.call.held.get("points_items", []))


def chosen_item(scene: Scene) -> Item | None:
    """Return what was chosen by key."""
    held = scene.call.held.get("points_chosen")
    return Item(*held) if held else None


def people_here(scene: Scene) -> Sequence[ResidentRow]:
    """Return whose points this telephone may ask about."""
    call = scene.call
    return residents_of_phone(scene.session, call.community_id, call.phone)[:ON_A_PAGE]


def resident_here(scene: Scene) -> ResidentRow | None:
    """Return who it was said to be."""
    return resident_by_id(scene.session, scene.call.held.get("points_resident"))


def is_item(scene: Scene, position: int) -> bool:
    """Tell whether so many things stand on this page."""
    return position <= len(items_here(scene))


def is_person(scene: Scene, position: int) -> bool:
    """Tell whether so many people share this telephone."""
    return position <= len(people_here(scene))


def item_slots(scene: Scene) -> dict[str, str]:
    """Return the slots that name what stands on this page."""
    return {
        f"item_{position}": item_spoken(scene, item)
        for position, item in enumerate(items_here(scene), start=1)
    }


def person_slots(scene: Scene) -> dict[str, str]:
    """Return the slots that address whoever shares this telephone."""
    return {
        f"person_{position}": name_spoken(person.called, person.reading)
        for position, person in enumerate(people_here(scene), start=1)
    }


def chosen_slots(scene: Scene) -> dict[str, str]:
    """Return the slot that names what was chosen."""
    item = chosen_item(scene)
    return {"item": item_spoken(scene, item)} if item else {"item": ""}


def item_spoken(scene: Scene, item: Item) -> str:
    """Say a reward with its price, an activity with its day."""
    thing = thing_of(scene, item)
    match thing:
        case ActivityRow():
            return activity_spoken(thing, scene.office, scene.language, now=scene.now)
        case RewardRow():
            return reward_spoken(thing, scene.language)
        case _:
            return ""


def thing_of(scene: Scene, item: Item) -> RewardRow | ActivityRow | None:
    """Return the row of an item."""
    find = activity_by_id if item.kind == "activity" else reward_by_id
    return find(scene.session, scene.call.community_id, item.id)


def _page(scene: Scene, page: int) -> tuple[Item, ...]:
    """Return the things of a page: first what can be had, then what one can sign up for."""
    session, community_id = scene.session, scene.call.community_id
    rewards = [Item("reward", row.id) for row in rewards_of(session, community_id, in_stock=True)]
    events = [
        Item("activity", row.id)
        for row in activities_on(session, community_id, scene.now)
        if row.starts_at is not None
    ]
    pages = [
        tuple(kind[start : start + ON_A_PAGE])
        for kind in (rewards, events)
        for start in range(0, len(kind), ON_A_PAGE)
    ]
    return pages[page] if page < len(pages) else ()
