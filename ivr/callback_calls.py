"""Calls that we owe: is it solved, or where does it stand; each key is kept as it is pressed."""

from __future__ import annotations

from core.callbacks.operations import (
    heard_progress,
    mark_surveyed,
    record_answer,
    record_outcome,
    record_satisfied,
)
from core.callbacks.queries import CallbackScript, may_ask_satisfied, script_of
from core.callbacks.rules import CallbackKind, Outcome
from core.callbacks.spoken import matter_spoken
from core.calls.operations import remember
from core.cases.queries import case_by_number
from core.cases.rules import Channel
from core.wording.catalogue import say
from ivr.actions import action
from ivr.engine import Place
from ivr.inbound_reporting import due_day_spoken, responsible_spoken
from ivr.pieces import Line, Piece
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Step


def begin_callback(scene: Scene, callback_ids: list[int]) -> Step:
    """Say who rings, and ask for the right person; nothing private before their key."""
    scripts = script_of(scene.session, callback_ids)
    if not scripts:
        # everything was settled while the telephone rang
        return End((Line("voice.callback.nothing_left"),))
    first = scripts[0]
    language = scene.language
    slots = {
        "leader": first.leader_called or say("voice.common.leader_unknown", language),
        "called": first.called or say("voice.common.called_unknown", language),
    }
    remember(scene.call, callback_ids=callback_ids, slots=slots)
    return AskMenu(Place("who"))


@action("right_person", "solved", "progress", "end", title="是本人:说这件事")
def right_person(scene: Scene, _value: str) -> Step:
    """Begin with the first matter."""
    remember(scene.call, confirmed=True)
    return next_matter(scene, ())


@action("not_now", "end", title="不在或不方便:改天再打")
def not_now(scene: Scene, _value: str) -> Step:
    """Ask nothing more; the next try is another time."""
    note_outcome(scene, Outcome.NOT_NOW)
    return End((Line("voice.callback.later"),))


@action("wrong_number", "end", title="打错了:不再打这个号码")
def wrong_number(scene: Scene, _value: str) -> Step:
    """Apologise; nobody rings this number any more."""
    note_outcome(scene, Outcome.WRONG_NUMBER)
    return End((Line("voice.callback.sorry_wrong"),))


@action("solved", "solved", "progress", "satisfied", "end", title="办好了就结案,没好就重办")
def solved(scene: Scene, value: str) -> Step:
    """Keep the answer about this matter, and go on with the next."""
    callback_id = int(scene.call.held["callback_id"])
    record_answer(
        scene.session,
        callback_id,
        solved=value == "yes",
        channel=Channel.CALL,
        now=scene.now,
    )
    if value == "yes":
        remember(scene.call, solved_id=callback_id)
        return next_matter(scene, (Line("voice.callback.thanks_solved"),))
    return next_matter(scene, _comes_again(scene))


@action("satisfied", "end", title="记下满意不满意")
def satisfied(scene: Scene, value: str) -> Step:
    """Keep how satisfied the resident is."""
    callback_id = int(scene.call.held["solved_id"])
    record_satisfied(
        scene.session, callback_id, satisfied=value, channel=Channel.CALL, now=scene.now
    )
    return End((Line("voice.callback.thanks"),))


@action("callback_silent", "end", title="没人答:说打哪个号码,再见")
def callback_silent(scene: Scene, _value: str) -> Step:
    """Say the number to ring and end; a machine, if it is one, has heard enough."""
    if is_machine(scene.call.machine) and not scene.call.held.get("confirmed"):
        note_outcome(scene, Outcome.MACHINE)
        return End()
    note_outcome(scene, Outcome.SILENCE)
    return End((Line("voice.callback.silent"),))


@action("callback_thanks", "end", title="谢谢,再见")
def callback_thanks(_scene: Scene, _value: str) -> Step:
    """End in thanks."""
    return End((Line("voice.callback.thanks"),))


@action("progress_was_heard", title="记下本人听到了")
def progress_was_heard(scene: Scene, _value: str) -> Step:
    """Note that the right person heard it to its end, or pressed a key over it."""
    heard_progress(scene.session, int(scene.call.held["callback_id"]), now=scene.now)
    return End()


@action("progress_heard", "solved", "progress", "end", title="听明白了:下一件,或再见")
def progress_heard(scene: Scene, _value: str) -> Step:
    """Go on with the next matter."""
    return next_matter(scene, ())


def next_matter(scene: Scene, before: tuple[Piece, ...]) -> Step:
    """Speak the next matter of this call; after the last one ask how it was, once a week."""
    held = scene.call.held
    done = list(held.get("done_ids", []))
    scripts = script_of(scene.session, held["callback_ids"])
    script = next((entry for entry in scripts if entry.callback_id not in done), None)
    if script is None:
        return _last_question(scene, before)
    remember(
        scene.call,
        done_ids=[*done, script.callback_id],
        callback_id=script.callback_id,
        case_number=script.case_number,
        slots={**held["slots"], "matter": _matter(scene, script)},
    )
    return _speak(scene, script, before)


def _speak(scene: Scene, script: CallbackScript, before: tuple[Piece, ...]) -> Step:
    if script.kind == CallbackKind.CONFIRM:
        return AskMenu(Place("solved"), before=before)
    words = "" if script.apology else script.progress_words
    remember(scene.call, progress_words=words or None)
    return AskMenu(Place("progress"), before=before)


def _last_question(scene: Scene, before: tuple[Piece, ...]) -> Step:
    solved_id = scene.call.held.get("solved_id")
    if solved_id is None or not may_ask_satisfied(scene.session, [solved_id], now=scene.now):
        last = "voice.callback.thanks" if solved_id or before else "voice.progress.thanks"
        return End((*before, Line(last)))
    mark_surveyed(scene.session, solved_id, now=scene.now)
    return AskMenu(Place("satisfied"), before=before)


def _matter(scene: Scene, script: CallbackScript) -> str:
    return matter_spoken(script.summary, script.case_number, scene.language)


def _comes_again(scene: Scene) -> tuple[Piece, ...]:
    """Promise what the reopened case promises: who comes, and by when they hear from us."""
    number = int(scene.call.held["case_number"])
    case = case_by_number(scene.session, scene.community.id, number)
    thanks = Line("voice.callback.thanks_not_solved")
    if case is None:
        return (thanks,)
    slots = {"who": responsible_spoken(scene, case), "day": due_day_spoken(scene, case)}
    return (
        thanks,
        Line("voice.callback.sends_again", slots),
        Line("voice.callback.by_day", slots),
    )


def note_outcome(scene: Scene, outcome: Outcome) -> None:
    """Keep how this try ended as soon as it is known; the line may break any moment."""
    if scene.call.outbox_id is None or "callback_ids" not in scene.call.held:
        return
    record_outcome(scene.session, outbox_id=scene.call.outbox_id, outcome=outcome, now=scene.now)


def is_machine(label: str) -> bool:
    """Tell whether the provider's label names a machine; a key always wins over it."""
    return label.startswith(("machine", "fax"))
