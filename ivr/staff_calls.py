"""Calls to staff: an alarm to acknowledge, a recording to hear."""

from __future__ import annotations

from core.alarms.queries import alarm_by_id
from core.alarms.rules import AlarmKind, AlarmState
from core.alarms.tables import AlarmRow
from core.calls.operations import remember
from core.calls.queries import recordings_of_case
from core.cases.moves import accept_case
from core.cases.queries import case_by_id
from core.cases.rules import Actor, Channel, shown_number
from core.cases.tables import CaseRow
from core.cases.taking import take_alarm
from core.errors import Refusal
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow
from core.wording.catalogue import say
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line
from ivr.reaching_people import connect_resident
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Step

_MENUS: dict[AlarmKind, str] = {
    AlarmKind.EMERGENCY: "alarm",
    AlarmKind.POSSIBLE: "alarm_possible",
    AlarmKind.RECORDING: "alarm_recording",
    AlarmKind.DRILL: "alarm_drill",
}
_END_OF_DRILL = End((Line("voice.staff.acknowledged_drill"), Line("voice.staff.goodbye")))


def begin_alarm(scene: Scene, alarm_id: int) -> Step:
    """Say at once what it is; key 1 acknowledges."""
    alarm = alarm_by_id(scene.session, alarm_id)
    if alarm is None or alarm.state == AlarmState.ENDED:
        return End((Line("voice.staff.alarm_over"),))
    remember(scene.call, alarm=alarm_id, slots={"danger": _danger_words(scene, alarm)})
    return AskMenu(Place(_MENUS[AlarmKind(alarm.kind)]))


def begin_listen(scene: Scene, case_id: int) -> Step:
    """Play what the resident said."""
    case = case_by_id(scene.session, case_id)
    if case is None:
        return End((Line("voice.staff.recording_missing"), Line("voice.staff.goodbye")))
    scene.call.case_id = case.id
    remember(scene.call, case_number=shown_number(case.number))
    return AskMenu(Place("listen"))


@action("alarm_acknowledge", "listen", "end", title="知道了:停止叫人,电话地址发短信")
def alarm_acknowledge(scene: Scene, _value: str) -> Step:
    """Stop the ladder; whoever acknowledged a recording hears it now."""
    alarm = _acknowledged(scene)
    if alarm is None:
        return End((Line("voice.staff.alarm_over"),))
    if alarm.kind == AlarmKind.DRILL:
        return _END_OF_DRILL
    case_id = alarm.case_id
    is_recording = alarm.kind == AlarmKind.RECORDING
    if is_recording and case_id and recordings_of_case(scene.session, case_id):
        return begin_listen(scene, case_id)
    return End((Line("voice.staff.acknowledged"), Line("voice.staff.goodbye")))


@action("alarm_connect", "person", "end", title="知道了,马上接通居民")
def alarm_connect(scene: Scene, _value: str) -> Step:
    """Acknowledge and ring the resident."""
    alarm = _acknowledged(scene)
    if alarm is not None and alarm.kind == AlarmKind.DRILL:
        return _END_OF_DRILL  # there is nobody to speak with
    return connect_resident(scene, alarm.phone if alarm else None)


@action("alarm_unanswered", "end", title="没按1:接着叫下一个人")
def alarm_unanswered(_scene: Scene, _value: str) -> Step:
    """End; the ladder goes on by itself."""
    return End((Line("voice.staff.unanswered"),))


@action("listen_accept", "end", title="接单")
def listen_accept(scene: Scene, _value: str) -> Step:
    """Accept the case whose recording was heard."""
    case, staff = _case_and_staff(scene)
    if case is None or staff is None:
        return End((Line("voice.staff.already"),))
    try:
        accept_case(
            scene.session,
            case,
            actor=Actor(staff.key, staff.id),
            channel=Channel.CALL,
            now=scene.now,
        )
    except Refusal:
        return End((Line("voice.staff.already"),))
    return End((Line("voice.staff.accepted"),))


@action("resident", "person", "end", title="接通居民")
def resident(scene: Scene, _value: str) -> Step:
    """Ring the resident of the case."""
    case, _ = _case_and_staff(scene)
    return connect_resident(scene, case.phone if case else None)


@action("staff_goodbye", "end", title="再见")
def staff_goodbye(_scene: Scene, _value: str) -> Step:
    """End."""
    return End((Line("voice.staff.goodbye"),))


def _acknowledged(scene: Scene) -> AlarmRow | None:
    alarm = alarm_by_id(scene.session, int(scene.call.held.get("alarm", 0)))
    staff = staff_by_id(scene.session, scene.call.staff_id)
    if alarm is None or staff is None:
        return None
    take_alarm(scene.session, alarm, staff=staff, channel=Channel.CALL, now=scene.now)
    return alarm


def _case_and_staff(scene: Scene) -> tuple[CaseRow | None, StaffRow | None]:
    case = case_by_id(scene.session, scene.call.case_id or 0)
    return case, staff_by_id(scene.session, scene.call.staff_id)


def _danger_words(scene: Scene, alarm: AlarmRow) -> str:
    kind = "drill" if alarm.kind == AlarmKind.DRILL else (alarm.danger or "other")
    return say(f"voice.danger.{kind}", scene.language)
