"""Calls of a notice: read by the voice, 1 heard, 2 no more notices."""

from __future__ import annotations

from core.calls.operations import remember
from core.notices.queries import notice_of_phone
from core.reaching.rules import Outcome
from core.residents.operations import opt_out
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line, Piece, Words
from ivr.reach_calls import NOTHING_LEFT, note, opening, thank
from ivr.scene import Scene
from ivr.steps import AskMenu, Step


def begin_notice(scene: Scene, phone_id: int) -> Step:
    """Read a notice out, unless it was stopped or its time is over."""
    notice = notice_of_phone(scene.session, phone_id)
    over = notice is None or notice.stopped_at is not None
    if notice is None or over or (notice.expires_at and notice.expires_at <= scene.now):
        return NOTHING_LEFT
    remember(scene.call, notice_words=notice.words)
    return AskMenu(Place("notice"))


@action("reach_no_more", "end", title="以后不要通知:记下,再见")
def reach_no_more(scene: Scene, _value: str) -> Step:
    """Opt this telephone out of notices."""
    note(scene, Outcome.REFUSED)
    if scene.call.phone is not None:
        opt_out(scene.session, scene.call.community_id, scene.call.phone, scene.now)
    return thank(Line("voice.neighbours.no_more_done"))


def notice_pieces(scene: Scene) -> tuple[Piece, ...]:
    """Say who rings, and the notice."""
    return (
        opening(scene),
        Line("voice.neighbours.notice"),
        Words(str(scene.call.held.get("notice_words", ""))),
    )
