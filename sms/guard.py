"""Against loops: the same text again within seconds, and machines that answer machines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from core.alarms.queries import ringing_alarms, was_alarmed
from core.inbound.queries import texts_since
from core.inbound.tables import InboundTextRow
from core.questions.queries import open_question
from core.understanding.normalise import clean
from core.understanding.places import find_place
from sms.commands import Answer, Command, FreeWords
from sms.conversation import Incoming

_WITHIN = timedelta(seconds=30)
_LOOP_WITHIN = timedelta(minutes=10)
_SAME_TIMES = 3
_HOUR = timedelta(hours=1)
_READ_WITHIN = timedelta(seconds=5)  # nobody reads a text and answers it faster; a thumb slips
_SHORTEST_MACHINE = 6  # letters; commands are shorter and may well come again
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Guarded:
    """Why a text is not obeyed: a repeat (answered as before), a machine, or our own words."""

    kind: Literal["repeat", "machine", "echo", "too many"]
    earlier: InboundTextRow | None = None


def guard(incoming: Incoming, row: InboundTextRow, command: Command) -> Guarded | None:
    """Tell whether a text only repeats; None if it is to be obeyed. Emergencies never come here."""
    if incoming.phone is None:
        return None  # a hidden number is many people
    earlier = _earlier(incoming, row)
    said = clean(incoming.words)
    same = [text for text in earlier if clean(text.words) == said and text.media == row.media]
    if earlier and same and same[-1] is earlier[-1] and same[-1].at > incoming.now - _WITHIN:
        obeyed = next((text for text in reversed(same) if text.reading != "repeat"), same[-1])
        is_new = isinstance(command, Answer) and _answers_anew(incoming, obeyed)
        return None if is_new else Guarded("repeat", same[-1])
    if incoming.staff is not None and not isinstance(command, FreeWords):
        return None  # 接 1, 接 2, 接 3: the number is what they say
    return (_machine(incoming, said, earlier) if said else None) or _too_many(incoming, row)


def _answers_anew(incoming: Incoming, before: InboundTextRow) -> bool:
    """Tell whether the same digit now answers what was asked after it came the first time."""
    question = open_question(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    if question is not None and question.opened_at is not None:
        return before.at <= question.opened_at <= incoming.now - _READ_WITHIN
    return before.at <= incoming.now - _READ_WITHIN and _rings_still(incoming, before)


def _rings_still(incoming: Incoming, before: InboundTextRow) -> bool:
    """Tell whether an alarm rings for this person, besides the one that the digit took before."""
    staff = incoming.staff
    return staff is not None and any(
        alarm.case_id not in (None, before.case_id)
        and was_alarmed(incoming.session, case_id=alarm.case_id, staff_id=staff.id)
        for alarm in ringing_alarms(incoming.session, incoming.community.id)
    )


def _machine(incoming: Incoming, said: str, earlier: Sequence[InboundTextRow]) -> Guarded | None:
    if any(text.reply and clean(text.reply) == said for text in earlier):
        return Guarded("echo", earlier[-1])  # somebody's machine sends our own words back
    alike = _alike(said, earlier)
    if len(alike) < _SAME_TIMES:
        return None
    place = find_place(incoming.words)
    if place and place not in {find_place(text.words) for text in alike}:
        return None  # the same trouble in another flat: a neighbour reports for the stair
    return Guarded("machine", alike[-1])


def _too_many(incoming: Incoming, row: InboundTextRow) -> Guarded | None:
    """Tell a telephone that was answered very often: two machines may talk in ever new words."""
    if incoming.staff is not None:
        return None
    since = incoming.now - _HOUR
    texts = texts_since(incoming.session, incoming.community.id, incoming.phone or "", since)
    answered = [text for text in texts if text.reply and text.id != row.id]
    if len(answered) < incoming.office.limits.replies_an_hour:
        return None
    return Guarded("too many", texts[-1])


def _earlier(incoming: Incoming, row: InboundTextRow) -> Sequence[InboundTextRow]:
    since = incoming.now - _LOOP_WITHIN
    rows = texts_since(incoming.session, incoming.community.id, incoming.phone or "", since)
    return [text for text in rows if text.id != row.id]


def _alike(said: str, earlier: Sequence[InboundTextRow]) -> Sequence[InboundTextRow]:
    """Return what differs by figures alone: an automatic answer may count or tell the time."""
    fixed = _DIGITS.sub("", said)
    if len(fixed) < _SHORTEST_MACHINE:
        return []
    return [text for text in earlier if _DIGITS.sub("", clean(text.words)) == fixed]
