"""Keepers by text: 加分, 扣回, 发放, 签到; what is not clear is asked by digit, then the code."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from core.errors import Refusal
from core.points.finding import find_activity, find_people
from core.points.operations import open_attendance
from core.points.permits import check_keeper
from core.points.queries import entries_of, reservations_of
from core.points.rules import EARNINGS
from core.points.telling import name_of, short
from core.residents.queries import resident_by_id
from core.staff.codes import code_waits, send_code
from core.staff.tables import StaffRow
from core.understanding.normalise import clean
from sms.conversation import Incoming, Reply
from sms.keeper_deeds import (
    ATTENDANCE,
    CREDIT,
    HAND_OVER,
    TAKE_BACK,
    Deed,
    do_deed,
    said_back,
    told_of,
)
from sms.keeper_questions import ask_activity, ask_namesake, ask_person, ask_reservation
from sms.keeper_reading import Who, read_amount, read_list, read_who
from sms.points_commands import Credit, HandOver, KeeperCommand, TakeAttendance, TakeBack
from sms.points_keywords import code_of
from sms.staff_codes import is_proved_now
from sms.staff_freely import as_resident

COMMAND = "points"  # under which a deed waits for its code
_MOST_WAITING = 4  # for one code: each of them is said back, in at most three segments
_LONGEST_SAID, _LONGEST_EARLIER = 40, 26
_CODE = re.compile(r"[\d零〇一二三四五六七八九幺两\s-]+")
_ATTENDANCE_CODE = re.compile(r"\d{4}")


def record_points(incoming: Incoming, staff: StaffRow, command: KeeperCommand) -> Reply:
    """Obey a keeper's command as far as it is clear.

    :raises Refusal: if they are no keeper here, or core has anything against it.
    """
    if isinstance(command, TakeAttendance) and _ATTENDANCE_CODE.fullmatch(code_of(command.words)):
        return as_resident(incoming, incoming.words)  # they were there themselves
    check_keeper(incoming.community, staff)
    if not command.words:
        return _how(incoming)
    match command:
        case Credit(words):
            return _begin_credit(incoming, staff, read_who(incoming, words))
        case TakeBack(words):
            who = read_who(incoming, words)
            return _with_person(incoming, staff, Deed(TAKE_BACK, reason=who.rest), who)
        case HandOver(words):
            return _begin_handover(incoming, staff, words)
        case TakeAttendance(words):
            return _begin_attendance(incoming, staff, words)


def go_on(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    """Ask for what is still missing of a deed, else for the code, else do it."""
    if deed.do == CREDIT and deed.activity_id is None:
        found = find_activity(incoming.session, incoming.community.id, deed.what, now=incoming.now)
        if found.exact is None:
            return ask_activity(incoming, deed, found.near)
        deed = dataclasses.replace(deed, activity_id=found.exact.id)
    if deed.unclear:
        return ask_namesake(incoming, deed)
    if deed.do == TAKE_BACK and deed.entry is None:
        deed = _with_entry(incoming, deed)
    if deed.do == HAND_OVER and not deed.code:
        kept = reservations_of(incoming.session, deed.resident_ids[0])
        if len(kept) != 1:
            return ask_reservation(incoming, deed)
        deed = dataclasses.replace(deed, code=kept[0].code)
    return _propose(incoming, staff, deed)


def deed_of(waiting: dict[str, Any]) -> Deed:
    """Read a deed that waited as JSON."""
    lists = {name: tuple(waiting[name]) for name in ("resident_ids", "unclear")}
    return Deed(**{**waiting, **lists})


def deeds_of(arguments: dict[str, Any]) -> list[Deed]:
    """Read the deeds that wait for one code, oldest first."""
    return [deed_of(waiting) for waiting in arguments["deeds"]]


def _begin_credit(incoming: Incoming, staff: StaffRow, who: Who) -> Reply:
    if who.people and not who.rest:
        return _how(incoming)
    what, amount = read_amount(incoming, who.rest)
    return _with_person(incoming, staff, Deed(CREDIT, what=what, amount=amount), who)


def _begin_handover(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    if _CODE.fullmatch(words):
        return go_on(incoming, staff, Deed(HAND_OVER, code=code_of(words)))
    return _with_person(incoming, staff, Deed(HAND_OVER), read_who(incoming, words))


def _begin_attendance(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    activity, named, names = read_list(incoming, words)
    if activity is None:
        return Reply(
            incoming.say("sms.points.unknown_activity_plain", words=short(named, "zh_CN")),
            "attendance: activity?",
        )
    if not names:
        code = open_attendance(
            incoming.session,
            community=incoming.community,
            keeper=staff,
            activity=activity,
            now=incoming.now,
        )
        what = name_of(activity, incoming.language)
        words = incoming.say("sms.points.attendance_code", what=what, code=code)
        return Reply(words, "attendance: code")
    people = find_people(incoming.session, incoming.community.id, names)
    if people.unknown:
        listed = incoming.part("sms.question.comma").join(people.unknown)
        words = incoming.fitted(
            lambda cut: incoming.say("sms.points.unclear_list", names=cut), listed
        )
        return Reply(words, "attendance: who?")
    ids = tuple(person.id for person in people.found)
    deed = Deed(
        ATTENDANCE, resident_ids=ids, activity_id=activity.id, unclear=tuple(people.several)
    )
    return go_on(incoming, staff, deed)


def _propose(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    """Do a deed on a phone that is proved; else say it back and ask for the code.

    What core has against it is said at once, not after the code: it is tried and taken back.
    """
    session = incoming.session
    if is_proved_now(incoming):
        return do_deed(incoming, staff, deed)
    earlier = [waiting for waiting in _waiting(incoming) if not waiting.is_about(deed)]
    if len(earlier) >= _MOST_WAITING:
        words = incoming.say("sms.points.code_before_more", count=str(len(earlier)))
        return Reply(words, "points: code first")
    trial = session.begin_nested()
    try:
        for one in earlier:
            told_of(incoming, staff, one)  # the limits count them too
        do_deed(incoming, staff, deed)
    finally:
        trial.rollback()
    send_code(
        session,
        community=incoming.community,
        staff=staff,
        phone=incoming.phone or "",
        command=COMMAND,
        arguments={"deeds": [dataclasses.asdict(one) for one in (*earlier, deed)]},
        now=incoming.now,
        real_now=incoming.real_now,
        language=incoming.language,
    )
    return Reply(_code_asked(incoming, deed, earlier), f"{deed.do}: code")


def _code_asked(incoming: Incoming, deed: Deed, earlier: Sequence[Deed]) -> str:
    """Say back what the code will record: all of it, since somebody else may have sent the rest."""
    said = said_back(incoming, deed)
    if not earlier:
        return incoming.fitted(lambda cut: incoming.say("sms.points.code_asked", deed=cut), said)
    before = incoming.part("sms.question.comma").join(
        _cut(said_back(incoming, one), _LONGEST_EARLIER) for one in earlier
    )
    both = incoming.part("sms.points.deed_and_more", deed=_cut(said, _LONGEST_SAID), earlier=before)
    count = str(len(earlier))
    return incoming.fitted(
        lambda cut: incoming.say("sms.points.code_asked_again", deed=cut, count=count), both
    )


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _waiting(incoming: Incoming) -> list[Deed]:
    """Return the deeds that wait for the code of this phone, oldest first."""
    waiting = code_waits(
        incoming.session, incoming.community.id, incoming.phone or "", incoming.real_now
    )
    if waiting is None or waiting.waiting["command"] != COMMAND:
        return []
    return deeds_of(waiting.waiting["arguments"])


def _with_person(incoming: Incoming, staff: StaffRow, deed: Deed, who: Who) -> Reply:
    if not who.people:
        is_number = who.named.lstrip("+").isdecimal()
        named = who.named if is_number else short(who.named, incoming.language)
        return Reply(incoming.say("sms.points.unknown_person", words=named), "points: who?")
    if len(who.people) > 1:
        return ask_person(incoming, deed, who)
    return go_on(incoming, staff, dataclasses.replace(deed, resident_ids=(who.people[0].id,)))


def _with_entry(incoming: Incoming, deed: Deed) -> Deed:
    """Find what is taken back: the newest of what the words begin with, else the newest of all."""
    resident = resident_by_id(incoming.session, deed.resident_ids[0])
    if resident is None:
        raise LookupError(f"no resident {deed.resident_ids[0]}")
    lines = entries_of(incoming.session, incoming.community, resident)
    undone = {line.reverses for line in lines}
    standing = [line for line in lines if line.source in EARNINGS and line.number not in undone]
    if not standing:
        raise Refusal("sms.points.nothing_to_take_back", name=resident.name)
    for line in standing:
        named = clean(line.reason)
        if deed.reason.startswith(named):
            reason = deed.reason.removeprefix(named).strip(" ,.:;、。")
            return dataclasses.replace(deed, entry=line.number, reason=reason)
    return dataclasses.replace(deed, entry=standing[0].number)


def _how(incoming: Incoming) -> Reply:
    return Reply(incoming.say("sms.points.keeper_help"), "points: how")
