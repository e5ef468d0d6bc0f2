"""Reads of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.rules import OPEN, CaseStatus, Urgency, What
from core.cases.tables import CaseEventRow, CaseRow
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow

_OURS = OPEN | {CaseStatus.DRAFT}


def case_by_number(session: Session, community_id: int, number: int) -> CaseRow | None:
    """Return the case of a community by its number (158 of 0158)."""
    return session.scalar(
        select(CaseRow).where(CaseRow.community_id == community_id, CaseRow.number == number)
    )


def case_by_id(session: Session, case_id: int) -> CaseRow | None:
    """Return the case that a row refers to."""
    return session.get(CaseRow, case_id)


def cases_of(session: Session, community_id: int) -> Sequence[CaseRow]:
    """Return every case of a community, newest last."""
    return session.scalars(
        select(CaseRow).where(CaseRow.community_id == community_id).order_by(CaseRow.id)
    ).all()


def open_cases_of_phone(
    session: Session, community_id: int, phone: str | None
) -> Sequence[CaseRow]:
    """Return the cases of a phone that are not ended, newest first; none for a hidden number."""
    if phone is None:
        return []
    return session.scalars(
        select(CaseRow)
        .where(
            CaseRow.community_id == community_id,
            CaseRow.phone == phone,
            CaseRow.status.in_(_OURS),
        )
        .order_by(CaseRow.id.desc())
    ).all()


def newest_cases_of_phone(
    session: Session, community_id: int, phone: str | None, limit: int = 3
) -> Sequence[CaseRow]:
    """Return the newest cases of a phone, ended or not, newest first."""
    if phone is None:
        return []
    return session.scalars(
        select(CaseRow)
        .where(CaseRow.community_id == community_id, CaseRow.phone == phone)
        .order_by(CaseRow.id.desc())
        .limit(limit)
    ).all()


def open_cases_of_staff(session: Session, staff: StaffRow) -> Sequence[CaseRow]:
    """Return the open cases that somebody is responsible for, the most pressing first."""
    return session.scalars(
        select(CaseRow)
        .where(CaseRow.assignee_id == staff.id, CaseRow.status.in_(OPEN))
        .order_by(CaseRow.urgency, CaseRow.due_at, CaseRow.id)
    ).all()


def events_of(session: Session, case_id: int) -> Sequence[CaseEventRow]:
    """Return what happened to a case, in order."""
    return session.scalars(
        select(CaseEventRow).where(CaseEventRow.case_id == case_id).order_by(CaseEventRow.id)
    ).all()


def newest_p0_of_phone(session: Session, community_id: int, phone: str | None) -> CaseRow | None:
    """Return the newest open emergency of a phone; a hidden number has none."""
    return next(iter(p0s_of_phone(session, community_id, phone)), None)


def p0s_of_phone(session: Session, community_id: int, phone: str | None) -> Sequence[CaseRow]:
    """Return the open emergencies of a phone, newest first; a hidden number has none."""
    if phone is None:
        return []
    return session.scalars(
        select(CaseRow)
        .where(
            CaseRow.community_id == community_id,
            CaseRow.phone == phone,
            CaseRow.urgency == Urgency.EMERGENCY,
            CaseRow.status.in_(_OURS),
        )
        .order_by(CaseRow.id.desc())
    ).all()


def assignee_of(session: Session, case: CaseRow) -> StaffRow | None:
    """Return who is responsible for a case."""
    return staff_by_id(session, case.assignee_id)


_PROGRESS = (What.ACCEPTED, What.NOTE, What.DONE, What.TOLD, What.ESCALATED, What.RETURNED)


def progress_words(session: Session, case: CaseRow) -> str:
    """Return the last words that somebody responsible left on a case; empty if there are none."""
    staff = session.scalars(
        select(CaseEventRow)
        .where(
            CaseEventRow.case_id == case.id,
            CaseEventRow.what.in_(_PROGRESS),
            CaseEventRow.words != "",
        )
        .order_by(CaseEventRow.id.desc())
        .limit(1)
    ).first()
    return staff.words if staff is not None else ""


def last_event_at(session: Session, case_id: int, *kinds: What) -> datetime | None:
    """Return when something of these kinds last happened to a case."""
    return session.scalars(
        select(CaseEventRow.at)
        .where(CaseEventRow.case_id == case_id, CaseEventRow.what.in_(kinds))
        .order_by(CaseEventRow.id.desc())
        .limit(1)
    ).first()
