"""Calls about the neighbourhood have much in common: a person, a wrong number, silence."""

from __future__ import annotations

from core.reaching.operations import note_outcome
from core.reaching.queries import reach_of_outbox
from core.reaching.rules import Outcome
from core.reaching.tables import ReachRow
from core.residents.queries import resident_by_id
from core.residents.tables import ResidentRow
from core.staff.queries import leader_spoken
from core.wording.catalogue import say
from ivr.actions import action
from ivr.callback_calls import is_machine
from ivr.pieces import Line, Piece
from ivr.reaching_people import ring_people
from ivr.scene import Scene
from ivr.steps import End, Step

NOTHING_LEFT = End((Line("voice.callback.nothing_left"),))


@action("reach_person", "person", "recorder", title="叫人:以后不再自动打")
def reach_person(scene: Scene, _value: str) -> Step:
    """Ring a person for whoever asks for one."""
    note(scene, Outcome.PERSON)
    return ring_people(scene, (Line("voice.common.ringing"),))


@action("reach_wrong", "end", title="打错了:不再打这个号码")
def reach_wrong(scene: Scene, _value: str) -> Step:
    """Apologise; nobody rings this number any more."""
    note(scene, Outcome.WRONG_NUMBER)
    return End((Line("voice.callback.sorry_wrong"),))


@action("reach_heard", "end", title="听明白了:记下,再见")
def reach_heard(scene: Scene, _value: str) -> Step:
    """Note that it was heard."""
    note(scene, Outcome.ANSWERED)
    return thank()


@action("reach_silent", "end", title="没人答:说打哪个号码,再见")
def reach_silent(scene: Scene, _value: str) -> Step:
    """Say the number to ring and end; a machine has heard enough."""
    if is_machine(scene.call.machine):
        note(scene, Outcome.MACHINE)
        return End()
    note(scene, Outcome.SILENCE)
    return End((Line("voice.callback.silent"),))


def opening(scene: Scene) -> Line:
    """Say who rings, and on whose behalf: whoever is rung knows their grid leader by name."""
    row = reach_here(scene)
    resident = resident_by_id(scene.session, row.resident_id) if row is not None else None
    return Line("voice.callback.opening", {"leader": leader_of(scene, resident)})


def leader_of(scene: Scene, resident: ResidentRow | None) -> str:
    """Name the grid leader of a resident as they are spoken of; else the office they hold."""
    grid_id = resident.grid_id if resident is not None else None
    found = leader_spoken(scene.session, scene.community.id, grid_id)
    return found or say("voice.common.leader_unknown", scene.language)


def thank(*before: Piece) -> Step:
    """End in thanks."""
    return End((*before, Line("voice.neighbours.thanks")))


def note(scene: Scene, outcome: Outcome) -> None:
    """Keep how this try ended as soon as it is known; the line may break any moment."""
    note_outcome(scene.session, outbox_id=scene.call.outbox_id, outcome=outcome, now=scene.now)


def reach_here(scene: Scene) -> ReachRow | None:
    """Return what this call is a try of."""
    return reach_of_outbox(scene.session, scene.call.outbox_id)
