"""Forgetting one resident: nothing that names them stays, and every sum stays right.

Personal Information Protection Law of the PRC, art. 47. A case remains as a number, a category
and dates; the points book remains whole under an account that names nobody. The audit log and
the reasons in the points book cannot be changed by anybody; docs/operations.md says what that
means.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.alarms.tables import AlarmRow
from core.cases.tables import CaseEventRow, CaseGramRow, CaseRow
from core.consultations.tables import AnswerRow as BallotRow
from core.consultations.tables import HouseholdPhoneRow
from core.errors import Refusal
from core.forms.tables import FormFileRow, FormReportRow
from core.learning.tables import CorrectionRow
from core.points.rules import RedemptionState
from core.points.tables import RedemptionRow
from core.privacy.about import About, about
from core.privacy.blanks import GONE, blank, of
from core.privacy.forgetting_telephones import forget_telephones
from core.privacy.forgetting_texts import forget_texts
from core.privacy.keeping import FORGOTTEN, forget_recordings
from core.residents.tables import ResidentRow
from core.standing.tables import StandingOrderRow, WelfareRow
from core.volunteers.tables import VolunteerRow, ZoneRow


def erase_resident(session: Session, resident: ResidentRow, *, now: datetime) -> About:
    """Forget a resident; return what was found by.

    :raises Refusal: ``sms.privacy.still_open`` while something of theirs is under way, since
        somebody is owed an answer or goods.
    """
    ends = about(session, resident)
    if _is_something_under_way(session, ends):
        raise Refusal("sms.privacy.still_open")
    session.expire_all()  # what is written below goes past the objects that are loaded
    forget_texts(session, ends, name=resident.name, now=now)
    _forget_words(session, ends)
    _forget_reports(session, ends)
    _forget_what_is_owed(session, ends, now)
    forget_telephones(session, ends, now=now)
    _forget_person(resident, now)
    session.flush()
    return ends


def _is_something_under_way(session: Session, ends: About) -> bool:
    open_case = select(CaseRow.id).where(CaseRow.id.in_(ends.cases), CaseRow.closed_at.is_(None))
    reserved = select(RedemptionRow.id).where(
        RedemptionRow.resident_id == ends.resident_id,
        RedemptionRow.state == RedemptionState.RESERVED,
    )
    return any(session.scalars(one.limit(1)).first() is not None for one in (open_case, reserved))


def _forget_words(session: Session, ends: About) -> None:
    blank(
        session,
        CaseRow,
        CaseRow.id.in_(ends.cases),
        words=GONE,
        summary=FORGOTTEN,
        place=FORGOTTEN,
        phone=None,
    )
    blank(session, CaseEventRow, CaseEventRow.case_id.in_(ends.cases), words=FORGOTTEN)
    session.execute(delete(CaseGramRow).where(CaseGramRow.case_id.in_(ends.cases)))
    alarms = of(AlarmRow.phone, AlarmRow.case_id, ends)
    blank(session, AlarmRow, alarms, words=GONE, address=FORGOTTEN, phone=None)
    blank(session, CorrectionRow, CorrectionRow.case_id.in_(ends.cases), words=FORGOTTEN)
    forget_recordings(session, list(ends.recordings))


def _forget_reports(session: Session, ends: About) -> None:
    reports = of(FormReportRow.phone, FormReportRow.case_id, ends)
    ids = select(FormReportRow.id).where(reports)
    session.execute(delete(FormFileRow).where(FormFileRow.report_id.in_(ids)))
    blank(
        session,
        FormReportRow,
        reports,
        name=FORGOTTEN,
        phone=None,
        address=FORGOTTEN,
        source=FORGOTTEN,
    )
    answers = BallotRow.phone.in_(ends.phones)
    blank(session, BallotRow, answers, phone=None, words=FORGOTTEN)
    session.execute(
        delete(HouseholdPhoneRow).where(HouseholdPhoneRow.resident_id == ends.resident_id)
    )


def _forget_what_is_owed(session: Session, ends: About, now: datetime) -> None:
    for owned in (StandingOrderRow, WelfareRow, VolunteerRow, ZoneRow):
        theirs = (owned.resident_id == ends.resident_id, owned.left_at.is_(None))
        session.execute(update(owned).where(*theirs).values(left_at=now))
    welfare = WelfareRow.resident_id == ends.resident_id
    blank(session, WelfareRow, welfare, contact_name=FORGOTTEN, contact_phone=None)


def _forget_person(resident: ResidentRow, now: datetime) -> None:
    resident.name = resident.called = f"{GONE}{resident.id}"
    resident.key = f"erased-{resident.id}"
    resident.initials, resident.reading, resident.place = "", None, ""
    resident.estate_id = resident.grid_id = resident.birth_year = None
    resident.needs, resident.consents, resident.groups, resident.edited = [], [], [], []
    resident.call_from = resident.call_until = None
    resident.left_at = resident.left_at or now
