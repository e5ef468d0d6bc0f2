"""Provisional promises become firm when the State Council's calendar for the year is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.clocks import desk_of, next_climb
from core.cases.events import note_event
from core.cases.queries import last_event_at
from core.cases.rules import OPEN, SERVICE, CaseStatus, Channel, What
from core.cases.tables import CaseRow
from core.sla.hours import due


def recompute_provisional(session: Session, now: datetime) -> int:
    """Count the due times of open provisional cases again; returns how many changed.

    ``first_due_at`` is counted again too: it was provisional when it was promised, and a
    resident's three working days are those of the calendar, not of our guess.
    """
    cases = session.scalars(
        select(CaseRow)
        .where(CaseRow.provisional.is_(True), CaseRow.status.in_(OPEN | {CaseStatus.DRAFT}))
        .order_by(CaseRow.id)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_recompute(session, case, now) for case in cases)


def _recompute(session: Session, case: CaseRow, now: datetime) -> bool:
    desk = desk_of(session, case.community_id)
    since = last_event_at(session, case.id, What.TOLD, What.FEEDBACK, What.REOPENED)
    first = due(desk.office, desk.calendar, case.opened_at)
    current = due(desk.office, desk.calendar, since or case.opened_at)
    before = (case.first_due_at, case.due_at, case.provisional)
    after = (first.due_at, current.due_at, current.provisional)
    if before == after:
        return False
    case.first_due_at, case.due_at, case.provisional = after
    if case.climb_at is not None and case.due_at > now:
        case.climb_at = next_climb(case, desk, now)
    words = f"{before[1].isoformat()} -> {after[1].isoformat()}"
    note_event(
        session,
        case,
        what=What.RECOMPUTED,
        actor=SERVICE,
        channel=Channel.SCHEDULER,
        now=now,
        words=words,
    )
    return True
