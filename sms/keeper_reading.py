"""Who and what the words of a keeper 积分管理员 name: 加分金桂兰扫雪3分, with spaces or without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.points.finding import find_activity
from core.points.tables import ActivityRow
from core.residents.queries import find_residents, residents_of_phone
from core.residents.tables import ResidentRow
from sms.conversation import Incoming
from sms.staff_entering import PHONE, read_local_number

_LONGEST_NAME = 16
_LONGEST_ACTIVITY = 24
_BETWEEN = " ,.:;、。"
_GAPS = re.compile(r"[\s,.:;、。和]+")
_HANZI = "[零一二两三四五六七八九十百千万亿半]+"
_POINTS = r"\s*个?积?(?:分|points?|p)"
# A number stands for points at the end of the words; in hanzi only apart, or before 分.
_AMOUNT = re.compile(
    rf"(?P<what>.*?)[\s,:、]*(?:\+|记|加|得|共)?"
    rf"(?P<amount>[-−]?\s*\d[\d.,^e*]*|(?<=\s){_HANZI}|{_HANZI}(?={_POINTS}))(?:{_POINTS})?[\s。.!]*",
    re.DOTALL,
)


@dataclass(frozen=True)
class Who:
    """Whom words begin with: everybody of that name, the name as written, and what follows."""

    people: Sequence[ResidentRow]
    named: str
    rest: str


def read_who(incoming: Incoming, words: str) -> Who:
    """Read a telephone number or the longest name at the head of the words."""
    session, community = incoming.session, incoming.community
    phone = PHONE.match(words)
    if phone:
        people = residents_of_phone(
            session, community.id, read_local_number(incoming, phone.group())
        )
        return Who(people, phone.group(), words[phone.end() :].strip(_BETWEEN))
    for length in range(min(len(words), _LONGEST_NAME), 1, -1):
        named = words[:length].strip(_BETWEEN)
        people = find_residents(session, community.id, named) if named else ()
        if people:
            return Who(people, named, words[length:].strip(_BETWEEN))
    named, _, rest = words.partition(" ")
    return Who((), named, rest.strip(_BETWEEN))


def read_amount(incoming: Incoming, words: str) -> tuple[str, str]:
    """Part what was done from how many points it is worth; both as written.

    An activity is also named by its number, so a number that stands alone is one.
    """
    found = _AMOUNT.fullmatch(words)
    if found is None or not found["what"].strip(_BETWEEN):
        return words, ""
    whole = find_activity(incoming.session, incoming.community.id, words, now=incoming.now)
    if whole.exact is not None:
        return words, ""
    return found["what"].strip(_BETWEEN), found["amount"].strip()


def read_list(incoming: Incoming, words: str) -> tuple[ActivityRow | None, str, tuple[str, ...]]:
    """Read the activity at the head of a list, and the names after it.

    Where no activity is found, its words are the first of the list, for an answer to quote.
    """
    session, community = incoming.session, incoming.community
    for end in _ends_of_words(words):
        found = find_activity(session, community.id, words[:end].strip(_BETWEEN), now=incoming.now)
        if found.exact is not None:
            return found.exact, words[:end], _names(words[end:])
    head, *rest = _names(words) or ("",)
    return None, head, tuple(rest)


def _ends_of_words(words: str) -> list[int]:
    """Return where the activity may end, the longest first: before a gap, or at the very end."""
    gaps = [found.start() for found in _GAPS.finditer(words)]
    return [end for end in (len(words), *reversed(gaps)) if 0 < end <= _LONGEST_ACTIVITY]


def _names(words: str) -> tuple[str, ...]:
    return tuple(name for name in _GAPS.split(words) if name)
