"""Reporting something: the category, the words after the tone, the receipt."""

from __future__ import annotations

from dataclasses import dataclass

from core.calls.operations import begin_report, keep_recording, open_spoken_case, remember
from core.calls.queries import draft_to_go_on
from core.cases.rules import Category, Urgency, shown_number
from core.cases.tables import CaseRow
from core.communities.queries import display_name
from core.outbox.operations import enqueue_text
from core.sla.hours import local_day, next_texting_time
from core.staff.queries import spoken_name, staff_by_id
from core.wording.catalogue import say, text
from core.wording.days import day_words
from core.wording.ear import case_number_spoken, day_spoken
from ivr.actions import action
from ivr.caller_wishes import change_pace, switch_language
from ivr.engine import How, Place
from ivr.menus import RECORDER
from ivr.pieces import Line, Piece
from ivr.reaching_people import leave_message, person, ring_people
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Record, Step

_SPEAK = Place("speak")
_MOST_ROUNDS = 5  # of ringing for a caller in danger whose number is hidden


@dataclass(frozen=True)
class Heard:
    """What a recorder gave: ``provider_id`` is empty where nobody said anything."""

    key: str
    provider_id: str = ""
    url: str = ""
    seconds: int = 0
    typed_words: str = ""


@action("record", "speak", title="记下是哪一类,请来电人说")
def record(scene: Scene, value: str) -> Step:
    """Begin a report of the category that was chosen."""
    begin_report(scene.session, scene.call, category=value)
    return AskMenu(_SPEAK)


@action("go_on", "speak", title="接着上回没说完的事说")
def go_on(scene: Scene, _value: str) -> Step:
    """Go on with the draft that a broken call left."""
    call = scene.call
    draft = draft_to_go_on(
        scene.session, community_id=call.community_id, phone=call.phone, now=scene.now
    )
    if draft is None:
        begin_report(scene.session, call, category=Category.OTHER)
        return AskMenu(_SPEAK)
    call.case_id = draft.id
    remember(call, category=draft.category)
    return AskMenu(_SPEAK)


@action("start_recording", "recorder", title="响声,录音")
def start_recording(_scene: Scene, _value: str) -> Step:
    """Sound the tone."""
    return Record()


def recorded(scene: Scene, heard: Heard) -> Step:
    """Take what was said, or its absence, and go on."""
    if not heard.provider_id or heard.seconds == 0:
        return _nothing_said(scene, heard.key)
    call = scene.call
    remember(call, no_sound=None)
    keep_recording(
        scene.session,
        call=call,
        provider_id=heard.provider_id,
        url=heard.url,
        seconds=heard.seconds,
        status="in-progress",  # the recording callback says whether it was completed
        now=scene.now,
        typed_words=heard.typed_words,
    )
    case = open_spoken_case(scene.session, call, now=scene.now)
    if heard.seconds >= RECORDER.longest_seconds - 1 and not heard.key:
        return Record(before=(Line(RECORDER.go_on),))
    return _after_words(scene, heard.key, case)


def _after_words(scene: Scene, key: str, case: CaseRow | None) -> Step:
    """Obey the key that ended a recording; none, # and a figure mean finished."""
    match key:
        case "0":
            return person(scene, "")
        case "*":
            return AskMenu(_SPEAK)
        case "8":
            switch_language(scene, "")
            return AskMenu(_SPEAK)
        case "9":
            change_pace(scene, "")
            return AskMenu(_SPEAK)
    current = case or (scene.session.get(CaseRow, scene.call.case_id or 0))
    before = receipt(scene, current) if current else ()
    return AskMenu(Place("anything_else"), before=before)


def _nothing_said(scene: Scene, key: str) -> Step:
    if key == "0":
        return person(scene, "")
    call = scene.call
    silent = int(call.held.get("no_sound", 0)) + 1
    if silent < RECORDER.patience:
        remember(call, no_sound=silent)
        return AskMenu(_SPEAK, How.SHORT)
    remember(call, no_sound=None)
    if call.held.get("alarm_id"):
        return _let_them_ring_back(scene)
    if call.held.get("served") or call.case_id is not None:
        return End((Line("voice.common.goodbye"),))
    if "ring" not in call.held:
        return person(scene, "")
    again = "voice.recorder.rings_back" if call.phone else "voice.recorder.rings_again"
    return End((Line("voice.recorder.nothing"), Line(again), Line("voice.common.goodbye")))


