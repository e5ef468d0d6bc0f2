"""代报: a case for somebody at the counter, by their phone, their name or their address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.cases.alarming import doubt_emergency
from core.cases.notes import identify_resident
from core.cases.opening import open_case
from core.cases.queries import assignee_of, case_by_id
from core.cases.rules import Category, Channel, Urgency
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.phones import read_number
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.residents.queries import (
    find_by_place,
    find_residents,
    resident_by_id,
    residents_of_phone,
    ring_phone,
)
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from core.tasks.alerts import address_words, where_words
from core.understanding.emergency import Emergency
from core.understanding.places import find_place
from sms.conversation import Incoming, Reply, numbered

PHONE = re.compile(r"\+?\d(?:[ -]?\d){6,13}(?!\d)")
_LONGEST_NAME = 8
_MOST_CHOICES = 6
_LOCAL_DIGITS = (7, 8)


@dataclass(frozen=True)
class Walkin:
    """Who stands at the counter, as far as the words tell, and what they want."""

    phone: str | None
    people: Sequence[ResidentRow]
    words: str


def enter_case(
    incoming: Incoming, staff: StaffRow, words: str, emergency: Emergency | None
) -> Reply:
    """Open a case for a walk-in; of several people with one name, ask which one it is."""
    if not words:
        return Reply(incoming.say("sms.staff.enter_how"), "enter: how")
    walkin = read_walkin(incoming, words)
    if not walkin.words:
        return Reply(incoming.say("sms.staff.enter_how"), "enter: how")
    case = _open(incoming, staff, walkin, emergency)
    if emergency is not None and emergency.certainty == "possible":
        doubt_emergency(
            incoming.session,
            case,
            danger=emergency.danger,
            words=walkin.words,
            now=incoming.now,
        )
    if len(walkin.people) > 1:
        return _ask_which(incoming, case, walkin.people)
    return _entered(incoming, case)


def settle_person(
    incoming: Incoming, staff: StaffRow, about: dict[str, object], chosen: int
) -> Reply | None:
    """Take the digit that chose the resident of an entered case."""
    case_id = about.get("case_id")
    case = case_by_id(incoming.session, case_id) if isinstance(case_id, int) else None
    resident = resident_by_id(incoming.session, chosen)
    if case is None or resident is None:
        return None
    case.phone = case.phone or ring_phone(incoming.session, resident.id)
    identify_resident(
        incoming.session,
        case,
        resident=resident,
        actor=by(staff),
        channel=Channel.SMS,
        now=incoming.now,
    )
    return _entered(incoming, case)


def read_walkin(incoming: Incoming, words: str) -> Walkin:
    """Read whom words begin with: a telephone, a name, or else an address anywhere in them."""
    phone = PHONE.match(words)
    if phone:
        number = read_local_number(incoming, phone.group())
        people = residents_of_phone(incoming.session, incoming.community.id, number)
        return Walkin(number, people, words[phone.end() :].strip(" ,.:、。"))
    for length in range(min(len(words), _LONGEST_NAME), 1, -1):
        named = words[:length].strip(" ,.:、。")
        people = find_residents(incoming.session, incoming.community.id, named)
        if people:
            return Walkin(None, people, words[length:].strip(" ,.:、。"))
    place = find_place(words)
    people = find_by_place(incoming.session, incoming.community.id, place) if place else ()
    # a building is no address: only one household may be taken from a place
    return Walkin(None, people if len(people) <= _MOST_CHOICES else (), words)


def read_local_number(incoming: Incoming, written: str) -> str | None:
    """Read a telephone number as it is dialled here: a local landline without its area code."""
    digits = re.sub(r"\D", "", written)
    if len(digits) in _LOCAL_DIGITS:
        return read_number(f"{incoming.office.area_code}{digits}")
    return read_number(written)


def _open(
    incoming: Incoming, staff: StaffRow, walkin: Walkin, emergency: Emergency | None
) -> CaseRow:
    resident = walkin.people[0] if len(walkin.people) == 1 else None
    suggestion = incoming.suggest(walkin.words)
    is_sure = emergency is not None and emergency.certainty == "sure"
    return open_case(
        incoming.session,
        community=incoming.community,
        channel=Channel.STAFF,
        words=walkin.words,
        now=incoming.now,
        phone=walkin.phone or (ring_phone(incoming.session, resident.id) if resident else None),
        resident=resident,
        category=Category.SAFETY if is_sure else Category(suggestion.category),
        urgency=Urgency.EMERGENCY if is_sure else Urgency(suggestion.urgency),
        danger=emergency.danger if emergency is not None and is_sure else "",
        place=find_place(walkin.words) or "",
        summary=incoming.part("sms.emergency.summary") if is_sure else suggestion.summary,
        entered_by=by(staff),
    )


def _entered(incoming: Incoming, case: CaseRow) -> Reply:
    resident = resident_by_id(incoming.session, case.resident_id)
    address = address_words(incoming.session, case.estate_id, case.place)
    holder = assignee_of(incoming.session, case)
    words = incoming.say(
        "sms.staff.entered" if resident else "sms.staff.entered_unknown",
        **numbered(case),
        who=resident.name if resident else "",
        where=where_words(address, incoming.language),
        name=holder.name if holder else "-",
        day=incoming.day(case.due_at),
    )
    return Reply(words, "enter", case.id)


def _ask_which(incoming: Incoming, case: CaseRow, people: Sequence[ResidentRow]) -> Reply:
    offered = people[:_MOST_CHOICES]
    lines = [
        f"{digit} {person.name} {person.place}" for digit, person in enumerate(offered, start=1)
    ]
    words = incoming.say(
        "sms.question.which_resident",
        **numbered(case),
        choices=incoming.part("sms.question.comma").join(lines),
    )
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.WHICH_PERSON,
        about={"choices": [person.id for person in offered]},
        words=words,
        now=incoming.now,
        case_id=case.id,
    )
    return Reply(words, "enter: which person", case.id)
