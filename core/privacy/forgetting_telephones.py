"""Telephones of a resident who is forgotten: nobody rings them, and no row names them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from core.callbacks.tables import CallbackRow
from core.calls.tables import CallRow
from core.consultations.tables import HouseholdRow
from core.inbound.tables import AnswerRow
from core.notices.rules import PhoneState
from core.notices.tables import NoticePhoneRow
from core.outbox.tables import OutboxRow
from core.privacy.about import About
from core.privacy.blanks import blank
from core.privacy.keeping import FORGOTTEN
from core.questions.tables import QuestionRow
from core.reaching.rules import Outcome, ReachState
from core.reaching.tables import ReachRow
from core.residents.tables import PhoneLineRow, ResidentPhoneRow, ResidentPinRow
from core.tasks.tables import TaskRow
from core.volunteers.tables import InvitationRow


def forget_telephones(session: Session, ends: About, *, now: datetime) -> None:
    """End what would still ring them, and put a name of ours where each number stood."""
    _forget_calls(session, ends)
    _end_what_is_planned(session, ends, now)
    for place, phone in enumerate(ends.phones):
        _rename(session, phone, f"erased-{ends.resident_id}-{place}")
    session.execute(
        delete(PhoneLineRow).where(
            PhoneLineRow.community_id == ends.community_id, PhoneLineRow.phone.in_(ends.phones)
        )
    )
    for owned in (ResidentPhoneRow, ResidentPinRow):
        session.execute(delete(owned).where(owned.resident_id == ends.resident_id))


def _forget_calls(session: Session, ends: About) -> None:
    calls = session.scalars(select(CallRow.provider_id).where(CallRow.id.in_(ends.calls)))
    for provider_id in calls.all():
        if provider_id:
            spoken = AnswerRow.key.contains(provider_id, autoescape=True)
            blank(session, AnswerRow, spoken, body=FORGOTTEN)
    blank(session, CallRow, CallRow.id.in_(ends.calls), phone=None, held={})
    blank(session, CallbackRow, CallbackRow.case_id.in_(ends.cases), phone=None)


def _end_what_is_planned(session: Session, ends: About, now: datetime) -> None:
    theirs = or_(ReachRow.resident_id == ends.resident_id, ReachRow.phone.in_(ends.phones))
    blank(session, ReachRow, theirs, about=FORGOTTEN)
    blank(
        session,
        ReachRow,
        and_(theirs, ReachRow.state == ReachState.PLANNED),
        state=ReachState.ENDED,
        outcome=Outcome.STOPPED,
        next_at=None,
        settled_at=now,
    )
    waiting = NoticePhoneRow.state == PhoneState.WAITING
    told = and_(NoticePhoneRow.phone.in_(ends.phones), waiting)
    blank(session, NoticePhoneRow, told, state=PhoneState.STOPPED)
    asked = QuestionRow.phone.in_(ends.phones)
    blank(session, QuestionRow, asked, words=FORGOTTEN, about={})


def _rename(session: Session, phone: str, gone: str) -> None:
    """Let rows that are told apart by their number stay apart."""
    for row in (QuestionRow, ReachRow, NoticePhoneRow, InvitationRow):
        blank(session, row, row.phone == phone, phone=gone)
    blank(session, HouseholdRow, HouseholdRow.voice == phone, voice=gone)
    for keyed in (OutboxRow, TaskRow):
        named = keyed.key.contains(phone, autoescape=True)
        blank(session, keyed, named, key=func.replace(keyed.key, phone, gone))
