"""Reports of a month or a year: page, PDF, spreadsheet, and the cases behind each figure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from console.asked import number
from console.case_looks import lines_of
from console.case_sheets import case_sheet
from console.exporting import Sheet, download, download_workbook
from console.printing import NoPrinter, as_pdf
from console.routes import Route
from console.services import Visit
from core.access.rules import Reach, Right
from core.audit.rules import Deed
from core.cases.finding import Filters, newest
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, estates_of, grids_of, office_of
from core.reports.queries import (
    Report,
    age_is,
    cases_of_period,
    conditions,
    points_of,
    report_of,
    totals_of,
)
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
    month_of,
    percent,
    year_before,
    year_of,
)
from core.sla.hours import local_day
from core.staff.queries import staff_of

_CARDS = (Figure.RECEIVED, Figure.OPEN, Figure.LATE, Figure.EMERGENCY, Figure.WITHDRAWN)


@dataclass(frozen=True)
class Shown:
    """A report with what a page needs besides."""

    report: Report
    earlier: Counts
    last_year: Counts
    names: dict[Dimension, dict[object, str]]
    points: tuple[int, int] | None


class ReportPages:
    """Pages of figures."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/report", self.report, Right.REPORTS),
            Route("GET", "/report/cases", self.report_cases, Right.REPORTS),
            Route("GET", "/report.<any(pdf, xlsx, csv):kind>", self.report_file, Right.REPORTS),
            Route(
                "GET", "/cases/export.<any(xlsx, csv):kind>", self.export_cases, Right.EXPORT_CASES
            ),
        ]

    def report(self, visit: Visit) -> ResponseReturnValue:
        """Show a month or a year."""
        period = _period(visit)
        with visit.reading() as session:
            shown = _gather(session, visit, period)
        return visit.page("report.html", **_page(visit, shown))

    def report_cases(self, visit: Visit) -> ResponseReturnValue:
        """Show the cases that one figure counts."""
        period = _period(visit)
        with visit.reading() as session:
            found = newest(
                session,
                visit.access,
                Filters(),
                now=visit.now,
                below=number("below"),
                conditions=_behind(visit, period),
            )
            lines = lines_of(session, visit, found.cases)
        last = found.cases[-1].number if found.more else None
        figure = request.args.get("figure", "")
        return visit.page("report_cases.html", lines=lines, below=last, figure=figure)

    def report_file(self, visit: Visit, kind: str) -> ResponseReturnValue:
        """Give a report as a file."""
        period = _period(visit)
        with visit.writing() as session:
            shown = _gather(session, visit, period)
            name = f"report-{period.starts.isoformat()}"
            visit.note(session, Deed.EXPORTED, "report", f"{name}.{kind}")
        if kind == "pdf":
            page = render_template(
                "console/report_print.html",
                visit=visit,
                t=visit.words.t,
                words=visit.words,
                **_page(visit, shown),
            )
            try:
                return Response(as_pdf(page), mimetype="application/pdf")
            except NoPrinter as missing:
                return visit.page("no_printer.html", 501, reason=str(missing))
        sheets = _sheets(visit, shown)
        if kind == "xlsx":
            return download_workbook(sheets, name)
        return download(sheets[1], "csv", name)

    def export_cases(self, visit: Visit, kind: str) -> ResponseReturnValue:
        """Give the cases of a list as a spreadsheet."""
        from console.case_pages import read_filters

        with visit.writing() as session:
            sheet = case_sheet(session, visit, read_filters())
            visit.note(session, Deed.EXPORTED, "cases", kind, after={"lines": len(sheet.lines)})
        return download(sheet, kind, "cases")


def _period(visit: Visit) -> Period:
    """Read the month or year that was asked for; else this month."""
    with visit.reading() as session:
        office = office_of(community_by_id(session, visit.access.community_id))
        today = local_day(office, visit.now)
    asked = request.args.get("month", "") or request.args.get("year", "")
    parts = asked.split("-")
    try:
        if len(parts) == 2:
            return month_of(date(int(parts[0]), int(parts[1]), 1))
        if len(parts) == 1 and asked:
            return year_of(date(int(asked), 1, 1))
    except ValueError:
        pass
    return month_of(today)


def _gather(session: Session, visit: Visit, period: Period) -> Shown:
    access, now = visit.access, visit.now
    points = None
    if access.reach(Right.REPORTS) is Reach.ALL:
        counted = points_of(session, access.community_id, period)
        points = (counted.given, counted.spent)
    return Shown(
        report=report_of(session, access, period, now=now),
        earlier=totals_of(session, access, before(period), now=now),
        last_year=totals_of(session, access, year_before(period), now=now),
        names=_names(session, visit),
        points=points,
    )


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


