"""Reads for reports: one condition for each figure, used for the sums and for the drill-down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Float, Integer, case, cast, extract, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.access.rules import Access, Right
from core.cases.merging import MERGED
from core.cases.rules import CaseStatus, Urgency
from core.cases.tables import CaseRow
from core.cases.visibility import cases_in_reach
from core.communities.queries import community_by_id, office_of
from core.points.rules import AccountKind
from core.points.tables import PointAccountRow, PointEntryRow, PointLegRow
from core.reports.rules import AGES, Counts, Dimension, Figure, Lasting, Period, percentile
from core.residents.tables import ResidentRow

_MINUTE_SECONDS = 60
_BOUNDS = (60, 70, 80)  # ages at which a new band begins


@dataclass(frozen=True)
class Points:
    """What went into and out of the points book in a period."""

    given: int
    spent: int


@dataclass
class Report:
    """Everything that a report says of one period."""

    period: Period
    total: Counts
    by: dict[Dimension, dict[object, Counts]]
    lasting: dict[Lasting, tuple[int | None, int | None, int]]  # minutes: median, 90 %; how many
    daily: dict[date, tuple[int, int]] = field(default_factory=dict)  # received, done


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


def cases_of_period(access: Access, period: Period) -> list[ColumnElement[bool]]:
    """Return which cases a report is about: received then, in reach, no draft, no repeat."""
    return [
        cases_in_reach(access, Right.REPORTS),
        CaseRow.received_on >= period.starts,
        CaseRow.received_on < period.ends,
        CaseRow.status != CaseStatus.DRAFT,
        CaseRow.closed_by != MERGED,
    ]


def report_of(session: Session, access: Access, period: Period, *, now: datetime) -> Report:
    """Count everything of one period."""
    report = Report(
        period=period, total=Counts(), by={dimension: {} for dimension in Dimension}, lasting={}
    )
    for values, counts in _groups(session, access, period, now):
        report.total.add(counts)
        for dimension, value in values.items():
            report.by[dimension].setdefault(value, Counts()).add(counts)
    for lasting in Lasting:
        report.lasting[lasting] = _lasting(session, access, period, lasting)
    report.daily = _daily(session, access, period, now)
    return report


def totals_of(session: Session, access: Access, period: Period, *, now: datetime) -> Counts:
    """Count the figures of one period alone, for a comparison."""
    wanted = conditions(now)
    row = session.execute(
        select(*(_sum(condition) for condition in wanted.values())).where(
            *cases_of_period(access, period)
        )
    ).one()
    counts = Counts()
    counts.add({figure: int(row[at] or 0) for at, figure in enumerate(wanted)})
    return counts


def age_is(band: str, year: int) -> ColumnElement[bool]:
    """Return the condition of an age band, for the drill-down."""
    found = _age_band(year) == band
    return (
        CaseRow.resident_id.in_(select(ResidentRow.id).where(found))
        if band != AGES[-1]
        else (
            CaseRow.resident_id.is_(None)
            | CaseRow.resident_id.in_(
                select(ResidentRow.id).where(ResidentRow.birth_year.is_(None))
            )
        )
    )


def points_of(session: Session, community_id: int, period: Period) -> Points:
    """Return how many points were given and spent in a period."""
    zone = ZoneInfo(office_of(community_by_id(session, community_id)).zone)
    starts = datetime.combine(period.starts, datetime.min.time(), zone)
    ends = datetime.combine(period.ends, datetime.min.time(), zone)
    rows = session.execute(
        select(PointAccountRow.kind, func.sum(PointLegRow.amount))
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .join(
            PointEntryRow,
            (PointEntryRow.community_id == PointLegRow.community_id)
            & (PointEntryRow.number == PointLegRow.entry),
        )
        .where(
            PointEntryRow.community_id == community_id,
            PointEntryRow.posted_at >= starts,
            PointEntryRow.posted_at < ends,
        )
        .group_by(PointAccountRow.kind)
    )
    sums: Mapping[str, int] = {kind: int(amount) for kind, amount in rows}
    return Points(given=-sums.get(AccountKind.ISSUING, 0), spent=sums.get(AccountKind.SPENT, 0))


def _groups(
    session: Session, access: Access, period: Period, now: datetime
) -> list[tuple[dict[Dimension, object], dict[Figure, int]]]:
    wanted = conditions(now)
    parts: dict[Dimension, Any] = {  # columns of several types, only grouped by
        Dimension.ESTATE: CaseRow.estate_id,
        Dimension.GRID: CaseRow.grid_id,
        Dimension.CATEGORY: CaseRow.category,
        Dimension.CHANNEL: CaseRow.channel,
        Dimension.AGE: _age_band(period.starts.year),
        Dimension.HOLDER: CaseRow.assignee_id,
    }
    columns = list(parts.values())
    rows = session.execute(
        select(*columns, *(_sum(condition) for condition in wanted.values()))
        .select_from(CaseRow)
        .outerjoin(ResidentRow, ResidentRow.id == CaseRow.resident_id)
        .where(*cases_of_period(access, period))
        .group_by(*columns)
    )
    first = len(columns)
    return [
        (
            dict(zip(parts, row[:first], strict=True)),
            {figure: int(row[first + at] or 0) for at, figure in enumerate(wanted)},
        )
        for row in rows
    ]


def _age_band(year: int) -> ColumnElement[str]:
    age = year - ResidentRow.birth_year
    sixty, seventy, eighty = _BOUNDS
    return case(
        (ResidentRow.birth_year.is_(None), AGES[4]),
        (age < sixty, AGES[0]),
        (age < seventy, AGES[1]),
        (age < eighty, AGES[2]),
        else_=AGES[3],
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_ENDS: Mapping[Lasting, InstrumentedAttribute[datetime | None]] = {
    Lasting.ACCEPTED: CaseRow.accepted_at,
    Lasting.ANSWERED: CaseRow.first_feedback_at,
    Lasting.DONE: CaseRow.done_at,
    Lasting.CLOSED: CaseRow.closed_at,
}


def _lasting(
    session: Session, access: Access, period: Period, lasting: Lasting
) -> tuple[int | None, int | None, int]:
    """Return median and 90th percentile in minutes, exact to the minute, and of how many."""
    end = _ENDS[lasting]
    minutes = _minutes(session, end)
    rows = [
        (int(minute), int(count))
        for minute, count in session.execute(
            select(minutes, func.count())
            .where(*cases_of_period(access, period), end.is_not(None))
            .group_by(minutes)
        )
    ]
    return percentile(rows, 0.5), percentile(rows, 0.9), sum(count for _, count in rows)


def _minutes(session: Session, end: InstrumentedAttribute[datetime | None]) -> ColumnElement[int]:
    if session.get_bind().dialect.name == "sqlite":
        days = func.julianday(end) - func.julianday(CaseRow.opened_at)
        return cast(func.round(days * 1440 - 0.5), Integer)
    seconds = cast(extract("epoch", end - CaseRow.opened_at), Float)
    return cast(func.floor(seconds / _MINUTE_SECONDS), Integer)


def _daily(
    session: Session, access: Access, period: Period, now: datetime
) -> dict[date, tuple[int, int]]:
    done = conditions(now)[Figure.DONE]
    rows = session.execute(
        select(CaseRow.received_on, func.count(), _sum(done))
        .where(*cases_of_period(access, period))
        .group_by(CaseRow.received_on)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def week_before(today: date) -> Period:
    """Return the week, Monday to Sunday, before the one of a day."""
    monday = today - timedelta(days=today.weekday())
    return Period(monday - timedelta(days=7), monday)