def _let_them_ring_back(scene: Scene) -> Step:
    """Free the line of somebody in danger: whoever acknowledges the alarm rings it.

    A hidden number cannot be rung, so there the people are rung once more instead.
    """
    rounds = int(scene.call.held.get("rounds", 0))
    if scene.call.phone is None and rounds < _MOST_ROUNDS:
        remember(scene.call, rounds=rounds + 1)
        return ring_people(scene, (Line("voice.common.still_ringing"),))
    return End((Line("voice.receipt.emergency"), Line("voice.recorder.rings_back")))


def receipt(scene: Scene, case: CaseRow) -> tuple[Piece, ...]:
    """Say the number, who is responsible and until when; text the same to a mobile."""
    told = scene.call.held.get("told_cases", [])
    if case.id in told or scene.call.direction == "outbound":
        return (Line("voice.receipt.added"),)
    remember(scene.call, told_cases=[*told, case.id])
    if case.urgency == Urgency.EMERGENCY:
        return (Line("voice.receipt.emergency"),)
    number = case_number_spoken(case.number, scene.language)
    _text_receipt(scene, case)
    first = (Line("voice.receipt.number", {"number": number}),)
    tonight = (Line("voice.receipt.tonight"),) if scene.is_night else ()
    slots = {"who": responsible_spoken(scene, case), "day": due_day_spoken(scene, case)}
    return (
        *first,
        Line("voice.receipt.who", slots),
        Line("voice.receipt.by_day", slots),
        *tonight,
    )


def responsible(scene: Scene, case: CaseRow) -> str:
    """Name who is responsible, as residents know them."""
    staff = staff_by_id(scene.session, case.assignee_id)
    return staff.called if staff else say("voice.common.responsible_unknown", scene.language)


def responsible_spoken(scene: Scene, case: CaseRow) -> str:
    """Name who is responsible, as it is read aloud."""
    staff = staff_by_id(scene.session, case.assignee_id)
    return spoken_name(staff) if staff else say("voice.common.responsible_unknown", scene.language)


def due_day_spoken(scene: Scene, case: CaseRow) -> str:
    """Name the day by which the resident hears from us, as an ear takes it in."""
    day = local_day(scene.office, case.due_at)
    return day_spoken(day, local_day(scene.office, scene.now), scene.language)


def due_day(scene: Scene, case: CaseRow) -> str:
    """Name the day by which the resident hears from us."""
    day = local_day(scene.office, case.due_at)
    return day_words(day, local_day(scene.office, scene.now), scene.language)


def _text_receipt(scene: Scene, case: CaseRow) -> None:
    """Send what was just said, where it can be read again; a landline gets no text."""
    if scene.call.phone is None:
        return
    words = text(
        "sms.call.receipt",
        scene.language,
        community=display_name(scene.community, scene.language),
        number=shown_number(case.number),
        who=responsible(scene, case),
        day=due_day(scene, case),
        phone=scene.staffed_number(),
    )
    enqueue_text(
        scene.session,
        community_id=case.community_id,
        to=scene.call.phone,
        words=words,
        purpose="receipt",
        key=f"call-receipt:{case.id}",
        now=scene.now,
        not_before=next_texting_time(scene.office, scene.now),
        case_id=case.id,
    )


@action("quiet_end", "recorder", "end", title="没人说话:还没留言就请留言,留过了就再见")
def quiet_end(scene: Scene, _value: str) -> Step:
    """End with somebody who said all they wanted; anybody else may still speak."""
    if scene.call.case_id is not None or scene.call.held.get("conversation", 0) > 0:
        return End((Line("voice.common.goodbye"),))
    return leave_message(scene, ())


@action("finish", "anything_else", "person", "end", title="说完了")
def finish(scene: Scene, _value: str) -> Step:
    """End the call of somebody who has finished; nobody is let go with nothing said."""
    call = scene.call
    if call.direction == "outbound" or call.case_id or call.held.get("served"):
        return End((Line("voice.common.goodbye"),))
    if call.menu == "anything_else":
        return person(scene, "")
    return AskMenu(Place("anything_else"))
