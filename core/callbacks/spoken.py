"""What a callback will say, asked for when it is planned and again when it is placed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.callbacks.queries import script_of
from core.callbacks.rules import CallbackKind
from core.callbacks.tables import CallbackRow
from core.communities.queries import community_by_id, display_name
from core.residents.hearing import hearing_of
from core.sound.spoken import want_own_words, want_sentences, want_slots
from core.wording.catalogue import say
from core.wording.ear import case_number_spoken

OPENING = (
    "voice.callback.opening",
    "voice.callback.yourself",
    "voice.callback.who_doubt",
    "voice.callback.nothing_left",
)
MATTER = ("voice.callback.matter",)
PROGRESS = ("voice.progress.about",)
_ABOUT = {CallbackKind.CONFIRM: MATTER, CallbackKind.PROGRESS: PROGRESS}


def want_callback(session: Session, row: CallbackRow, *, now: datetime) -> None:
    """Ask for the sentences with names and the matter of one callback, and its progress words."""
    if row.phone is None:
        return
    hearing = hearing_of(session, row.community_id, row.phone)
    language, pace = hearing.language, hearing.pace
    community = display_name(community_by_id(session, row.community_id), language)
    for script in script_of(session, [row.id]):
        slots = {
            "leader": script.leader_called or say("voice.common.leader_unknown", language),
            "called": script.called or say("voice.common.called_unknown", language),
            "matter": matter_spoken(script.summary, script.case_number, language),
        }
        want_slots(session, slots, language=language, pace=pace, now=now)
        slots["community"] = community
        keys = (*OPENING, *_ABOUT[CallbackKind(row.kind)])
        want_sentences(session, keys, slots, language=language, pace=pace, now=now)
        if script.progress_words and not script.apology:
            want_own_words(session, script.progress_words, pace=hearing.pace, now=now)


def matter_spoken(summary: str, case_number: str, language: str) -> str:
    """Name a matter on a call: its short name, else its number."""
    number = case_number_spoken(case_number, language)
    return summary or say("voice.callback.matter_of_number", language, number=number)
