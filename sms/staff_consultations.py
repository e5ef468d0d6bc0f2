"""协商 by text: open a question, look, take an answer at the door, note a payment, close."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from core.cases.queries import case_by_id, case_by_number
from core.cases.rules import Channel
from core.cases.tables import CaseRow
from core.communities.queries import estates_of
from core.consultations.closing import silent_households
from core.consultations.operations import (
    answer_at_door,
    call_off,
    check_may_open,
    close_now,
    collected,
    draft,
    find_household,
    keep_stray,
    open_consultation,
    record_paid,
)
from core.consultations.queries import (
    consultation_by_number,
    consultations_of,
    count_of,
    households_of,
    phones_of_household,
)
from core.consultations.reading import Matter, read_fen, read_matter
from core.consultations.rules import Answer, State, Why, yuan
from core.consultations.tables import ConsultationRow
from core.consultations.telling import answer_words, count_slots, rooms_words, subject_of
from core.errors import Refusal
from core.staff.codes import send_code
from core.staff.tables import StaffRow
from core.staff.where import Where, read_where
from core.understanding.normalise import as_written
from sms.conversation import Incoming, Reply
from sms.neighbour_keywords import read_opinion
from sms.staff_codes import is_proved_now, with_code

COMMAND = "consultation"  # under which a question waits for its code
ENDING = "consultation_end"  # under which its early end waits
_NUMBERED = re.compile(
    r"(?:第|no\.?|#)?(?P<number>\d{1,6})号?(?![\d-]|号?楼|栋|幢|座)\s*(?P<rest>.*)", re.DOTALL
)
_ROOM = r"(?P<room>\d{1,3}-\d{0,2}-\d{3,4}|\d{3,4})(?:室|号|户)?"
_BALLOT = re.compile(rf"{_ROOM}\s*[,:、]?\s*(?P<words>[^\d].*)", re.DOTALL)
_PAID = re.compile(
    rf"(?P<undo>没|未)?收(?:了|到|钱)?\s*{_ROOM}\s*(?:(?P<sum>\S+?)\s*(?:元|块钱?))?"
)
_CLOSE = re.compile(r"(?:截止|结束|关|close)(?:了|吧)?")
_STOP = re.compile(r"(?:停|取消|不问了?|作废|stop|cancel)(?:了|吧)?")
_MOST_LISTED = 6


def consult(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    """Obey 协商.

    :raises Refusal: whatever core has against it.
    """
    check_may_open(incoming.community, staff)
    numbered = _NUMBERED.fullmatch(words)
    if not words:
        return _list(incoming)
    if numbered is None:
        return _propose(incoming, staff, words, case=None)
    number, rest = int(numbered["number"]), numbered["rest"].strip(" ,:、")
    for pattern, do in _DEEDS:
        found = pattern.fullmatch(rest)
        if found:
            return do(incoming, staff, _consultation(incoming, number), found)
    if not rest:
        return _look(incoming, _consultation(incoming, number))
    case = case_by_number(incoming.session, incoming.community.id, number)
    if case is None:
        raise Refusal("sms.consultation.no_case", number=str(number))
    return _propose(incoming, staff, rest, case=case)


def open_proved(incoming: Incoming, staff: StaffRow, waiting: dict[str, Any]) -> Reply:
    """Open the question that waited for its code.

    :raises Refusal: whatever core has against it by now.
    """
    estates = {row.id: row for row in estates_of(incoming.session, incoming.community.id)}
    where = Where(estates[waiting["estate_id"]], waiting["place"])
    case_id = waiting["case_id"]
    case = case_by_id(incoming.session, case_id) if case_id is not None else None
    return _open(incoming, staff, where, Matter(**waiting["matter"]), case)


def _propose(incoming: Incoming, staff: StaffRow, words: str, *, case: CaseRow | None) -> Reply:
    where, rest = read_where(
        incoming.session,
        community=incoming.community,
        words=words,
        staff=staff,
        estate_id=case.estate_id if case else None,
    )
    if where is None:
        raise Refusal("sms.consultation.help")
    matter = read_matter(rest)
    matter = dataclasses.replace(matter, words=as_written(incoming.words, matter.words))
    drafted = draft(
        incoming.session,
        community=incoming.community,
        staff=staff,
        where=where,
        matter=matter,
        now=incoming.now,
    )
    if is_proved_now(incoming):
        return _open(incoming, staff, where, matter, case)
    send_code(
        incoming.session,
        community=incoming.community,
        staff=staff,
        phone=incoming.phone or "",
        command=COMMAND,
        arguments={
            "case_id": case.id if case else None,
            "estate_id": where.estate.id,
            "place": where.place,
            "matter": dataclasses.asdict(matter),
        },
        now=incoming.now,
        real_now=incoming.real_now,
        language=incoming.language,
    )
    reply = incoming.fitted(
        lambda cut: incoming.say(
            "sms.consultation.code_asked",
            where=where.shown,
            households=str(len(drafted.households)),
            day=incoming.day(drafted.closes_at),
            words=cut,
            cost=_cost(incoming, drafted.total_fen, len(drafted.households)),
        ),
        matter.words,
    )
    return Reply(reply, "consultation: code", case.id if case else None)


def _open(
    incoming: Incoming, staff: StaffRow, where: Where, matter: Matter, case: CaseRow | None
) -> Reply:
    drafted = draft(
        incoming.session,
        community=incoming.community,
        staff=staff,
        where=where,
        matter=matter,
        now=incoming.now,
    )
    opened = open_consultation(
        incoming.session,
        community=incoming.community,
        staff=staff,
        drafted=drafted,
        case=case,
        channel=Channel.SMS,
        now=incoming.now,
    )
    rows = households_of(incoming.session, opened.id)
    at_door = [row for row in rows if not phones_of_household(incoming.session, row.id)]
    door = ""
    if at_door:
        rooms = rooms_words(at_door, incoming.language)
        door = incoming.part("sms.consultation.door_only", rooms=rooms)
    reply = incoming.fitted(
        lambda cut: incoming.say(
            "sms.consultation.opened",
            number=str(opened.number),
            asked=str(len(rows)),
            day=incoming.day(opened.closes_at),
            room=rooms_words((at_door or rows)[:1], incoming.language),
            door=cut,
        ),
        door,
    )
    return Reply(reply, f"consultation {opened.number}: opened", opened.case_id)


def _cost(incoming: Incoming, total_fen: int | None, households: int) -> str:
    if total_fen is None:
        return ""
    each = yuan(-(-total_fen // households))
    return incoming.part("sms.consultation.cost", total=yuan(total_fen), each=each)


def _consultation(incoming: Incoming, number: int) -> ConsultationRow:
    found = consultation_by_number(incoming.session, incoming.community.id, number)
    if found is None:
        raise Refusal("sms.consultation.no_such", number=str(number))
    return found


def _list(incoming: Incoming) -> Reply:
    rows = consultations_of(incoming.session, incoming.community.id)[-_MOST_LISTED:]
    if not rows:
        return Reply(incoming.say("sms.consultation.list_none"), "consultation: none")
    lines = [
        incoming.part(
            "sms.consultation.list_line",
            number=str(row.number),
            state=incoming.part(f"sms.consultation.state_{row.state}"),
            what=subject_of(row),
        )
        for row in reversed(rows)
    ]
    listed = incoming.part("sms.question.comma").join(lines)
    words = incoming.fitted(lambda cut: incoming.say("sms.consultation.list", lines=cut), listed)
    return Reply(words, "consultation: list")


def _look(incoming: Incoming, row: ConsultationRow) -> Reply:
    counted = count_of(incoming.session, row)
    money = ""
    if row.state == State.CLOSED and row.total_fen is not None:
        sums = collected(incoming.session, row)
        money = incoming.part(
            "sms.consultation.money", paid=yuan(sums.paid_fen), left=yuan(sums.left_fen)
        )
    silent = rooms_words(silent_households(incoming.session, row), incoming.language)
    words = incoming.fitted(
        lambda cut: incoming.say(
            "sms.consultation.look",
            number=str(row.number),
            state=incoming.part(f"sms.consultation.state_{row.state}"),
            rooms=cut,
            day=incoming.day(row.closes_at),
            money=money,
            **count_slots(counted),
        ),
        silent,
    )
    return Reply(words, f"consultation {row.number}: look", row.case_id)


def _ballot(
    incoming: Incoming, staff: StaffRow, row: ConsultationRow, found: re.Match[str]
) -> Reply:
    agrees = read_opinion(found["words"])
    if agrees is None:
        raise Refusal("sms.consultation.help")
    answer, room = Answer.AGREE if agrees else Answer.DISAGREE, found["room"]
    try:
        taken = answer_at_door(
            incoming.session,
            consultation=row,
            staff=staff,
            room=room,
            answer=answer,
            words=incoming.words.strip(),
            now=incoming.now,
        )
    except Refusal as refusal:
        _keep_stray(incoming, staff, row, room, answer, incoming.now)
        return Reply(incoming.say(refusal.key, **refusal.slots), f"refused: {refusal.key}")
    key = "door_late" if taken.why is Why.LATE else "door_taken"
    words = incoming.say(
        f"sms.consultation.{key}",
        number=str(row.number),
        room=room,
        answer=answer_words(answer, incoming.language),
        **count_slots(count_of(incoming.session, row)),
    )
    return Reply(words, f"consultation {row.number}: door {taken.why or 'counted'}", row.case_id)


def _keep_stray(
    incoming: Incoming,
    staff: StaffRow,
    row: ConsultationRow,
    room: str,
    answer: Answer,
    now: datetime,
) -> None:
    keep_stray(
        incoming.session,
        consultation=row,
        staff=staff,
        place=room,
        answer=answer,
        words=incoming.words.strip(),
        now=now,
    )


def _paid(incoming: Incoming, staff: StaffRow, row: ConsultationRow, found: re.Match[str]) -> Reply:
    household = find_household(incoming.session, row, found["room"])
    fen = read_fen(found["sum"]) if found["sum"] else None
    record_paid(
        incoming.session,
        consultation=row,
        household=household,
        staff=staff,
        fen=0 if found["undo"] else fen,
        now=incoming.now,
    )
    sums = collected(incoming.session, row)
    words = incoming.say(
        f"sms.consultation.{'unpaid' if found['undo'] else 'paid'}",
        room=found["room"],
        yuan=yuan(household.paid_fen),
        paid=yuan(sums.paid_fen),
        left=yuan(sums.left_fen),
    )
    return Reply(words, f"consultation {row.number}: paid", row.case_id)


def end_proved(incoming: Incoming, _staff: StaffRow, waiting: dict[str, Any]) -> Reply:
    """Close or call off what waited for its code.

    :raises Refusal: ``sms.consultation.over``.
    """
    row = _consultation(incoming, waiting["number"])
    if waiting["close"]:
        close_now(incoming.session, row, now=incoming.now)
        return _look(incoming, row)
    call_off(incoming.session, row, now=incoming.now)
    words = incoming.say("sms.consultation.stopped", number=str(row.number))
    return Reply(words, f"consultation {row.number}: called off", row.case_id)


def _end(incoming: Incoming, staff: StaffRow, row: ConsultationRow, found: re.Match[str]) -> Reply:
    """Ask for the code first: a forged number must not end what households are asked."""
    if row.state != State.OPEN:
        raise Refusal("sms.consultation.over", number=str(row.number))
    given = {"number": row.number, "close": found.re is _CLOSE}
    return with_code(incoming, staff, ENDING, given, end_proved)


_DEEDS: tuple[
    tuple[
        re.Pattern[str],
        Callable[[Incoming, StaffRow, ConsultationRow, re.Match[str]], Reply],
    ],
    ...,
] = ((_PAID, _paid), (_CLOSE, _end), (_STOP, _end), (_BALLOT, _ballot))
