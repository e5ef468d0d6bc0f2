"""Against loops: the same text again within seconds, and machines that answer machines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from core.inbound.queries import texts_since
from core.inbound.tables import InboundTextRow
from core.understanding.normalise import clean
from sms.conversation import Incoming

_WITHIN = timedelta(seconds=30)
_LOOP_WITHIN = timedelta(minutes=10)
_SAME_TIMES = 3
_SHORTEST_MACHINE = 6  # letters; commands are shorter and may well come again
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Guarded:
    """Why a text is not obeyed: a repeat (answered as before), or another machine."""

    kind: Literal["repeat", "machine"]
    earlier: InboundTextRow | None = None


def guard(incoming: Incoming, row: InboundTextRow) -> Guarded | None:
    """Tell whether a text only repeats; None if it is to be obeyed. Emergencies never come here."""
    if incoming.phone is None:
        return None  # a hidden number is many people
    earlier = _earlier(incoming, row)
    said = clean(incoming.words)
    same = [text for text in earlier if clean(text.words) == said and text.media == row.media]
    if earlier and same and same[-1] is earlier[-1] and same[-1].at > incoming.now - _WITHIN:
        return Guarded("repeat", same[-1])
    if said and (_is_echo(said, earlier) or _comes_again_and_again(said, earlier)):
        return Guarded("machine", earlier[-1])
    return None


def _earlier(incoming: Incoming, row: InboundTextRow) -> Sequence[InboundTextRow]:
    since = incoming.now - _LOOP_WITHIN
    rows = texts_since(incoming.session, incoming.community.id, incoming.phone or "", since)
    return [text for text in rows if text.id != row.id]


def _is_echo(said: str, earlier: Sequence[InboundTextRow]) -> bool:
    """Tell whether somebody's machine sends our own words back."""
    return any(text.reply and clean(text.reply) == said for text in earlier)


def _comes_again_and_again(said: str, earlier: Sequence[InboundTextRow]) -> bool:
    """Tell an automatic answer, which may count or tell the time and else stays the same."""
    fixed = _DIGITS.sub("", said)
    if len(fixed) < _SHORTEST_MACHINE:
        return False
    return sum(_DIGITS.sub("", clean(text.words)) == fixed for text in earlier) >= _SAME_TIMES
