"""Our call to somebody who has only a landline: a reward was ordered, was it you? 2 lets it go."""

from __future__ import annotations

from core.calls.operations import remember
from core.points.queries import redemption_by_id
from core.points.rules import RedemptionState
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Step


def begin_announcement(scene: Scene, redemption_id: int) -> Step:
    """Say that something was ordered from this telephone; what it is follows their key."""
    redemption = redemption_by_id(scene.session, redemption_id)
    if redemption is None or redemption.state != RedemptionState.RESERVED:
        remember(scene.call, confirmed=True)
        return End((Line("voice.callback.nothing_left"),))
    remember(
        scene.call,
        points_taken=["reward", redemption.id],
        points_resident=redemption.resident_id,
    )
    return AskMenu(Place("announced"))


@action("mine", "taken", title="是我换的:念取的号")
def mine(scene: Scene, _value: str) -> Step:
    """Read the code out, slowly enough to be written down; * says it again."""
    remember(scene.call, confirmed=True)
    return AskMenu(Place("taken"))


@action("nobody_there", "end", title="没人答:再见,请人转告")
def nobody_there(_scene: Scene, _value: str) -> Step:
    """End; a person tells them the code."""
    return End((Line("voice.callback.silent"),))
