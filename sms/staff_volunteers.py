"""征集 by text: call for volunteers, look, end with who came, call off."""

from __future__ import annotations

import re

from core.cases.queries import case_by_number
from core.cases.tables import CaseRow
from core.errors import Refusal
from core.residents.queries import find_residents
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from core.understanding.numbers import NUMBER, read_digits
from core.volunteers.operations import call_off, finish_call, open_call
from core.volunteers.queries import call_of_case, coming, invitations_of, people_who
from core.volunteers.rules import POINTS, CallState, InvitationState
from core.volunteers.tables import VolunteerCallRow
from core.volunteers.telling import names_of
from sms.conversation import Incoming, Reply

_WANTED = re.compile(
    rf"(?P<wanted>{NUMBER})\s*(?:个人|个|人|位|名)?[\s,，]*(?P<rest>.*)", re.DOTALL
)
_POINTS = re.compile(r"(?P<points>\d{1,4})\s*分")
_DONE = re.compile(r"(?:办?完(?:了|成)?|结束|done)[\s:,，]*(?P<names>.*)", re.DOTALL)
_STOP = re.compile(r"(?:停|取消|不征|不要|stop)(?:了|吧)?")
_BETWEEN = re.compile(r"[\s,，、;；和]+")


def call_volunteers(incoming: Incoming, staff: StaffRow, number: int | None, words: str) -> Reply:
    """Obey 征集.

    :raises Refusal: whatever core has against it.
    """
    if number is None:
        return Reply(incoming.say("sms.volunteer.help"), "volunteers: how")
    case = case_by_number(incoming.session, incoming.community.id, number)
    if case is None:
        raise Refusal("sms.consultation.no_case", number=str(number))
    done = _DONE.fullmatch(words)
    if done:
        return _finish(incoming, case, done["names"])
    if _STOP.fullmatch(words):
        return _stop(incoming, case)
    if not words:
        return _look(incoming, case)
    return _open(incoming, staff, case, words)


def _open(incoming: Incoming, staff: StaffRow, case: CaseRow, words: str) -> Reply:
    found = _WANTED.fullmatch(words)
    wanted = read_digits(found["wanted"]) if found else None
    if found is None or wanted is None:
        raise Refusal("sms.volunteer.help")
    points = _POINTS.search(found["rest"])
    what = _POINTS.sub("", found["rest"]).strip(" ,，。")
    call = open_call(
        incoming.session,
        community=incoming.community,
        staff=staff,
        case=case,
        wanted=wanted,
        words=what,
        points=int(points["points"]) if points else POINTS,
        now=incoming.now,
    )
    asked = len(invitations_of(incoming.session, call.id))
    reply = incoming.say(
        "sms.volunteer.opened", bare=str(case.number), wanted=str(wanted), asked=str(asked)
    )
    return Reply(reply, "volunteers: opened", case.id)


def _finish(incoming: Incoming, case: CaseRow, written: str) -> Reply:
    call = _call(incoming, case)
    names = [name for name in _BETWEEN.split(written) if name]
    came = _people(incoming, call, names) if names else None
    expected = coming(incoming.session, call.id)
    absent = finish_call(incoming.session, call, came=came, now=incoming.now)
    reply = incoming.say(
        "sms.volunteer.done",
        bare=str(case.number),
        came=str(len(expected) - len(absent)),
        points=str(call.points),
        absent=names_of(absent) if absent else incoming.part("sms.consultation.nobody_left"),
    )
    return Reply(reply, "volunteers: done", case.id)


def _people(incoming: Incoming, call: VolunteerCallRow, names: list[str]) -> list[ResidentRow]:
    expected = {row.id: row for row in coming(incoming.session, call.id)}
    found: list[ResidentRow] = []
    for name in names:
        rows = find_residents(incoming.session, incoming.community.id, name)
        mine = [row for row in rows if row.id in expected]
        if not mine:
            raise Refusal("sms.volunteer.unknown", words=name)
        found.append(mine[0])
    return found


def _look(incoming: Incoming, case: CaseRow) -> Reply:
    call = _call(incoming, case)
    done = call.state == CallState.DONE
    people = people_who(
        incoming.session, call.id, InvitationState.CAME if done else InvitationState.ACCEPTED
    )
    away = people_who(incoming.session, call.id, InvitationState.ABSENT)
    reply = incoming.say(
        "sms.volunteer.look",
        bare=str(case.number),
        state=incoming.part(f"sms.volunteer.state_{call.state}"),
        wanted=str(call.wanted),
        accepted=str(len(people)),
        names=names_of(people),
        asked=str(len(invitations_of(incoming.session, call.id))),
        absent=incoming.part("sms.volunteer.absent", names=names_of(away)) if away else "",
    )
    return Reply(reply, "volunteers: look", case.id)


def _stop(incoming: Incoming, case: CaseRow) -> Reply:
    call_off(incoming.session, _call(incoming, case), now=incoming.now)
    reply = incoming.say("sms.volunteer.stopped", bare=str(case.number))
    return Reply(reply, "volunteers: called off", case.id)


def _call(incoming: Incoming, case: CaseRow) -> VolunteerCallRow:
    call = call_of_case(incoming.session, case.id)
    if call is None:
        raise Refusal("sms.volunteer.help")
    return call
