"""Wishes of residents: a person, no more surveys, taking a case back; and what nobody can read."""

from __future__ import annotations

from datetime import timedelta

import structlog

from core.cases.closing import withdraw_case
from core.cases.queries import case_by_id, case_by_number, open_cases_of_phone
from core.cases.rules import OPEN, Channel
from core.cases.tables import CaseRow
from core.phones import masked
from core.questions.operations import ask_in_reply, drop
from core.questions.queries import questions_about_case
from core.questions.rules import QuestionKind
from core.refusals.operations import note_refused
from core.residents.operations import line_for, opt_in, opt_out
from core.sla.hours import after_office_minutes, is_open, next_opening
from core.staff.codes import code_waits, send_code, take_code
from core.staff.queries import on_duty
from core.staff.rules import GUESSED_LENGTH
from core.tasks.operations import open_task
from core.tasks.people import duty_person
from core.tasks.rules import TaskKind
from core.wording.days import moment_words
from sms.conversation import Incoming, Reply, numbered
from sms.replies_status import answer_status, is_theirs
from sms.replies_trouble import MOST_CHOICES, choice_words

_CALLED_WITHIN_MINUTES = 15  # of office time
_ONE_CORRECTION_IN = timedelta(days=1)
_log = structlog.get_logger(__name__)


def ask_for_person(incoming: Incoming) -> Reply:
    """Give the duty person the task to ring back, and say when that will be."""
    due = after_office_minutes(
        incoming.office, incoming.calendar, incoming.now, _CALLED_WITHIN_MINUTES
    )
    open_task(
        incoming.session,
        community=incoming.community,
        kind=TaskKind.ASK_PERSON,
        words=incoming.words.strip(),
        now=incoming.now,
        key=f"{incoming.text_id}:person",
        due_at=due,
        phone=incoming.phone,
        urgency="P1" if _somebody_is_there(incoming) else "P2",
    )
    return Reply(_call_promise(incoming), "person")


def _somebody_is_there(incoming: Incoming) -> bool:
    return bool(on_duty(incoming.session, incoming.community, incoming.now, incoming.calendar))


def _call_promise(incoming: Incoming) -> str:
    if is_open(incoming.office, incoming.calendar, incoming.now):
        return incoming.say("sms.resident.person_now", person=incoming.on_duty())
    opening = next_opening(incoming.office, incoming.calendar, incoming.now)
    at = moment_words(opening, incoming.now, incoming.office.zone, incoming.language)
    staff = duty_person(incoming.session, incoming.community, opening, incoming.calendar)
    return incoming.say("sms.resident.person_later", person=incoming.person(staff), time=at)


