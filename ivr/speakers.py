"""Spoken pieces that no fixed wording can hold: greetings, progress, recordings."""

from __future__ import annotations

from collections.abc import Callable

from core.calls.queries import recordings_of_case
from core.calls.tables import RecordingRow
from core.wording.ear import case_number_spoken
from ivr.engine import How, Place
from ivr.fitting import fitting
from ivr.menus import MENUS, Menu
from ivr.pieces import Clip, Line, Piece, Quiet, Words
from ivr.scene import Scene

_GREETING = "voice.first.greeting"
_FETCH_WAIT_SECONDS = 5


def pieces_of(scene: Scene, place: Place, how: How) -> tuple[Piece, ...]:
    """Return everything that a menu says at this place."""
    menu = MENUS[place.menu]
    if how is How.DOUBT and menu.doubt is not None:
        return (Line(menu.doubt.question),)
    if how is How.SHORT:
        again = "voice.common.once_more" if place.misses else menu.short
        return (Line(again), *_keys(menu))
    told = SPEAKERS[menu.before](scene) if menu.before else ()
    opening = tuple(_opening(scene, key) for key in menu.opening)
    everything = (*told, *opening, *_keys(menu), *_english(scene, menu))
    return fitting(scene, menu, everything)


def _keys(menu: Menu) -> tuple[Piece, ...]:
    """Name what each key does; whoever is offered a person first hears that first."""
    person = (menu.person,) if menu.person else ()
    choices = tuple(choice.clause for choice in menu.choices)
    ordered = (*person, *choices) if menu.person_first else (*choices, *person)
    closing = (menu.closing,) if menu.closing else ()
    return tuple(Line(key) for key in (*ordered, *closing))


def _opening(scene: Scene, key: str) -> Line:
    """Greet by name only the one who agreed to it."""
    if key == _GREETING and scene.call.held.get("greet"):
        return Line("voice.first.greeting_named", {"called": scene.call.held["greet"]})
    return Line(key)


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


SPEAKERS: dict[str, Callable[[Scene], tuple[Piece, ...]]] = {
    "progress": _progress,
    "recording": _recording,
}
