"""Which flow a call about the neighbourhood begins."""

from __future__ import annotations

from collections.abc import Callable

from core.calls.operations import remember
from core.reaching.queries import reach_by_id
from core.reaching.rules import ReachPurpose
from ivr.consultation_calls import begin_consultation, begin_result
from ivr.notice_calls import begin_notice
from ivr.reach_calls import NOTHING_LEFT
from ivr.scene import Scene
from ivr.standing_calls import begin_contact, begin_standing, begin_welfare
from ivr.steps import Step


def begin_reach(scene: Scene, reach_id: int) -> Step:
    """Begin the flow of what a telephone is rung about."""
    row = reach_by_id(scene.session, reach_id)
    if row is None:
        return NOTHING_LEFT
    remember(scene.call, reach_id=row.id)
    return _BEGIN[ReachPurpose(row.purpose)](scene, row.about_id)


_BEGIN: dict[ReachPurpose, Callable[[Scene, int], Step]] = {
    ReachPurpose.CONSULTATION: begin_consultation,
    ReachPurpose.RESULT: begin_result,
    ReachPurpose.NOTICE: begin_notice,
    ReachPurpose.STANDING: begin_standing,
    ReachPurpose.WELFARE: begin_welfare,
    ReachPurpose.WELFARE_CONTACT: begin_contact,
}
