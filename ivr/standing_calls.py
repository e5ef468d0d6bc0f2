"""Calls of standing orders and welfare: as always? and: are you well?"""

from __future__ import annotations

from core.calls.operations import remember
from core.cases.rules import Channel
from core.reaching.rules import Outcome
from core.residents.queries import resident_by_id
from core.standing.operations import answer_run, say_safe
from core.standing.queries import is_live_round
from core.standing.rules import RunState
from core.standing.running import order_of, run_by_id
from core.standing.welfare import round_by_id, welfare_of
from core.wording.ear import date_spoken, name_spoken
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line
from ivr.reach_calls import NOTHING_LEFT, leader_of, note, thank
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Step

_SAID = {1: "standing_confirmed", 2: "standing_skipped"}


def begin_standing(scene: Scene, run_id: int) -> Step:
    """Ask for the right person first: what is fetched for somebody is nobody else's affair."""
    run = run_by_id(scene.session, run_id)
    if run is None or run.state != RunState.ASKED:
        return NOTHING_LEFT
    order = order_of(scene.session, run)
    resident = resident_by_id(scene.session, order.resident_id)
    remember(
        scene.call,
        run_id=run.id,
        slots={
            "called": name_spoken(resident.called, resident.reading) if resident else "",
            "matter": order.name,
            "day": date_spoken(run.serves_on, scene.language),
            "leader": leader_of(scene, resident),
        },
    )
    return AskMenu(Place("standing_who"))


@action("standing_yourself", "standing", title="是本人:问照旧不照旧")
def standing_yourself(_scene: Scene, _value: str) -> Step:
    """Say what it is about."""
    return AskMenu(Place("standing"))


@action("standing_later", "end", title="不在:过一会再打")
def standing_later(_scene: Scene, _value: str) -> Step:
    """Ring again later."""
    return End((Line("voice.callback.later"),))


@action("standing_answer", "end", title="定期帮办:照旧,或这次不用")
def standing_answer(scene: Scene, value: str) -> Step:
    """Take the answer."""
    note(scene, Outcome.ANSWERED)
    digit = int(value)
    answer_run(
        scene.session,
        int(scene.call.held["run_id"]),
        digit,
        channel=Channel.CALL,
        now=scene.now,
    )
    return thank(Line(f"voice.neighbours.{_SAID[digit]}"))


def begin_welfare(scene: Scene, round_id: int) -> Step:
    """Ask somebody who lives alone whether they are well; any key says yes."""
    row = round_by_id(scene.session, round_id)
    if row is None or not is_live_round(row):
        return NOTHING_LEFT
    remember(scene.call, round_id=row.id)
    return AskMenu(Place("welfare"))


@action("welfare_key", title="平安电话:按了任意键就记平安")
def welfare_key(scene: Scene, value: str) -> Step:
    """Note that they are well as soon as any key is pressed; silence is no answer."""
    if value:
        note(scene, Outcome.ANSWERED)
        number = int(scene.call.held["round_id"])
        say_safe(scene.session, number, said_by="resident", now=scene.now)
    return End()


@action("welfare_safe", "end", title="平安就好,再见")
def welfare_safe(_scene: Scene, _value: str) -> Step:
    """End warmly."""
    return thank(Line("voice.neighbours.welfare_good"))


def begin_contact(scene: Scene, round_id: int) -> Step:
    """Tell the named contact that nobody answered."""
    row = round_by_id(scene.session, round_id)
    if row is None or not is_live_round(row):
        return NOTHING_LEFT
    _, resident = welfare_of(scene.session, row)
    remember(
        scene.call,
        round_id=row.id,
        slots={
            "called": name_spoken(resident.called, resident.reading),
            "leader": leader_of(scene, resident),
        },
    )
    return AskMenu(Place("welfare_contact"))


@action("contact_safe", "end", title="联系人说人平安")
def contact_safe(scene: Scene, _value: str) -> Step:
    """Note that the contact knows them to be well."""
    note(scene, Outcome.ANSWERED)
    say_safe(scene.session, int(scene.call.held["round_id"]), said_by="contact", now=scene.now)
    return thank(Line("voice.neighbours.welfare_good"))


@action("contact_not", "end", title="联系人没联系上:网格长上门")
def contact_not(scene: Scene, _value: str) -> Step:
    """Send the grid leader at once."""
    note(scene, Outcome.ANSWERED)
    return End((Line("voice.neighbours.contact_door"), Line("voice.neighbours.thanks")))
