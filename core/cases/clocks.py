"""When a case is due, and when it climbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.rules import CaseStatus, Level, minutes_after
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.sla.hours import after_office_minutes, due
from core.sla.queries import calendar_of
from core.sla.workdays import WorkCalendar


@dataclass(frozen=True)
class Desk:
    """The community of a case with its office and its calendar."""

    community: CommunityRow
    office: Office
    calendar: WorkCalendar


def desk_of(session: Session, community_id: int) -> Desk:
    """Return the office that a case lies with."""
    community = community_by_id(session, community_id)
    return Desk(community, office_of(community), calendar_of(session, community))


def restart_clock(case: CaseRow, desk: Desk, now: datetime) -> None:
    """Let the next feedback be due in three working days; ``first_due_at`` stays."""
    promised = due(desk.office, desk.calendar, now)
    case.due_at, case.provisional = promised.due_at, promised.provisional


def wait_for_acceptance(case: CaseRow, desk: Desk, now: datetime, level: int = Level.NONE) -> None:
    """Start the ladder of a case that somebody has been given and not accepted."""
    case.escalation_level = int(level)
    case.climb_at = next_climb(case, desk, now)


def wait_for_feedback(case: CaseRow) -> None:
    """Let the case climb only when its promise is broken."""
    case.escalation_level = int(Level.NONE)
    case.climb_at = case.due_at


def next_climb(case: CaseRow, desk: Desk, now: datetime) -> datetime:
    """Return when a case climbs next: its ladder's next step, or when it becomes overdue."""
    minutes = minutes_after(case.escalation_level, desk.office.ladder)
    if now >= case.due_at:
        # from the director it goes no further, but is told again: overdue is never quiet
        pause = desk.office.ladder.director_minutes if minutes is None else minutes
        return after_office_minutes(desk.office, desk.calendar, now, pause)
    if minutes is None or not is_unaccepted(case):
        return case.due_at
    step = after_office_minutes(desk.office, desk.calendar, now, minutes)
    return min(step, case.due_at)


def is_unaccepted(case: CaseRow) -> bool:
    """Tell whether somebody was given the case and nobody has accepted it."""
    return case.status in (CaseStatus.RECEIVED, CaseStatus.DISPATCHED)