def opt_out_at_once(incoming: Incoming) -> Reply:
    """Stop surveys and notices to this phone, and say how that is undone."""
    if incoming.phone is not None:
        opt_out(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    return Reply(incoming.say("sms.resident.opted_out"), "opt out")


def opt_in_again(incoming: Incoming) -> Reply:
    """Undo an opt-out."""
    if incoming.phone is not None:
        opt_in(incoming.session, incoming.community.id, incoming.phone)
    return Reply(incoming.say("sms.resident.opted_in"), "opt in")


def withdraw(incoming: Incoming, number: int | None) -> Reply:
    """Begin to take a case back: a code goes to the registered phone and must come back."""
    if number is not None:
        case = case_by_number(incoming.session, incoming.community.id, number)
        if case is None or not is_theirs(incoming, case):
            return Reply(incoming.say("sms.resident.not_theirs"), "withdraw: not theirs")
        return begin_withdrawal(incoming, case)
    cases = list(open_cases_of_phone(incoming.session, incoming.community.id, incoming.phone))
    if not cases:
        return Reply(incoming.say("sms.resident.no_case"), "withdraw: none")
    if len(cases) > 1 and incoming.phone is not None:
        return _ask_which(incoming, cases[: MOST_CHOICES[incoming.language]])
    return begin_withdrawal(incoming, cases[0])


def begin_withdrawal(incoming: Incoming, case: CaseRow) -> Reply:
    """Text the code for one case; a phone that is nobody's is rung by a person instead."""
    if case.status not in OPEN:
        return answer_status(incoming, case.number)
    if not incoming.residents or incoming.phone is None:
        return _withdraw_by_person(incoming, case)
    send_code(
        incoming.session,
        community=incoming.community,
        staff=None,
        phone=incoming.phone,
        command="withdraw",
        arguments={"case_id": case.id},
        now=incoming.now,
        real_now=incoming.real_now,
        language=incoming.language,
    )
    return Reply(incoming.say("sms.resident.withdraw_code", **numbered(case)), "withdraw", case.id)


def answer_code(incoming: Incoming, code: str) -> Reply:
    """Take the digits of a code: the code that was texted, else a case of that number."""
    phone = incoming.phone
    if phone is None or not _code_waits(incoming, phone):
        return _two_digits(incoming, int(code))
    proved = take_code(
        incoming.session,
        community=incoming.community,
        phone=phone,
        code=code,
        real_now=incoming.real_now,
    )
    case = case_by_id(incoming.session, proved.waiting["arguments"]["case_id"]) if proved else None
    if case is None:
        note_refused(incoming.session, "text", "wrong code", real_now=incoming.real_now)
        return Reply(incoming.say("sms.resident.code_wrong"), "code: wrong")
    withdraw_case(
        incoming.session, case, channel=Channel.SMS, now=incoming.now, words=incoming.words.strip()
    )
    for question in questions_about_case(incoming.session, phone, case.id):
        drop(incoming.session, question, incoming.now)
    return Reply(incoming.say("sms.resident.withdrawn", **numbered(case)), "withdrawn", case.id)


def ask_what_is_meant(incoming: Incoming) -> Reply:
    """Answer an empty text: nothing is asked of the resident, a person asks."""
    _log.info("sms.unread", reason="no words", phone=masked(incoming.phone))
    return ask_by_phone(incoming, "sms.resident.nothing", "nothing")


def ask_by_phone(incoming: Incoming, key: str, reading: str, **slots: str) -> Reply:
    """Let a person ring and ask (one task a phone and day), and say so."""
    open_task(
        incoming.session,
        community=incoming.community,
        kind=TaskKind.CALL_BACK,
        words=incoming.part(f"{key}_task", **slots),
        now=incoming.now,
        key=f"unread:{incoming.community.id}:{incoming.phone or incoming.text_id}:{incoming.today}",
        phone=incoming.phone,
    )
    return Reply(incoming.say(key, person=incoming.on_duty(), **slots), reading)


def was_corrected(incoming: Incoming) -> bool:
    """Tell whether this phone was corrected lately, and remember that it now was."""
    if incoming.phone is None:
        return False
    line = line_for(incoming.session, incoming.community.id, incoming.phone)
    lately = line.corrected_at is not None and incoming.now - line.corrected_at < _ONE_CORRECTION_IN
    line.corrected_at = incoming.now if not lately else line.corrected_at
    return lately


def is_long_code(incoming: Incoming, digits: str) -> bool:
    """Tell whether digits answer a code of that length, and are no number of a case."""
    if len(digits) != GUESSED_LENGTH or incoming.phone is None:
        return False
    return _code_waits(incoming, incoming.phone, length=GUESSED_LENGTH)


def _code_waits(incoming: Incoming, phone: str, *, length: int | None = None) -> bool:
    waiting = code_waits(incoming.session, incoming.community.id, phone, incoming.real_now)
    if waiting is None or waiting.waiting["command"] != "withdraw":
        return False
    return length is None or len(waiting.code) == length


def _two_digits(incoming: Incoming, number: int) -> Reply:
    case = case_by_number(incoming.session, incoming.community.id, number)
    if case is not None and is_theirs(incoming, case):
        return answer_status(incoming, number)
    _log.info("sms.unread", reason="digits without a question", phone=masked(incoming.phone))
    return ask_by_phone(incoming, "sms.resident.stray_digit", "stray digits", digit=str(number))


def _withdraw_by_person(incoming: Incoming, case: CaseRow) -> Reply:
    open_task(
        incoming.session,
        community=incoming.community,
        kind=TaskKind.CALL_BACK,
        words=incoming.words.strip(),
        now=incoming.now,
        key=f"case:{case.id}:withdraw",
        case_id=case.id,
        phone=incoming.phone,
    )
    words = incoming.say("sms.resident.withdraw_person", person=incoming.on_duty())
    return Reply(words, "withdraw: by person", case.id)


def _ask_which(incoming: Incoming, cases: list[CaseRow]) -> Reply:
    words = incoming.say("sms.question.withdraw_which", choices=choice_words(incoming, cases))
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.WHICH_CASE,
        about={"choices": [case.id for case in cases], "for": "withdraw"},
        words=words,
        now=incoming.now,
    )
    return Reply(words, "withdraw: which case")
