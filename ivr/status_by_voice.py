"""Where a caller's matters stand: the newest three of this telephone, by number and state."""

from __future__ import annotations

from core.calls.operations import remember
from core.cases.queries import newest_cases_of_phone
from core.cases.tables import CaseRow
from core.residents.queries import residents_of_phone
from core.wording.ear import case_number_spoken
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line, Piece
from ivr.reaching_people import ring_people
from ivr.scene import Scene
from ivr.steps import AskMenu, Step


@action(
    "status",
    "anything_else",
    "person",
    "recorder",
    title="说最近三件事办到哪了(只说编号和状态);没登记的电话转人工",
)
def status(scene: Scene, _value: str) -> Step:
    """Say number and state only, and to registered telephones: a caller's number proves no more."""
    call = scene.call
    if call.phone and not residents_of_phone(scene.session, call.community_id, call.phone):
        return ring_people(scene, (Line("voice.status.unregistered"),))
    cases = newest_cases_of_phone(scene.session, call.community_id, call.phone, limit=3)
    remember(call, served=True)
    lines: tuple[Piece, ...] = tuple(_state(scene, case) for case in cases)
    none = "voice.status.none" if call.phone else "voice.status.hidden"
    before = lines or (Line(none),)
    return AskMenu(Place("anything_else"), before=before)


def _state(scene: Scene, case: CaseRow) -> Line:
    number = case_number_spoken(case.number, scene.language)
    return Line(f"voice.status.{case.status}", {"number": number})
