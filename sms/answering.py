"""From a text at the door to its answer: whose is it, is it a repeat, what does it ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from core.cases.notes import add_repeat
from core.cases.queries import case_by_id
from core.cases.rules import OPEN, Channel
from core.communities.queries import community_reached
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.inbound.operations import keep_text
from core.inbound.tables import InboundTextRow
from core.phones import masked, read_number, shown
from core.refusals.operations import note_refused
from core.residents.queries import line_of, residents_of_phone
from core.residents.tables import ResidentRow
from core.sla.hours import local_day
from core.staff.queries import staff_of_phone, works_elsewhere
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as suggest_by_lexicon
from core.understanding.normalise import clean, is_latin
from core.wording.catalogue import say
from sms.commands import Reading
from sms.conversation import Incoming, Reply
from sms.guard import Guarded, guard
from sms.keywords import parse
from sms.points_commands import KEEPER_COMMANDS, Attend
from sms.replies import reply_to_resident
from sms.replies_trouble import keep_pictures, keep_trouble
from sms.staff_keywords import parse_staff
from sms.staff_replies import reply_to_staff

# No database of ours takes a NUL, and no document a lone surrogate.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_STAFF_LANGUAGE = "zh_CN"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TextIn:
    """A text as the provider posted it."""

    text_id: str
    sender: str
    to: str
    words: str
    media: tuple[str, ...] = ()


def answer_text(
    session: Session,
    text_in: TextIn,
    *,
    now: datetime,
    real_now: datetime,
    suggest: Callable[[str], Suggestion] = suggest_by_lexicon,
) -> str | None:
    """Keep a text, obey it, and return the words of its answer; None is silence."""
    incoming = _begin(session, text_in, now, real_now)
    if incoming is None:
        return None
    incoming = replace(incoming, suggest=suggest)
    row = _keep(incoming)
    reply = _reply(incoming, row)
    _finish(row, reply)
    return reply.words


def keep_unread(
    session: Session, text_in: TextIn, *, now: datetime, real_now: datetime
) -> str | None:
    """Open a case of a text that could not be read because of a fault of ours."""
    incoming = _begin(session, text_in, now, real_now)
    if incoming is None:
        return None
    row = _keep(incoming)
    reply = keep_trouble(incoming, incoming.words) if incoming.words else keep_pictures(incoming)
    _finish(row, reply)
    return reply.words


def _begin(session: Session, text_in: TextIn, now: datetime, real_now: datetime) -> Incoming | None:
    community = community_reached(session, read_number(text_in.to) or text_in.to)
    if community is None:
        _log.error("sms.nobodys_number", to=masked(text_in.to))
        return None
    phone = read_number(text_in.sender)
    staff = staff_of_phone(session, community.id, phone)
    residents = tuple(residents_of_phone(session, community.id, phone))
    words = _UNSTORABLE.sub("", text_in.words)
    return Incoming(
        session=session,
        community=community,
        phone=phone,
        words=words,
        media=text_in.media,
        text_id=text_in.text_id,
        residents=residents,
        staff=staff,
        language=staff.language
        if staff is not None
        else _language(session, community, phone, residents, words),
        now=now,
        real_now=real_now,
    )


def _language(
    session: Session,
    community: CommunityRow,
    phone: str | None,
    residents: tuple[ResidentRow, ...],
    words: str,
) -> str:
    """Choose the language: what the phone asked for, the register's, else the text's own."""
    line = line_of(session, community.id, phone) if phone is not None else None
    if line is not None and line.language:
        return line.language
    registered = {resident.language for resident in residents}
    if len(registered) == 1:
        return registered.pop()
    # Pinyin is Latin too: only words of some length show that somebody writes English.
    is_english = is_latin(clean(words)) and len(words.split()) > 2 and not residents
    return "en" if is_english and parse(words).emergency is None else "zh_CN"


def _keep(incoming: Incoming) -> InboundTextRow:
    return keep_text(
        incoming.session,
        community_id=incoming.community.id,
        provider_id=incoming.text_id,
        phone=incoming.phone,
        words=incoming.words,
        media=list(incoming.media),
        now=incoming.now,
    )


def _reply(incoming: Incoming, row: InboundTextRow) -> Reply:
    staff = incoming.staff
    reading = parse(incoming.words) if staff is None else parse_staff(incoming.words)
    if staff is None and _is_for_another_office(incoming):
        return Reply(incoming.say("sms.points.other_office"), "points: another community's keeper")
    if not _is_cry(reading):
        guarded = guard(incoming, row, reading.commands[0])
        if guarded is not None:
            return _answer_guarded(incoming, guarded)
    try:
        if staff is not None:
            return reply_to_staff(incoming, staff, reading)
        return reply_to_resident(incoming, reading)
    except Refusal as refusal:
        return Reply(incoming.say(refusal.key, **refusal.slots), f"refused: {refusal.key}")


def _is_for_another_office(incoming: Incoming) -> bool:
    """Tell a keeper who records on the number of another community: nothing is recorded there."""
    records = isinstance(parse_staff(incoming.words).commands[0], KEEPER_COMMANDS)
    attends = isinstance(parse(incoming.words).commands[0], Attend)
    return (
        records
        and not attends
        and works_elsewhere(incoming.session, incoming.community.id, incoming.phone)
    )


def _is_cry(reading: Reading) -> bool:
    return reading.emergency is not None and reading.emergency.certainty == "sure"


def _answer_guarded(incoming: Incoming, guarded: Guarded) -> Reply:
    earlier = guarded.earlier
    case_id = earlier.case_id if earlier is not None else None
    _log.info("sms.guarded", kind=guarded.kind, phone=masked(incoming.phone))
    if guarded.kind == "repeat" and earlier is not None:
        return Reply(earlier.reply or None, "repeat", case_id)
    note_refused(incoming.session, "text", guarded.kind, real_now=incoming.real_now)
    if guarded.kind in ("machine", "too many"):
        _keep_on(incoming, case_id)
    if guarded.kind == "too many":
        _ask_somebody_to_look(incoming)
    return Reply(None, guarded.kind, case_id)


def _keep_on(incoming: Incoming, case_id: int | None) -> None:
    """Leave a line on the case of the texts before: silence ends a loop, and loses no words."""
    case = case_by_id(incoming.session, case_id) if case_id is not None else None
    if case is not None and case.status in OPEN:
        add_repeat(
            incoming.session,
            case,
            words=incoming.words,
            channel=Channel.SMS,
            now=incoming.now,
        )


def _ask_somebody_to_look(incoming: Incoming) -> None:
    """Give a telephone that we answer no more to a person, once a day: nothing said is lost."""
    day = local_day(incoming.office, incoming.now)
    open_task(
        incoming.session,
        community=incoming.community,
        kind=TaskKind.CALL_BACK,
        words=say(
            "sms.guard.too_many",
            _STAFF_LANGUAGE,
            count=str(incoming.office.limits.replies_an_hour),
            phone=shown(incoming.phone, incoming.office.area_code),
        ),
        now=incoming.now,
        key=f"too many:{incoming.community.id}:{incoming.phone}:{day}",
        phone=incoming.phone,
    )


def _finish(row: InboundTextRow, reply: Reply) -> None:
    row.reading, row.reply, row.case_id = reply.reading, reply.words or "", reply.case_id
