"""Reaching a person: the telephones on duty ring one after another, then the recorder."""

from __future__ import annotations

from core.calls.operations import ask_for_note, begin_report, open_emergency, remember
from core.cases.rules import CaseStatus, Category
from core.cases.tables import CaseRow
from core.staff.queries import alarm_list, on_duty, phone_of, staff_by_id
from core.staff.tables import StaffRow
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line, Piece
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Record, Ring, Step

_MOST_RUNG = 5  # nobody waits longer than that many times 20 seconds


@action("person", "person", "recorder", title="叫人:值班电话一个一个响,没人接就留言")
def person(scene: Scene, _value: str) -> Step:
    """Ring whoever is on duty, or at night the night list."""
    return ring_people(scene, (Line("voice.common.ringing"),))


@action("night_person", "person", "recorder", title="夜里要人马上来:立紧急件,叫人")
def night_person(scene: Scene, _value: str) -> Step:
    """Open the emergency and its alarm, then ring the night list for the caller."""
    if not scene.call.held.get("alarm_id"):
        open_emergency(scene.session, scene.call, now=scene.now)
    before = (Line("voice.receipt.emergency_first"), Line("voice.receipt.emergency"))
    return ring_people(scene, before)


def ring_people(scene: Scene, before: tuple[Piece, ...]) -> Step:
    """Begin with the first of those who are to be rung."""
    ids = [row.id for row in _people(scene)][:_MOST_RUNG]
    remember(scene.call, ring=ids, rung=0)
    return ring_next(scene, before)


def ring_next(scene: Scene, before: tuple[Piece, ...]) -> Step:
    """Ring the next person; after the last one the caller may leave a message."""
    rung = int(scene.call.held.get("rung", 0))
    people = list(scene.call.held.get("ring", []))
    if rung >= len(people):
        return leave_message(scene, (Line("voice.common.nobody"),))
    remember(scene.call, rung=rung + 1)
    number = phone_of(scene.session, people[rung])
    return Ring(number=number, staff_id=people[rung], before=before)


def leave_message(scene: Scene, before: tuple[Piece, ...]) -> Step:
    """Let the caller speak; what they say is a matter of its own, unless one is under way."""
    call = scene.call
    case = scene.session.get(CaseRow, call.case_id) if call.case_id else None
    under_way = case is not None and (
        case.status == CaseStatus.DRAFT or call.direction == "outbound" or call.held.get("alarm_id")
    )
    if not under_way and (case is not None or not call.held.get("category")):
        begin_report(scene.session, call, category=Category.OTHER, keyed=False)
    spoken = Line("voice.recorder.nobody_speak"), Line("voice.recorder.finish")
    return Record(before=(*before, *spoken))


def dialled(scene: Scene) -> Step:
    """Go on after a telephone rang: what decides is who pressed 1, not how the ringing ended."""
    call = scene.call
    if call.held.get("connecting"):
        return End((Line("voice.staff.goodbye"),))
    if call.taken_by is None:
        return ring_next(scene, (Line("voice.common.still_ringing"),))
    ask_for_note(scene.session, call, now=scene.now)
    remember(call, served=True)
    return AskMenu(Place("anything_else"))


def connect_resident(scene: Scene, phone: str | None) -> Step:
    """Connect a member of staff with the resident whom their call is about."""
    if phone is None:
        return End((Line("voice.staff.hidden"), Line("voice.staff.goodbye")))
    remember(scene.call, connecting=True)
    return Ring(number=phone, staff_id=None, before=(Line("voice.staff.connecting"),))


def _people(scene: Scene) -> list[StaffRow]:
    session, call = scene.session, scene.call
    where = (session, scene.community, scene.now, scene.calendar)
    rows = alarm_list(*where) if scene.is_night else on_duty(*where) or alarm_list(*where)
    # whoever rings us from a duty phone is not rung on it
    return [row for row in rows if phone_of(session, row.id) != call.phone]


def staff_named(scene: Scene, staff_id: int) -> StaffRow | None:
    """Return one of those whom this call rings, nobody else."""
    known = staff_id in scene.call.held.get("ring", [])
    return staff_by_id(scene.session, staff_id) if known else None
