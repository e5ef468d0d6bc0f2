"""A staff reading → core → words: everything they do daily, with one thumb."""

from __future__ import annotations

from datetime import timedelta

from core.alarms.queries import alarm_calls_of, newest_drill, ringing_alarms, was_alarmed
from core.alarms.rules import AlarmState
from core.cases.queries import open_cases_of_staff
from core.cases.rules import CaseStatus, Channel
from core.cases.taking import take_alarm
from core.errors import Refusal
from core.staff.rules import Role
from core.staff.tables import StaffRow
from sms.commands import (
    CASE_COMMANDS,
    Accept,
    Answer,
    AskHelp,
    CallNote,
    Code,
    Command,
    EndDuty,
    EnterFor,
    FinishTask,
    FreeWords,
    Look,
    Mine,
    Nothing,
    Reading,
    ReportTrouble,
    SmallTalk,
    StartDuty,
)
from sms.conversation import Incoming, Reply, numbered
from sms.keywords import parse
from sms.neighbour_commands import NEIGHBOUR_COMMANDS
from sms.points_commands import KEEPER_COMMANDS
from sms.replies import reply_to_resident
from sms.replies_emergency import answer_emergency, answer_possible_emergency
from sms.staff_answers import answer_staff_code, answer_staff_digit
from sms.staff_duty import go_off_duty, go_on_duty
from sms.staff_entering import enter_case
from sms.staff_freely import answer_free_words
from sms.staff_moves import obey_about_case
from sms.staff_neighbours import obey_neighbour_command
from sms.staff_points import record_points
from sms.staff_tasks import finish, keep_call_note, list_mine

_DRILL_REMEMBERED = timedelta(minutes=30)


def reply_to_staff(incoming: Incoming, staff: StaffRow, reading: Reading) -> Reply:
    """Answer one text of a member of staff; a refusal is told in its own words."""
    command = reading.commands[0]
    emergency = reading.emergency
    if isinstance(command, FreeWords) and emergency is not None:
        is_sure = emergency.certainty == "sure"
        return (answer_emergency if is_sure else answer_possible_emergency)(incoming, emergency)
    try:
        if isinstance(command, EnterFor):
            return enter_case(incoming, staff, command.words, emergency)
        return _obey(incoming, staff, command)
    except Refusal as refusal:
        return Reply(incoming.say(refusal.key, **refusal.slots), f"refused: {refusal.key}")


def _obey(incoming: Incoming, staff: StaffRow, command: Command) -> Reply:
    if isinstance(command, Look) and command.number is None:
        return list_mine(incoming, staff)
    if isinstance(command, Accept) and command.number is None:
        drill = None if _is_rung(incoming, staff) else _take_drill(incoming, staff)
        if drill is not None:
            return drill
    if isinstance(command, CASE_COMMANDS):
        return obey_about_case(incoming, staff, command)
    match command:
        case Answer(digit, words):
            return answer_staff_digit(incoming, staff, digit, words)
        case Code(code):
            return answer_staff_code(incoming, staff, code)
        case FinishTask():
            return finish(incoming, staff, command)
        case CallNote():
            return keep_call_note(incoming, staff, command)
        case FreeWords(words):
            return _free_words(incoming, staff, words)
        case _:
            return _obey_plain(incoming, staff, command)


def _obey_plain(incoming: Incoming, staff: StaffRow, command: Command) -> Reply:
    """Obey what needs no case."""
    if isinstance(command, NEIGHBOUR_COMMANDS):
        return obey_neighbour_command(incoming, staff, command)
    if isinstance(command, KEEPER_COMMANDS):
        return record_points(incoming, staff, command)
    match command:
        case Mine():
            return list_mine(incoming, staff)
        case StartDuty():
            return go_on_duty(incoming, staff)
        case EndDuty():
            return go_off_duty(incoming, staff)
        case AskHelp():
            return _help(incoming, staff)
        case SmallTalk() | Nothing():
            return _answer_talk(incoming, staff)
        case _:
            return answer_free_words(incoming, staff, incoming.words)


def _help(incoming: Incoming, staff: StaffRow) -> Reply:
    """Say what can be texted; whoever only keeps points is spared the rest."""
    if list(staff.roles) == [Role.POINTS_KEEPER]:
        return Reply(incoming.say("sms.points.keeper_help"), "help")
    return Reply(incoming.say("sms.staff.help"), "help")


def _free_words(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    """Let staff who live here use the residents' commands too (进度, 人工)."""
    reading = parse(words)
    if isinstance(reading.commands[0], ReportTrouble) or len(words) > 20:
        return answer_free_words(incoming, staff, words)
    return _as_command_or_words(incoming, staff, reading, words)


def _as_command_or_words(
    incoming: Incoming, staff: StaffRow, reading: Reading, words: str
) -> Reply:
    if type(reading.commands[0]).__name__ in ("Chase", "BorrowedPhone", "OptOut", "OptIn"):
        return answer_free_words(incoming, staff, words)
    return reply_to_resident(incoming, reading)


def _answer_talk(incoming: Incoming, staff: StaffRow) -> Reply:
    """Answer 收到: whoever has a case to accept is told that this does not accept it."""
    waiting = [
        case
        for case in open_cases_of_staff(incoming.session, staff)
        if case.status in (CaseStatus.RECEIVED, CaseStatus.DISPATCHED)
    ]
    if waiting:
        return Reply(incoming.say("sms.staff.not_accepted_yet", **numbered(waiting[0])), "talk")
    return Reply(incoming.say("sms.staff.fine"), "talk")


def _is_rung(incoming: Incoming, staff: StaffRow) -> bool:
    """Tell whether a real alarm rings for somebody: it goes before every drill."""
    return any(
        alarm.case_id is not None
        and was_alarmed(incoming.session, case_id=alarm.case_id, staff_id=staff.id)
        for alarm in ringing_alarms(incoming.session, incoming.community.id)
    )


def _take_drill(incoming: Incoming, staff: StaffRow) -> Reply | None:
    """Let 接 alone take the drill that this person was told of; whoever is late is told so."""
    drill = newest_drill(incoming.session, incoming.community.id)
    if drill is None or incoming.now - drill.started_at > _DRILL_REMEMBERED:
        return None
    told = {call.staff_id for call in alarm_calls_of(incoming.session, drill.id)}
    if staff.id not in told:
        return None
    if drill.state == AlarmState.ENDED:
        return Reply(incoming.say("sms.alarm.drill_over"), "drill: over")
    take_alarm(incoming.session, drill, staff=staff, channel=Channel.SMS, now=incoming.now)
    return Reply(incoming.say("sms.alarm.yours_drill"), "drill")
