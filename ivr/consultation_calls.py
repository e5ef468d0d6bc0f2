"""Calls of a consultation: the household's answer by key, and the result told."""

from __future__ import annotations

from core.calls.operations import remember
from core.cases.rules import Channel
from core.consultations.operations import answer_by_phone
from core.consultations.queries import (
    consultation_by_id,
    household_by_id,
    households_of_phone,
    is_open,
)
from core.consultations.rules import Answer, State, Why
from core.consultations.tables import ConsultationRow, HouseholdRow
from core.consultations.telling import spoken_result
from core.reaching.rules import Outcome
from core.wording.ear import digits_spoken
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line, Piece, Words
from ivr.reach_calls import NOTHING_LEFT, note, opening, thank
from ivr.scene import Scene
from ivr.steps import AskMenu, Step


def begin_consultation(scene: Scene, household_id: int) -> Step:
    """Ask a household for its answer, unless it has answered or the question is closed."""
    household, consultation = _matter(scene, household_id)
    if consultation is None or household is None or not is_open(consultation) or household.answer:
        return NOTHING_LEFT
    remember(scene.call, household_id=household.id)
    return AskMenu(Place("consult"))


def begin_result(scene: Scene, household_id: int) -> Step:
    """Tell a household what came of the question."""
    household, consultation = _matter(scene, household_id)
    if consultation is None or household is None or consultation.state != State.CLOSED:
        return NOTHING_LEFT
    remember(scene.call, told_words=spoken_result(consultation, household, scene.language))
    return AskMenu(Place("told"))


@action("ballot", "consult_right", "end", title="记下这一户的意见")
def ballot(scene: Scene, value: str) -> Step:
    """Keep the answer at once, and say it back; it may be changed by the next key."""
    note(scene, Outcome.ANSWERED)
    household, consultation = _matter(scene, int(scene.call.held["household_id"]))
    if household is None or consultation is None:
        return NOTHING_LEFT
    taken = answer_by_phone(
        scene.session,
        consultation=consultation,
        phone=scene.call.phone,
        answer=Answer(value),
        channel=Channel.CALL,
        words="",
        now=scene.now,
        household_id=household.id,
    )
    if taken.why in (Why.COUNTED, Why.SAME):
        return AskMenu(Place("consult_right"), before=(Line(f"voice.neighbours.noted_{value}"),))
    if taken.why is Why.OTHER_PHONE:
        return thank(Line("voice.neighbours.told"))
    return NOTHING_LEFT


@action("ballot_right", "end", title="记得对:谢谢,再见")
def ballot_right(_scene: Scene, _value: str) -> Step:
    """End in thanks; silence leaves the answer as it is."""
    return thank()


def consult_pieces(scene: Scene) -> tuple[Piece, ...]:
    """Say who rings, and what is asked; the door only to a telephone of several households."""
    household, consultation = _matter(scene, int(scene.call.held["household_id"]))
    if household is None or consultation is None:
        return ()
    theirs = households_of_phone(scene.session, consultation.id, scene.call.phone or "")
    room = digits_spoken(household.place.rpartition("-")[2], scene.language)
    door = (Line("voice.neighbours.consult_door", {"room": room}),) if len(theirs) > 1 else ()
    return (
        opening(scene),
        Line("voice.callback.check"),
        Line("voice.neighbours.consult"),
        *door,
        Words(consultation.words),
    )


def told_pieces(scene: Scene) -> tuple[Piece, ...]:
    """Say who rings, and what came of the question."""
    return (
        opening(scene),
        Line("voice.neighbours.result"),
        Words(str(scene.call.held.get("told_words", ""))),
    )


def _matter(scene: Scene, household_id: int) -> tuple[HouseholdRow | None, ConsultationRow | None]:
    household = household_by_id(scene.session, household_id)
    if household is None:
        return None, None
    return household, consultation_by_id(scene.session, household.consultation_id)
