"""Forgetting one resident: nothing that names them stays, and every sum stays right.

Personal Information Protection Law of the PRC, art. 47. A case remains as a number, a category
and dates; the points book remains whole under an account that names nobody. The audit log and
the reasons in the points book cannot be changed by anybody; docs/operations.md says what that
means.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from core.alarms.tables import AlarmRow
from core.callbacks.tables import CallbackRow
from core.calls.tables import CallRow
from core.cases.tables import CaseEventRow, CaseGramRow, CaseRow
from core.consultations.tables import AnswerRow as BallotRow
from core.consultations.tables import HouseholdPhoneRow
from core.db import Base
from core.errors import Refusal
from core.forms.tables import FormFileRow, FormReportRow
from core.inbound.tables import AnswerRow, InboundTextRow
from core.learning.tables import CorrectionRow
from core.notices.tables import NoticePhoneRow
from core.outbox.tables import OutboxRow
from core.points.rules import RedemptionState
from core.points.tables import RedemptionRow
from core.privacy.about import About, about
from core.privacy.keeping import FORGOTTEN, forget_recordings
from core.questions.tables import QuestionRow
from core.reaching.tables import ReachRow
from core.residents.tables import PhoneLineRow, ResidentPhoneRow, ResidentPinRow, ResidentRow
from core.standing.tables import StandingOrderRow, WelfareRow
from core.tasks.tables import TaskRow
from core.volunteers.tables import InvitationRow, VolunteerRow, ZoneRow

_GONE = "（已删除）"


def erase_resident(session: Session, resident: ResidentRow, *, now: datetime) -> About:
    """Forget a resident; return what was found by.

    :raises Refusal: ``sms.privacy.still_open`` while something of theirs is under way, since
        somebody is owed an answer or goods.
    """
    ends = about(session, resident)
    if _is_something_under_way(session, ends):
        raise Refusal("sms.privacy.still_open")
    session.expire_all()  # what is written below goes past the objects that are loaded
    _forget_words(session, ends)
    _forget_reports(session, ends)
    _forget_telephones(session, ends, now)
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
    _blank(
        session,
        CaseRow,
        CaseRow.id.in_(ends.cases),
        words=_GONE,
        summary=FORGOTTEN,
        place=FORGOTTEN,
        phone=None,
    )
    _blank(session, CaseEventRow, CaseEventRow.case_id.in_(ends.cases), words=FORGOTTEN)
    session.execute(delete(CaseGramRow).where(CaseGramRow.case_id.in_(ends.cases)))
    texts = _of(InboundTextRow.phone, InboundTextRow.case_id, ends)
    came = session.scalars(select(InboundTextRow.provider_id).where(texts)).all()
    _forget_answers(session, [f"sms:{one}" for one in came])
    _blank(session, InboundTextRow, texts, words=FORGOTTEN, reply=FORGOTTEN, phone=None, media=[])
    sent = _of(OutboxRow.to, OutboxRow.case_id, ends)
    _blank(session, OutboxRow, sent, to=FORGOTTEN, body=FORGOTTEN, detail={})
    tasks = _of(TaskRow.phone, TaskRow.case_id, ends)
    _blank(session, TaskRow, tasks, words=_GONE, done_words=FORGOTTEN, phone=None)
    alarms = _of(AlarmRow.phone, AlarmRow.case_id, ends)
    _blank(session, AlarmRow, alarms, words=_GONE, address=FORGOTTEN, phone=None)
    _blank(session, CorrectionRow, CorrectionRow.case_id.in_(ends.cases), words=FORGOTTEN)
    forget_recordings(session, list(ends.recordings))


def _forget_answers(session: Session, keys: Sequence[str]) -> None:
    _blank(session, AnswerRow, AnswerRow.key.in_(keys), body=FORGOTTEN)


def _forget_reports(session: Session, ends: About) -> None:
    reports = _of(FormReportRow.phone, FormReportRow.case_id, ends)
    ids = select(FormReportRow.id).where(reports)
    session.execute(delete(FormFileRow).where(FormFileRow.report_id.in_(ids)))
    _blank(
        session,
        FormReportRow,
        reports,
        name=FORGOTTEN,
        phone=None,
        address=FORGOTTEN,
        source=FORGOTTEN,
    )
    answers = BallotRow.phone.in_(ends.phones)
    _blank(session, BallotRow, answers, phone=None, words=FORGOTTEN)
    session.execute(
        delete(HouseholdPhoneRow).where(HouseholdPhoneRow.resident_id == ends.resident_id)
    )


def _forget_telephones(session: Session, ends: About, now: datetime) -> None:
    calls = session.scalars(select(CallRow.provider_id).where(CallRow.id.in_(ends.calls)))
    for provider_id in calls.all():
        if provider_id:
            spoken = AnswerRow.key.contains(provider_id, autoescape=True)
            _blank(session, AnswerRow, spoken, body=FORGOTTEN)
    _blank(session, CallRow, CallRow.id.in_(ends.calls), phone=None, held={})
    _blank(session, CallbackRow, CallbackRow.case_id.in_(ends.cases), phone=None)
    asked = QuestionRow.phone.in_(ends.phones)
    _blank(session, QuestionRow, asked, phone=FORGOTTEN, words=FORGOTTEN, about={})
    reached = or_(ReachRow.resident_id == ends.resident_id, ReachRow.phone.in_(ends.phones))
    _blank(session, ReachRow, reached, phone=FORGOTTEN, about={})
    for row in (NoticePhoneRow, InvitationRow):
        _blank(session, row, row.phone.in_(ends.phones), phone=FORGOTTEN)
    for owned in (StandingOrderRow, WelfareRow, VolunteerRow, ZoneRow):
        theirs = (owned.resident_id == ends.resident_id, owned.left_at.is_(None))
        session.execute(update(owned).where(*theirs).values(left_at=now))
    welfare = WelfareRow.resident_id == ends.resident_id
    _blank(session, WelfareRow, welfare, contact_name=FORGOTTEN, contact_phone=None)
    session.execute(
        delete(PhoneLineRow).where(
            PhoneLineRow.community_id == ends.community_id, PhoneLineRow.phone.in_(ends.phones)
        )
    )
    session.execute(
        delete(ResidentPhoneRow).where(ResidentPhoneRow.resident_id == ends.resident_id)
    )
    session.execute(delete(ResidentPinRow).where(ResidentPinRow.resident_id == ends.resident_id))


def _forget_person(resident: ResidentRow, now: datetime) -> None:
    resident.name = resident.called = f"{_GONE}{resident.id}"
    resident.key = f"erased-{resident.id}"
    resident.initials, resident.reading, resident.place = "", None, ""
    resident.estate_id = resident.grid_id = resident.birth_year = None
    resident.needs, resident.consents, resident.groups, resident.edited = [], [], [], []
    resident.call_from = resident.call_until = None
    resident.left_at = resident.left_at or now


def _of(phone: Any, case_id: Any, ends: About) -> ColumnElement[bool]:
    return or_(phone.in_(ends.phones), case_id.in_(ends.cases))


def _blank(session: Session, row: type[Base], which: ColumnElement[bool], **values: Any) -> None:
    session.execute(
        update(row).where(which).values(values).execution_options(synchronize_session=False)
    )
