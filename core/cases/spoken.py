"""What will be said of a case on the telephone, asked for when the case changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.tables import CaseRow
from core.residents.hearing import hearing_of
from core.sound.spoken import want_slots
from core.staff.queries import spoken_name, staff_by_id
from core.wording.ear import case_number_spoken


def want_spoken(session: Session, case: CaseRow, *, now: datetime) -> None:
    """Ask for the number of a case and who is responsible, as its telephone will hear them.

    A caller reports and hears the number within seconds, so the next number is asked for too.
    """
    hearing = hearing_of(session, case.community_id, case.phone)
    staff = staff_by_id(session, case.assignee_id)
    language = hearing.language
    slots = {
        "number": case_number_spoken(case.number, language),
        "next": case_number_spoken(case.number + 1, language),
        "who": spoken_name(staff) if staff else "",
    }
    want_slots(session, slots, language=language, pace=hearing.pace, now=now)
