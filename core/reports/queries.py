"""Reads for reports: the sums of the days that are counted, and the cases of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access.rules import Access, Reach, Right
from core.cases.tables import CaseRow
from core.cases.visibility import cases_in_reach
from core.reports.counting import TOTAL, Counted, Tally, count_cases, unpack
from core.reports.rules import Counts, Dimension, Figure, Lasting, Period, percentile
from core.reports.sums import stale_days
from core.reports.tables import EVERY_GRID, ReportSumRow

_FIGURES = {figure: getattr(ReportSumRow, figure.value) for figure in Figure}
_MINUTES = {lasting: getattr(ReportSumRow, f"minutes_{lasting.value}") for lasting in Lasting}


@dataclass(frozen=True)
class Spread:
    """How long something took: minutes that half and nine in ten do not exceed; of how many."""

    median: int | None
    most: int | None
    count: int


@dataclass
class Part:
    """What a report says of some cases."""

    counts: Counts = field(default_factory=Counts)
    minutes: dict[Lasting, Counter[int]] = field(default_factory=dict)

    def add(self, tally: Tally) -> None:
        """Add cases that were counted."""
        self.counts.add(tally.figures())
        for lasting, minutes in tally.minutes.items():
            self.minutes.setdefault(lasting, Counter()).update(minutes)

    def spread(self, lasting: Lasting) -> Spread:
        """Return median and 90th percentile, exact to the minute."""
        seen = self.minutes.get(lasting, Counter())
        found = seen.items()
        return Spread(percentile(found, 0.5), percentile(found, 0.9), seen.total())


@dataclass
class Report:
    """Everything that a report says of one period."""

    period: Period
    total: Part = field(default_factory=Part)
    by: dict[Dimension, dict[object, Part]] = field(
        default_factory=lambda: {dimension: {} for dimension in Dimension}
    )
    daily: dict[date, tuple[int, int]] = field(default_factory=dict)  # received, done

    def part(self, dimension: str, value: str) -> Part:
        """Return the part of a dimension's value, as the sums name them."""
        if dimension == TOTAL:
            return self.total
        kind = Dimension(dimension)
        return self.by[kind].setdefault(_read(kind, value), Part())

    def add_day(self, day: date, received: int, done: int) -> None:
        """Add to what came and was done of one day."""
        before = self.daily.get(day, (0, 0))
        self.daily[day] = (before[0] + received, before[1] + done)


@dataclass(frozen=True)
class _Sources:
    """Where the figures of a period come from, for one person."""

    sums: list[ColumnElement[bool]]  # which kept sums
    cases: list[list[ColumnElement[bool]]]  # which cases, each list on its own


def report_of(
    session: Session,
    access: Access,
    period: Period,
    *,
    now: datetime,
    times_by: Iterable[Dimension] = Dimension,
) -> Report:
    """Count everything of one period; the times of parts only for ``times_by``."""
    report = Report(period)
    sources = _sources(session, access, period, now)
    _add_sums(session, report, sources.sums, list(times_by))
    for which in sources.cases:
        _add_cases(report, count_cases(session, which, now=now, grids=False))
    return report


def totals_of(session: Session, access: Access, period: Period, *, now: datetime) -> Counts:
    """Count the figures of one period alone, for a comparison."""
    counts = Counts()
    sources = _sources(session, access, period, now)
    for _, _, found in _kept(session, [*sources.sums, ReportSumRow.dimension == TOTAL]):
        counts.add(found)
    for which in sources.cases:
        counted = count_cases(session, which, now=now, grids=False)
        for (_, _, dimension, _), tally in counted.tallies.items():
            if dimension == TOTAL:
                counts.add(tally.figures())
    return counts


def _sources(session: Session, access: Access, period: Period, now: datetime) -> _Sources:
    """Part a period into days with sums and days whose cases are counted here and now.

    A grid leader sees the sums of the grids, and what lies with themselves besides.
    """
    good, old = stale_days(session, access.community_id, period.starts, period.ends, now=now)
    reach = access.reach(Right.REPORTS)
    scopes = [EVERY_GRID] if reach is Reach.ALL else sorted(access.grid_ids)
    sums = [
        ReportSumRow.community_id == access.community_id,
        ReportSumRow.day >= period.starts,
        ReportSumRow.day < period.ends,
        ReportSumRow.day.not_in(sorted(old)),
        ReportSumRow.scope.in_(scopes),
    ]
    in_reach = cases_in_reach(access, Right.REPORTS)
    cases = [[in_reach, CaseRow.received_on.in_(sorted(old))]] if old else []
    if reach is not Reach.ALL and good:
        elsewhere = CaseRow.grid_id.is_(None) | CaseRow.grid_id.not_in(scopes)
        cases.append([in_reach, elsewhere, CaseRow.received_on.in_(sorted(good))])
    return _Sources(sums, cases)


def _kept(
    session: Session, which: Iterable[ColumnElement[bool]]
) -> list[tuple[str, str, dict[Figure, int]]]:
    rows = session.execute(
        select(
            ReportSumRow.dimension,
            ReportSumRow.value,
            *(func.sum(column) for column in _FIGURES.values()),
        )
        .where(*which)
        .group_by(ReportSumRow.dimension, ReportSumRow.value)
    )
    return [
        (row[0], row[1], {figure: int(row[at]) for at, figure in enumerate(Figure, 2)})
        for row in rows
    ]


def _add_sums(
    session: Session,
    report: Report,
    which: list[ColumnElement[bool]],
    times_by: list[Dimension],
) -> None:
    for dimension, value, figures in _kept(session, which):
        report.part(dimension, value).counts.add(figures)
    of_total = [*which, ReportSumRow.dimension == TOTAL]
    columns = (ReportSumRow.day, ReportSumRow.received, ReportSumRow.done, *_MINUTES.values())
    for day, received, done, *minutes in session.execute(select(*columns).where(*of_total)):
        report.add_day(day, received, done)
        for lasting, kept in zip(_MINUTES, minutes, strict=True):
            report.total.minutes.setdefault(lasting, Counter()).update(unpack(kept))
    wanted = ReportSumRow.dimension.in_([dimension.value for dimension in times_by])
    times = select(ReportSumRow.dimension, ReportSumRow.value, ReportSumRow.minutes_feedback).where(
        *which, wanted
    )
    for dimension, value, kept in session.execute(times):
        spread = report.part(dimension, value).minutes
        spread.setdefault(Lasting.ANSWERED, Counter()).update(unpack(kept))


def _add_cases(report: Report, counted: Counted) -> None:
    for (day, _, dimension, value), tally in counted.tallies.items():
        report.part(dimension, value).add(tally)
        if dimension == TOTAL:
            figures = tally.figures()
            report.add_day(day, figures[Figure.RECEIVED], figures[Figure.DONE])


def _read(dimension: Dimension, value: str) -> object:
    if dimension in (Dimension.ESTATE, Dimension.GRID, Dimension.HOLDER):
        return int(value) if value else None
    return value
