"""What a resident is told once they have answered a survey by text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.callbacks.circumstances import Circumstances, circumstances_of
from core.cases.tables import CaseRow
from core.sla.hours import local_day
from core.staff.queries import staff_by_id
from core.wording.catalogue import say
from core.wording.days import day_words


def closed_words(around: Circumstances, *, undone_by_digit: bool) -> str:
    """Confirm a closing, and how it is undone: by 2 for seven days, or by ringing us.

    The digit is only offered where no other question waits for this phone's next digit.
    """
    if undone_by_digit:
        return around.write("sms.callback.closed", number=around.number)
    return around.write(
        "sms.callback.closed_plain", number=around.number, phone=around.staffed_number
    )


def closed_by_person_words(around: Circumstances) -> str:
    """Tell a resident what staff said for them, and that 2 undoes it."""
    return around.write("sms.callback.closed_by_person", number=around.number)


def reopened_words(session: Session, around: Circumstances, now: datetime) -> str:
    """Thank for the answer; say who comes again and until when they hear from us."""
    person = staff_by_id(session, around.case.assignee_id)
    called = person.called if person else say("sms.callback.our_staff", around.language)
    today = local_day(around.office, now)
    return around.write(
        "sms.callback.reopened",
        number=around.number,
        person=called,
        day=day_words(around.last_day(), today, around.language),
    )


def recorded_words(session: Session, case: CaseRow) -> str:
    """Answer an answer that came again, or late: it stands in the books already."""
    around = circumstances_of(session, case)
    return around.write("sms.callback.recorded", number=around.number)
