"""What a callback will say, asked for when it is planned and again when it is placed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.callbacks.queries import script_of
from core.callbacks.tables import CallbackRow
from core.residents.hearing import hearing_of
from core.sound.spoken import want_own_words, want_slots
from core.wording.catalogue import say
from core.wording.ear import case_number_spoken


def want_callback(session: Session, row: CallbackRow, *, now: datetime) -> None:
    """Ask for the names, the matter and the progress words of one callback."""
    if row.phone is None:
        return
    hearing = hearing_of(session, row.community_id, row.phone)
    for script in script_of(session, [row.id]):
        slots = {
            "leader": script.leader_called,
            "called": script.called,
            "matter": matter_spoken(script.summary, script.case_number, hearing.language),
        }
        want_slots(session, slots, language=hearing.language, pace=hearing.pace, now=now)
        if script.progress_words and not script.apology:
            want_own_words(session, script.progress_words, pace=hearing.pace, now=now)


def matter_spoken(summary: str, case_number: str, language: str) -> str:
    """Name a matter on a call: its short name, else its number."""
    number = case_number_spoken(case_number, language)
    return summary or say("voice.callback.matter_of_number", language, number=number)
