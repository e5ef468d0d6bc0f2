"""Which cases a figure counts: one condition for the sums and for the drill-down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, case, or_, select

from core.access.rules import Access, Right
from core.cases.merging import MERGED
from core.cases.rules import CaseStatus, Urgency
from core.cases.tables import CaseRow
from core.cases.visibility import cases_in_reach
from core.reports.rules import AGES, Figure, Period
from core.residents.tables import ResidentRow

_BOUNDS = (60, 70, 80)  # ages at which a new band begins


def conditions(now: datetime) -> dict[Figure, ColumnElement[bool]]:
    """Return for each figure which cases it counts."""
    kept = CaseRow.status != CaseStatus.WITHDRAWN
    heard = CaseRow.first_feedback_at.is_not(None)
    decided = kept & (heard | (CaseRow.first_due_at < now))
    on_time = kept & heard & (CaseRow.first_feedback_at <= CaseRow.first_due_at)
    late = kept & (
        (heard & (CaseRow.first_feedback_at > CaseRow.first_due_at))
        | (~heard & (CaseRow.first_due_at < now))
    )
    by_resident = CaseRow.closed_by == "resident"
    return {
        Figure.RECEIVED: CaseRow.id.is_not(None),
        Figure.WITHDRAWN: ~kept,
        Figure.EMERGENCY: CaseRow.urgency == Urgency.EMERGENCY,
        Figure.OPEN: CaseRow.closed_at.is_(None),
        Figure.DECIDED: decided,
        Figure.ON_TIME: on_time,
        Figure.LATE: late,
        Figure.REACHED: heard,
        Figure.DONE: kept & (CaseRow.done_at.is_not(None) | (CaseRow.status == CaseStatus.CLOSED)),
        Figure.ANSWERED: kept & or_(by_resident, CaseRow.reopened > 0),
        Figure.SOLVED: kept & by_resident,
        Figure.RATED: CaseRow.satisfied != "",
        Figure.SATISFIED: CaseRow.satisfied == "yes",
        Figure.REOPENED: kept & (CaseRow.reopened > 0),
    }


def is_counted() -> list[ColumnElement[bool]]:
    """Return which cases are counted at all: no draft, no repeat of another."""
    return [CaseRow.status != CaseStatus.DRAFT, CaseRow.closed_by != MERGED]


def cases_of_period(access: Access, period: Period) -> list[ColumnElement[bool]]:
    """Return which cases a report is about: received then, in reach, no draft, no repeat."""
    return [
        cases_in_reach(access, Right.REPORTS),
        CaseRow.received_on >= period.starts,
        CaseRow.received_on < period.ends,
        *is_counted(),
    ]


def promise_runs(now: datetime) -> ColumnElement[datetime | None]:
    """Return when a case nobody answered yet will be late; NULL for every other."""
    kept = CaseRow.status != CaseStatus.WITHDRAWN
    waits = kept & CaseRow.first_feedback_at.is_(None) & (CaseRow.first_due_at >= now)
    return case((waits, CaseRow.first_due_at))


def age_band(year: int, birth_year: int | None) -> str:
    """Return the age band of somebody in a year.

    >>> age_band(2026, 1950), age_band(2026, None)
    ('70-79', 'unknown')
    """
    if birth_year is None:
        return AGES[-1]
    return AGES[sum(year - birth_year >= bound for bound in _BOUNDS)]


def age_is(band: str, year: int) -> ColumnElement[bool]:
    """Return the condition of an age band, for the drill-down."""
    if band == AGES[-1]:
        unknown = select(ResidentRow.id).where(ResidentRow.birth_year.is_(None))
        return CaseRow.resident_id.is_(None) | CaseRow.resident_id.in_(unknown)
    at = AGES.index(band)
    born = ResidentRow.birth_year
    tests: list[ColumnElement[bool]] = [born.is_not(None)]
    if at > 0:
        tests.append(born <= year - _BOUNDS[at - 1])
    if at < len(_BOUNDS):
        tests.append(born > year - _BOUNDS[at])
    return CaseRow.resident_id.in_(select(ResidentRow.id).where(*tests))
