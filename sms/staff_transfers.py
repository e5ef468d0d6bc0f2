"""转: who is meant by a name or a role, with respect to one case."""

from __future__ import annotations

from collections.abc import Sequence

from core.cases.moves import transfer_case
from core.cases.queries import case_by_id
from core.cases.routing import leader_of
from core.cases.rules import Channel
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.staff.queries import find_staff, staff_by_id
from core.staff.rules import ROLE_WORDS, Role
from core.staff.tables import StaffRow
from core.tasks.people import duty_person
from sms.commands import Transfer
from sms.conversation import Incoming, Reply, numbered

_LONGEST_NAME = 12
_MOST_CHOICES = 6


def transfer(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Transfer) -> Reply:
    """Give a case to whoever the words begin with; of several people, ask which one."""
    people, words = _read_receiver(incoming, case, command.words)
    if not people:
        return Reply(incoming.say("sms.staff.nobody_of_that_name", **numbered(case)), "transfer: ?")
    others = [person for person in people if person.id != staff.id]
    if len(others) > 1:
        return _ask_which(incoming, case, others, words)
    return hand_over(incoming, staff, case, (others or list(people))[0], words)


def hand_over(
    incoming: Incoming, staff: StaffRow, case: CaseRow, to: StaffRow, words: str
) -> Reply:
    """Give a case to one person."""
    transfer_case(
        incoming.session,
        case,
        actor=by(staff),
        to=to,
        channel=Channel.SMS,
        now=incoming.now,
        words=words,
    )
    told = incoming.say("sms.staff.transferred", **numbered(case), name=to.name)
    return Reply(told, "transfer", case.id)


def transfer_to_chosen(
    incoming: Incoming, staff: StaffRow, about: dict[str, object], chosen: int
) -> Reply | None:
    """Take the digit that chose one of several people."""
    case_id = about.get("transfer_of")
    case = case_by_id(incoming.session, case_id) if isinstance(case_id, int) else None
    to = staff_by_id(incoming.session, chosen)
    if case is None or to is None:
        return None
    return hand_over(incoming, staff, case, to, str(about.get("words", "")))


def _read_receiver(incoming: Incoming, case: CaseRow, words: str) -> tuple[Sequence[StaffRow], str]:
    """Find the longest beginning of the words that names somebody; the rest is for them."""
    for length in range(min(len(words), _LONGEST_NAME), 0, -1):
        named = words[:length].strip()
        people = _people(incoming, case, named) if named else ()
        if people:
            return people, words[length:].strip(" ,.:、。")
    return (), words


def _people(incoming: Incoming, case: CaseRow, named: str) -> Sequence[StaffRow]:
    role = ROLE_WORDS.get(named.lower())
    if role is Role.GRID_LEADER:
        leader = leader_of(incoming.session, case)
        if leader is not None:
            return [leader]
    if role is Role.DUTY_CLERK:
        person = duty_person(incoming.session, incoming.community, incoming.now, incoming.calendar)
        return [person] if person else []
    return find_staff(incoming.session, incoming.community.id, named, case.estate_id)


def _ask_which(incoming: Incoming, case: CaseRow, people: list[StaffRow], words: str) -> Reply:
    offered = people[:_MOST_CHOICES]
    lines = [f"{digit} {person.name}" for digit, person in enumerate(offered, start=1)]
    asked = incoming.say(
        "sms.question.which_staff",
        **numbered(case),
        choices=incoming.part("sms.question.comma").join(lines),
    )
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.WHICH_PERSON,
        about={
            "transfer_of": case.id,
            "choices": [person.id for person in offered],
            "words": words,
        },
        words=asked,
        now=incoming.now,
        case_id=case.id,
    )
    return Reply(asked, "transfer: which person", case.id)