def _page(visit: Visit, shown: Shown) -> dict[str, Any]:
    report, words = shown.report, visit.words
    period = report.period
    chosen = request.args.get("by", Dimension.CATEGORY.value)
    dimension = Dimension(chosen) if chosen in {d.value for d in Dimension} else Dimension.CATEGORY
    asked = _asked(period)
    return {
        "period": period,
        "asked": asked,
        "title": _title(visit, period),
        "cards": [(figure, report.total.of[figure]) for figure in _CARDS],
        "shares": [_share(share, shown) for share in Share],
        "lasting": [(kind, *report.lasting[kind]) for kind in Lasting],
        "minutes": lambda value: words.span(_span(value)) if value is not None else "—",
        "dimension": dimension,
        "dimensions": list(Dimension),
        "rows": _rows(visit, shown, dimension),
        "tables": [(one, _rows(visit, shown, one)) for one in Dimension],
        "percent": percent,
        "points": shown.points,
        "earlier": before(period),
        "charts": _charts(visit, shown),
        "Share": Share,
        "SHARES": SHARES,
    }


def _span(minutes: int) -> Any:
    from datetime import timedelta

    return timedelta(minutes=minutes)


def _share(share: Share, shown: Shown) -> dict[str, Any]:
    part, whole = shown.report.total.share(share)
    return {
        "share": share,
        "part": part,
        "whole": whole,
        "figure": SHARES[share][0],
        "base": SHARES[share][1],
        "percent": percent(part, whole),
        "earlier": percent(*shown.earlier.share(share)),
        "last_year": percent(*shown.last_year.share(share)),
    }


def _rows(visit: Visit, shown: Shown, dimension: Dimension) -> list[tuple[str, object, Counts]]:
    found = [
        (_name(visit, shown, dimension, value), value, counts)
        for value, counts in shown.report.by[dimension].items()
    ]
    return sorted(found, key=lambda row: (-row[2].of[Figure.RECEIVED], row[0]))


def _charts(visit: Visit, shown: Shown) -> list[tuple[str, str]]:
    """Return title and data of each chart."""
    report, t = shown.report, visit.words.t
    trend = _trend(report)
    category = _rows(visit, shown, Dimension.CATEGORY)
    channel = _rows(visit, shown, Dimension.CHANNEL)
    received, done = t("figure.received"), t("figure.done")
    charts = (
        (
            t("report.trend"),
            "line",
            [label for label, _, _ in trend],
            [(received, [a for _, a, _ in trend]), (done, [b for _, _, b in trend])],
        ),
        (
            t("report.by_category"),
            "bar",
            [name for name, _, _ in category],
            [(received, [row[2].of[Figure.RECEIVED] for row in category])],
        ),
        (
            t("report.by_channel"),
            "bar",
            [name for name, _, _ in channel],
            [(received, [row[2].of[Figure.RECEIVED] for row in channel])],
        ),
    )
    return [(title, _chart(kind, labels, series)) for title, kind, labels, series in charts]


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


def _title(visit: Visit, period: Period) -> str:
    key = "report.year" if period.is_year else "report.month"
    return visit.words.t(key, year=period.starts.year, month=period.starts.month)


def _asked(period: Period) -> dict[str, str]:
    if period.is_year:
        return {"year": str(period.starts.year)}
    return {"month": f"{period.starts:%Y-%m}"}


def _behind(visit: Visit, period: Period) -> list[ColumnElement[bool]]:
    """Return the conditions of one figure in one row of a table."""
    found = cases_of_period(visit.access, period)
    wanted = conditions(visit.now)
    figure = request.args.get("figure", "")
    if figure in {one.value for one in Figure}:
        found.append(wanted[Figure(figure)])
    by, value = request.args.get("by", ""), request.args.get("value", "")
    columns = {
        Dimension.ESTATE.value: CaseRow.estate_id,
        Dimension.GRID.value: CaseRow.grid_id,
        Dimension.HOLDER.value: CaseRow.assignee_id,
    }
    if by in columns:
        known = value.isdecimal() and value.isascii()
        found.append(columns[by] == int(value) if known else columns[by].is_(None))
    elif by == Dimension.CATEGORY:
        found.append(CaseRow.category == value)
    elif by == Dimension.CHANNEL:
        found.append(CaseRow.channel == value)
    elif by == Dimension.AGE and value in AGES:
        found.append(age_is(value, period.starts.year))
    return found


def _sheets(visit: Visit, shown: Shown) -> list[Sheet]:
    """Return the whole report as sheets: the figures, then one sheet for each dimension."""
    t, report = visit.words.t, shown.report
    figures: list[list[object]] = [
        [t(f"figure.{figure.value}"), count, ""] for figure, count in report.total.of.items()
    ]
    shares: list[list[object]] = [
        [t(f"share.{share.value}"), *report.total.share(share)] for share in Share
    ]
    lasting: list[list[object]] = [
        [t(f"lasting.{kind.value}"), median if median is not None else "", most or ""]
        for kind, (median, most, _) in report.lasting.items()
    ]
    total = Sheet(
        _title(visit, report.period),
        [t("report.what"), t("report.count"), t("report.of")],
        [*figures, *shares, *lasting],
    )
    return [total, *(_sheet_by(visit, shown, dimension) for dimension in Dimension)]


def _sheet_by(visit: Visit, shown: Shown, dimension: Dimension) -> Sheet:
    t = visit.words.t
    heading = [t(f"by.{dimension.value}"), *(t(f"figure.{figure.value}") for figure in Figure)]
    lines = [
        [name, *(counts.of[figure] for figure in Figure)]
        for name, _, counts in _rows(visit, shown, dimension)
    ]
    return Sheet(t(f"by.{dimension.value}"), heading, lines)
