"""Spoken pieces that no fixed wording can hold: greetings, progress, recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.calls.queries import recordings_of_case
from core.calls.tables import RecordingRow
from core.wording.ear import case_number_spoken
from ivr.consultation_calls import consult_pieces, told_pieces
from ivr.engine import How, Place
from ivr.fitting import fitting
from ivr.menus import Menu
from ivr.notice_calls import notice_pieces
from ivr.pieces import Clip, Line, Piece, Quiet, Words
from ivr.points_page import chosen_slots, item_slots, items_here, person_slots
from ivr.points_taking import taken_pieces
from ivr.presence import menu_now
from ivr.scene import Scene

_GREETING = "voice.first.greeting"
_SHORT_GREETING = "voice.first.here"
_FETCH_WAIT_SECONDS = 5


def pieces_of(scene: Scene, place: Place, how: How) -> tuple[Piece, ...]:
    """Return everything that a menu says at this place."""
    menu = menu_now(scene, place.menu)
    slots = SLOTS[menu.named](scene) if menu.named else {}
    if how is How.DOUBT and menu.doubt is not None:
        return (Line(menu.doubt.question, slots),)
    if how is How.SHORT:
        again = "voice.common.once_more" if place.misses else menu.short
        return (Line(again), *_keys(menu, slots))
    told = SPEAKERS[menu.before](scene) if menu.before else ()
    opening = tuple(_opening(scene, key, slots) for key in menu.opening)
    everything = (*told, *opening, *_keys(menu, slots), *_english(scene, menu))
    return fitting(scene, menu, everything)


def _keys(menu: Menu, slots: Mapping[str, str]) -> tuple[Piece, ...]:
    """Name what each key does; whoever is offered a person first hears that first."""
    person = (menu.person,) if menu.person else ()
    choices = tuple(choice.clause for choice in menu.choices if choice.clause)
    ordered = (*person, *choices) if menu.person_first else (*choices, *person)
    closing = (menu.closing,) if menu.closing else ()
    return tuple(Line(key, slots, slow=menu.slow) for key in (*ordered, *closing))


def _opening(scene: Scene, key: str, slots: Mapping[str, str]) -> Line:
    """Greet by name only the one who agreed to it; at the slow pace nobody waits for that."""
    if key == _GREETING and scene.call.slow:
        return Line(_SHORT_GREETING)
    if key == _GREETING and scene.call.held.get("greet"):
        return Line("voice.first.greeting_named", {"called": scene.call.held["greet"]})
    return Line(key, slots)


def _english(scene: Scene, menu: Menu) -> tuple[Piece, ...]:
    """Tell a stranger, in English, how to go on in English."""
    if menu.name == "first" and scene.call.held.get("stranger") and scene.language == "zh_CN":
        return (Line("voice.first.english", language="en"),)
    return ()


def _progress(scene: Scene) -> tuple[Piece, ...]:
    """Say where a matter stands; without real progress it is an apology."""
    about = Line("voice.progress.about")
    words = scene.call.held.get("progress_words")
    if not words:
        return about, Line("voice.progress.apology"), Line("voice.progress.apology_again")
    return about, Line("voice.progress.says"), Words(words)


def _recording(scene: Scene) -> tuple[Piece, ...]:
    """Play what a caller said, to a member of staff."""
    rows = recordings_of_case(scene.session, scene.call.case_id or 0)
    number = case_number_spoken(scene.call.held.get("case_number", ""), scene.language)
    about = Line("voice.staff.recording", {"number": number})
    if not rows:
        return (Line("voice.staff.recording_missing"),)
    return (about, *(piece for row in rows for piece in _sound_of(row)))


def _sound_of(row: RecordingRow) -> tuple[Piece, ...]:
    if row.typed_words:
        return (Words(row.typed_words),)
    if row.sound_hash:
        return (Clip(row.sound_hash),)
    if row.fetch_reason:
        return (Line("voice.staff.recording_missing"),)
    # it is fetched within seconds: whoever presses * after these words will hear it
    return Line("voice.staff.recording_coming"), Quiet(_FETCH_WAIT_SECONDS)


def _shelf(scene: Scene) -> tuple[Piece, ...]:
    """Say what kind of things follow."""
    kinds = {item.kind for item in items_here(scene)}
    return (Line("voice.points.events" if "activity" in kinds else "voice.points.rewards"),)


SPEAKERS: dict[str, Callable[[Scene], tuple[Piece, ...]]] = {
    "consult": consult_pieces,
    "notice": notice_pieces,
    "told": told_pieces,
    "progress": _progress,
    "recording": _recording,
    "shelf": _shelf,
    "taken": taken_pieces,
}
SLOTS: dict[str, Callable[[Scene], Mapping[str, str]]] = {
    "chosen": chosen_slots,
    "items": item_slots,
    "people": person_slots,
}
