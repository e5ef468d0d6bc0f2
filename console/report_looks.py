"""What the page and the print of a report show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from console.services import Visit
from core.access.rules import Reach, Right
from core.communities.queries import estates_of, grids_of
from core.reports.beside import Consultations, Points, consultations_of, points_of
from core.reports.queries import Part, Report, report_of, totals_of
from core.reports.rules import (
    AGES,
    SHARES,
    Counts,
    Dimension,
    Figure,
    Lasting,
    Period,
    Share,
    before,
    percent,
    year_before,
    year_of,
)
from core.staff.queries import staff_of

_CARDS = (Figure.RECEIVED, Figure.OPEN, Figure.LATE, Figure.EMERGENCY, Figure.WITHDRAWN)
_COMPARED = (Figure.RECEIVED, Figure.DONE, Figure.LATE, Figure.REOPENED, Figure.EMERGENCY)
# Columns of the tables by dimension: a figure, and what it is a part of.
_COLUMNS: Sequence[tuple[Figure, Figure | None]] = (
    (Figure.RECEIVED, None),
    (Figure.ON_TIME, Figure.DECIDED),
    (Figure.LATE, None),
    (Figure.REACHED, Figure.RECEIVED),
    (Figure.DONE, Figure.RECEIVED),
    (Figure.ANSWERED, Figure.DONE),
    (Figure.SOLVED, Figure.ANSWERED),
    (Figure.SATISFIED, Figure.RATED),
    (Figure.REOPENED, None),
)


@dataclass(frozen=True)
class Compared:
    """The same figures of the period before, of a year ago, and of the whole year."""

    earlier: Counts
    last_year: Counts
    whole_year: Counts


@dataclass(frozen=True)
class Shown:
    """A report with what a page needs besides."""

    report: Report
    compared: Compared
    names: dict[Dimension, dict[object, str]]
    points: Points | None
    consultations: Consultations | None


def chosen_dimension() -> Dimension:
    """Return by what the page parts its figures."""
    asked = request.args.get("by", "")
    known = {dimension.value for dimension in Dimension}
    return Dimension(asked) if asked in known else Dimension.CATEGORY


def gather(session: Session, visit: Visit, period: Period, times_by: list[Dimension]) -> Shown:
    """Read everything that a report shows."""
    access, now = visit.access, visit.now
    sees_all = access.reach(Right.REPORTS) is Reach.ALL
    year = year_of(period.starts)
    report = report_of(session, access, period, now=now, times_by=times_by)
    return Shown(
        report=report,
        compared=Compared(
            earlier=totals_of(session, access, before(period), now=now),
            last_year=totals_of(session, access, year_before(period), now=now),
            whole_year=report.total.counts
            if period.is_year
            else totals_of(session, access, year, now=now),
        ),
        names=_names(session, visit),
        points=points_of(session, access.community_id, period) if sees_all else None,
        consultations=consultations_of(session, access.community_id, period) if sees_all else None,
    )


def as_page(visit: Visit, shown: Shown) -> dict[str, Any]:
    """Return what the templates fill in."""
    report, words = shown.report, visit.words
    period = report.period
    dimension = chosen_dimension()
    return {
        "period": period,
        "asked": _asked(period),
        "title": title_of(visit, period),
        "cards": [(figure, report.total.counts.of[figure]) for figure in _CARDS],
        "compared": [_compare(figure, shown) for figure in _COMPARED],
        "shares": [_share(share, shown) for share in Share],
        "lasting": [(kind, report.total.spread(kind)) for kind in Lasting],
        "minutes": lambda value: words.span(timedelta(minutes=value)) if value is not None else "—",
        "dimension": dimension,
        "dimensions": list(Dimension),
        "columns": _COLUMNS,
        "answered": Lasting.ANSWERED,
        "rows": rows_of(visit, shown, dimension),
        "tables": [(one, rows_of(visit, shown, one)) for one in Dimension],
        "points": shown.points,
        "consultations": shown.consultations,
        "earlier": before(period),
        "charts": _charts(visit, shown),
    }


def title_of(visit: Visit, period: Period) -> str:
    """Name a period."""
    key = "report.year" if period.is_year else "report.month"
    return visit.words.t(key, year=period.starts.year, month=period.starts.month)


def rows_of(visit: Visit, shown: Shown, dimension: Dimension) -> list[tuple[str, object, Part]]:
    """Return name, value and figures of each part, the largest first."""
    found = [
        (_name(visit, shown, dimension, value), value, part)
        for value, part in shown.report.by[dimension].items()
    ]
    return sorted(found, key=lambda row: (-row[2].counts.of[Figure.RECEIVED], row[0]))


def _names(session: Session, visit: Visit) -> dict[Dimension, dict[object, str]]:
    community_id, words = visit.access.community_id, visit.words
    return {
        Dimension.ESTATE: {row.id: row.name for row in estates_of(session, community_id)},
        Dimension.GRID: {row.id: row.name for row in grids_of(session, community_id)},
        Dimension.HOLDER: {row.id: row.name for row in staff_of(session, community_id)},
        Dimension.AGE: {band: words.t(f"age.{at}") for at, band in enumerate(AGES)},
        Dimension.CATEGORY: {},
        Dimension.CHANNEL: {},
    }


def _name(visit: Visit, shown: Shown, dimension: Dimension, value: object) -> str:
    known = shown.names[dimension].get(value)
    if known:
        return known
    if dimension in (Dimension.CATEGORY, Dimension.CHANNEL):
        return visit.words.name(dimension.value, value)
    return visit.words.t("report.unknown")


def _compare(figure: Figure, shown: Shown) -> dict[str, Any]:
    compared = shown.compared
    return {
        "figure": figure,
        "now": shown.report.total.counts.of[figure],
        "earlier": compared.earlier.of[figure],
        "last_year": compared.last_year.of[figure],
        "whole_year": compared.whole_year.of[figure],
    }


def _share(share: Share, shown: Shown) -> dict[str, Any]:
    part, whole = shown.report.total.counts.share(share)
    compared = shown.compared
    return {
        "share": share,
        "part": part,
        "whole": whole,
        "figure": SHARES[share][0],
        "base": SHARES[share][1],
        "percent": percent(part, whole),
        "earlier": _rate(compared.earlier, share),
        "last_year": _rate(compared.last_year, share),
        "whole_year": _rate(compared.whole_year, share),
    }


def _rate(counts: Counts, share: Share) -> str:
    """Write a rate with what it is a part of."""
    part, whole = counts.share(share)
    return f"{percent(part, whole)} ({part}/{whole})"


def _charts(visit: Visit, shown: Shown) -> list[tuple[str, str]]:
    """Return title and data of each chart."""
    t = visit.words.t
    trend = _trend(shown.report)
    received, done = t("figure.received"), t("figure.done")
    line = _chart(
        "line",
        [label for label, _, _ in trend],
        [(received, [a for _, a, _ in trend]), (done, [b for _, _, b in trend])],
    )
    return [
        (t("report.trend"), line),
        (t("report.by_category"), _bars(visit, shown, Dimension.CATEGORY)),
        (t("report.by_channel"), _bars(visit, shown, Dimension.CHANNEL)),
    ]


def _bars(visit: Visit, shown: Shown, dimension: Dimension) -> str:
    rows = rows_of(visit, shown, dimension)
    counts = [part.counts.of[Figure.RECEIVED] for _, _, part in rows]
    label = visit.words.t("figure.received")
    return _chart("bar", [name for name, _, _ in rows], [(label, counts)])


def _chart(kind: str, labels: Sequence[str], series: Sequence[tuple[str, list[int]]]) -> str:
    sets = [{"label": label, "data": data} for label, data in series]
    return json.dumps({"type": kind, "labels": list(labels), "sets": sets}, ensure_ascii=False)


def _trend(report: Report) -> list[tuple[str, int, int]]:
    """Return received and done, by day of a month or by month of a year."""
    sums: dict[str, list[int]] = {}
    day = report.period.starts
    while day < report.period.ends:
        label = f"{day:%m}" if report.period.is_year else f"{day:%d}"
        received, done = report.daily.get(day, (0, 0))
        both = sums.setdefault(label.lstrip("0"), [0, 0])
        both[0] += received
        both[1] += done
        day = date.fromordinal(day.toordinal() + 1)
    return [(label, received, done) for label, (received, done) in sums.items()]


def _asked(period: Period) -> dict[str, str]:
    if period.is_year:
        return {"year": str(period.starts.year)}
    return {"month": f"{period.starts:%Y-%m}"}
