"""Volunteers and members by text: 去 12, 不去 12, 意见 12."""

from __future__ import annotations

from core.cases.queries import case_by_number
from core.cases.rules import OPEN, Channel, shown_number
from core.cases.tables import CaseRow
from core.questions.operations import settle
from core.questions.tables import QuestionRow
from core.residents.queries import resident_by_id
from core.residents.tables import ResidentRow
from core.tasks.alerts import address_words
from core.understanding.normalise import as_written
from core.volunteers.members import MEMBER
from core.volunteers.operations import answer, keep_opinion
from core.volunteers.queries import GROUP, call_by_id, call_of_case, is_live
from core.volunteers.rules import InvitationState
from core.volunteers.tables import VolunteerCallRow
from sms.conversation import Incoming, Reply
from sms.neighbour_commands import Come, Opinion
from sms.replies_trouble import keep_trouble


def come(incoming: Incoming, command: Come) -> Reply:
    """Take 去 12; a number that nobody calls for is answered kindly."""
    case = case_by_number(incoming.session, incoming.community.id, command.number)
    call = call_of_case(incoming.session, case.id) if case is not None else None
    volunteer = _one_of(incoming, GROUP)
    if volunteer is None:
        return Reply(incoming.say("sms.volunteer.not_volunteer"), "volunteer: not one")
    if call is None or case is None or not is_live(call):
        number = shown_number(command.number)
        return Reply(incoming.say("sms.volunteer.no_such", number=number), "volunteer: no call")
    return _answer(incoming, call, volunteer, comes=command.comes)


def answer_volunteer(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    """Take 1 or 2; 2 after a yes takes it back, while the call lives."""
    call = call_by_id(incoming.session, question.about["call_id"])
    volunteer = resident_by_id(incoming.session, question.about["resident_id"])
    if digit not in (1, 2) or call is None or volunteer is None:
        return None
    if digit == 2 and question.state == "open":
        settle(incoming.session, question, "2", incoming.now)
    return _answer(incoming, call, volunteer, comes=digit == 1)


def give_opinion(incoming: Incoming, command: Opinion) -> Reply:
    """Keep what a member thinks on a case; anybody else's words are a matter of their own."""
    case = case_by_number(incoming.session, incoming.community.id, command.number)
    member = _one_of(incoming, MEMBER)
    if case is None or member is None or case.status not in OPEN:
        return keep_trouble(incoming, incoming.words)
    if not command.words:
        words = incoming.say("sms.volunteer.opinion_how", bare=str(case.number))
        return Reply(words, "opinion: words?", case.id)
    keep_opinion(
        incoming.session,
        case,
        member,
        words=as_written(incoming.words, command.words),
        channel=Channel.SMS,
        now=incoming.now,
    )
    number = shown_number(case.number)
    return Reply(incoming.say("sms.volunteer.opinion", number=number), "opinion", case.id)


def _answer(
    incoming: Incoming, call: VolunteerCallRow, volunteer: ResidentRow, *, comes: bool
) -> Reply:
    state = answer(incoming.session, call, volunteer, comes=comes, now=incoming.now)
    case = incoming.session.get_one(CaseRow, call.case_id)
    resident = resident_by_id(incoming.session, case.resident_id)
    if state is InvitationState.ACCEPTED:
        words = incoming.say(
            "sms.volunteer.accepted",
            name=resident.called if resident else "",
            where=address_words(incoming.session, case.estate_id, case.place),
            word=call.code_word,
        )
    else:
        words = incoming.say(f"sms.volunteer.{state}", what=call.words, bare=str(case.number))
    return Reply(words, f"volunteer: {state}", case.id)


def _one_of(incoming: Incoming, group: str) -> ResidentRow | None:
    return next((person for person in incoming.residents if group in person.groups), None)
