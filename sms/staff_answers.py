"""Digits and codes of staff: each belongs to the question or the command that waits for it."""

from __future__ import annotations

from collections.abc import Callable

from core.alarms.operations import record_reached
from core.alarms.queries import alarm_by_id, ringing_alarms, was_alarmed
from core.cases.queries import case_by_id, case_by_number
from core.cases.rules import Channel
from core.cases.taking import take_alarm
from core.questions.operations import settle
from core.questions.queries import open_question
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.refusals.operations import note_refused
from core.staff.codes import code_waits, take_code
from core.staff.tables import StaffRow
from sms.commands import Look
from sms.conversation import Incoming, Reply
from sms.keeper_deeds import do_deeds
from sms.replies_answers import answer_digit
from sms.staff_cases import chosen_command, may_touch
from sms.staff_closing import ask_second, settle_close
from sms.staff_duty import ask_successor, leave, settle_handover
from sms.staff_entering import settle_person
from sms.staff_freely import settle_free_words
from sms.staff_moves import obey_about_case
from sms.staff_neighbours import PROVED
from sms.staff_notices import answer_second as answer_about_notice
from sms.staff_points import COMMAND as POINTS
from sms.staff_points import deeds_of
from sms.staff_points_answers import answer_about_deed, answer_second_person, is_about_deed
from sms.staff_transfers import transfer_to_chosen

_StaffAnswer = Callable[[Incoming, StaffRow, QuestionRow, int], Reply | None]


def answer_staff_digit(incoming: Incoming, staff: StaffRow, digit: int, words: str) -> Reply:
    """Give a digit to the question that is open on this phone."""
    question = open_question(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    if question is None and digit == 1:
        taken = _take_ringing(incoming, staff)
        if taken is not None:
            return taken
    answer = _answer_to(question) if question is not None else None
    if question is None or answer is None:
        return answer_digit(incoming, digit, words)
    answered = answer(incoming, staff, question, digit)
    return answered or Reply(question.words, "not a choice")


def _answer_to(question: QuestionRow) -> _StaffAnswer | None:
    """Choose what takes a digit; None: it was asked of a resident, who may be staff too."""
    if is_about_deed(question):
        return answer_about_deed
    if "wish" in question.about:
        return None
    return _ANSWERS.get(QuestionKind(question.kind))


def answer_staff_code(incoming: Incoming, staff: StaffRow, code: str) -> Reply:
    """Take the digits of a code: the code that waits, else the number of a case to look at."""
    phone = incoming.phone or ""
    if code_waits(incoming.session, incoming.community.id, phone, incoming.real_now) is None:
        return _look_at(incoming, staff, int(code))
    proved = take_code(
        incoming.session,
        community=incoming.community,
        phone=phone,
        code=code,
        real_now=incoming.real_now,
    )
    if proved is None:
        note_refused(incoming.session, "text", "wrong code", real_now=incoming.real_now)
        return Reply(incoming.say("sms.resident.code_wrong"), "code: wrong")
    arguments = proved.waiting["arguments"]
    if proved.waiting["command"] == "end_duty":
        return leave(incoming, staff)
    if proved.waiting["command"] == POINTS:
        return do_deeds(incoming, staff, deeds_of(arguments))
    if proved.waiting["command"] in PROVED:
        return PROVED[proved.waiting["command"]](incoming, staff, arguments)
    case = case_by_id(incoming.session, arguments["case_id"])
    if proved.waiting["command"] == "close" and case is not None:
        return ask_second(incoming, staff, case, arguments["reason"])
    return Reply(incoming.say("sms.staff.fine"), "code")


def _look_at(incoming: Incoming, staff: StaffRow, number: int) -> Reply:
    case = case_by_number(incoming.session, incoming.community.id, number)
    if case is not None and may_touch(incoming, staff, case):
        return obey_about_case(incoming, staff, Look(number))
    return Reply(incoming.say("sms.staff.stray_digits", digits=f"{number:02d}"), "stray digits")


def _take_ringing(incoming: Incoming, staff: StaffRow) -> Reply | None:
    """Let a bare 1 take the alarm that rings for this person."""
    for alarm in ringing_alarms(incoming.session, incoming.community.id):
        if alarm.case_id is not None and was_alarmed(
            incoming.session, case_id=alarm.case_id, staff_id=staff.id
        ):
            take_alarm(incoming.session, alarm, staff=staff, channel=Channel.SMS, now=incoming.now)
            return Reply(incoming.say("sms.staff.alarm_taken"), "alarm", alarm.case_id)
    return None


def _free_words(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    if digit not in (1, 2, 3):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    return settle_free_words(incoming, staff, question.about, digit)


def _staff_case(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    chosen = _chosen(question, digit)
    case = case_by_id(incoming.session, chosen) if chosen is not None else None
    if case is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    return obey_about_case(incoming, staff, chosen_command(question.about, case))


def _person(incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int) -> Reply | None:
    chosen = _chosen(question, digit)
    if chosen is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    if "transfer_of" in question.about:
        return transfer_to_chosen(incoming, staff, question.about, chosen)
    return settle_person(incoming, staff, question.about, chosen)


def _handover(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    if "from_staff_id" in question.about:
        if digit not in (1, 2):
            return None
        settle(incoming.session, question, str(digit), incoming.now)
        return settle_handover(incoming, staff, question.about["from_staff_id"], agreed=digit == 1)
    chosen = _chosen(question, digit)
    if chosen is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    return ask_successor(incoming, staff, chosen)


def _confirm_close(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    if digit not in (1, 2):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    return settle_close(incoming, staff, question.about, agreed=digit == 1)


def _reached(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    del staff
    alarm = alarm_by_id(incoming.session, question.about["alarm_id"])
    if digit not in (1, 2) or alarm is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    record_reached(incoming.session, alarm, yes=digit == 1, now=incoming.now)
    key = "sms.staff.reached" if digit == 1 else "sms.staff.not_reached"
    return Reply(incoming.say(key), "reached", alarm.case_id)


def _chosen(question: QuestionRow, digit: int) -> int | None:
    choices: list[int] = question.about.get("choices", [])
    return choices[digit - 1] if 1 <= digit <= len(choices) else None


_ANSWERS: dict[QuestionKind, _StaffAnswer] = {
    QuestionKind.FREE_WORDS: _free_words,
    QuestionKind.STAFF_CASE: _staff_case,
    QuestionKind.WHICH_PERSON: _person,
    QuestionKind.HANDOVER: _handover,
    QuestionKind.CONFIRM_CLOSE: _confirm_close,
    QuestionKind.REACHED: _reached,
    QuestionKind.CONFIRM_POINTS: answer_second_person,
    QuestionKind.CONFIRM_NOTICE: answer_about_notice,
}
