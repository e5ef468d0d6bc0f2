"""What will be said of a case on the telephone, asked for when the case changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.rules import Channel
from core.cases.tables import CaseRow
from core.residents.hearing import hearing_of
from core.sound.spoken import want_sentences, want_slots
from core.staff.queries import spoken_name, staff_by_id
from core.wording.ear import case_number_spoken

RECORDING = ("voice.staff.recording",)
RECEIPT = ("voice.receipt.number",)
RESPONSIBLE = ("voice.receipt.who", "voice.callback.sends_again")


def want_spoken(session: Session, case: CaseRow, *, now: datetime) -> None:
    """Ask for what a case's telephone will hear of it: its number, its state, who is responsible.

    A caller reports and hears the number within seconds, so the next number is asked for too.
    """
    hearing = hearing_of(session, case.community_id, case.phone)
    staff = staff_by_id(session, case.assignee_id)
    language, pace = hearing.language, hearing.pace
    number = {"number": case_number_spoken(case.number, language)}
    following = {"number": case_number_spoken(case.number + 1, language)}
    who = {"who": spoken_name(staff) if staff else ""}
    for slots in (who, number, following):
        want_slots(session, slots, language=language, pace=pace, now=now)
    sentences = ((RESPONSIBLE, who), (status_keys(case), number), (RECEIPT, following))
    for keys, slots in sentences:
        want_sentences(session, keys, slots, language=language, pace=pace, now=now)
    if case.channel == Channel.CALL and staff is not None:
        slots = {"number": case_number_spoken(case.number, staff.language)}
        want_sentences(session, RECORDING, slots, language=staff.language, pace="normal", now=now)


def status_keys(case: CaseRow) -> tuple[str, ...]:
    """Name the sentence that says where a case stands."""
    return (f"voice.status.{case.status}",)
