"""What a call of ours will say beside its fixed prompts, asked for before anybody waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, display_name
from core.reaching.rules import ReachPurpose
from core.reaching.tables import ReachRow
from core.residents.hearing import hearing_of
from core.sound.spoken import want_own_words, want_sentences, want_slots

_OPENING = "voice.callback.opening"  # who rings, and for whom
_READ_OUT = (ReachPurpose.CONSULTATION, ReachPurpose.NOTICE)  # what the call is about, word by word


@dataclass(frozen=True)
class Aloud:
    """Words of a call that are not always the same: somebody's own, and what fills slots.

    ``keys`` name the templates that are spoken with these slots.
    """

    words: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


def want_aloud(
    session: Session, *, community_id: int, phone: str, aloud: Aloud, now: datetime
) -> None:
    """Ask for them as the one on ``phone`` will hear them."""
    hearing = hearing_of(session, community_id, phone)
    language, pace = hearing.language, hearing.pace
    want_slots(session, aloud.slots, language=language, pace=pace, now=now)
    community = display_name(community_by_id(session, community_id), language)
    slots = {"community": community, **aloud.slots}
    keys = (_OPENING, *aloud.keys) if "leader" in slots else aloud.keys
    want_sentences(session, keys, slots, language=language, pace=pace, now=now)
    if aloud.words:
        want_own_words(session, aloud.words, pace=hearing.pace, now=now)


def want_again(session: Session, row: ReachRow, *, now: datetime) -> None:
    """Ask once more as the call is placed: a clip is kept for a day, a call may wait for longer."""
    if row.purpose in _READ_OUT:
        aloud = Aloud(words=row.about)
        want_aloud(session, community_id=row.community_id, phone=row.phone, aloud=aloud, now=now)
