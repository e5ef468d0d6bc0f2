"""Reports of a month or a year: page, PDF, spreadsheet, and the cases behind each figure."""

from __future__ import annotations

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from console.asked import number
from console.case_looks import lines_of
from console.case_sheets import case_sheet
from console.exporting import download, download_workbook
from console.printing import NoPrinter, as_pdf
from console.report_looks import as_page, chosen_dimension, gather
from console.report_sheets import report_sheets
from console.routes import Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.cases.finding import Filters, newest
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.reports.conditions import age_is, cases_of_period, conditions
from core.reports.rules import AGES, Dimension, Figure, Period, month_of, year_of
from core.sla.hours import local_day

_FIRST_YEAR = 2000  # whoever asks for the year 1 means something else


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
            shown = gather(session, visit, period, [chosen_dimension()])
        return visit.page("report.html", **as_page(visit, shown))

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
        name = f"report-{period.starts.isoformat()}"
        with visit.reading() as session:
            shown = gather(session, visit, period, list(Dimension))
        with visit.writing() as session:
            visit.note(session, Deed.EXPORTED, "report", f"{name}.{kind}")
        if kind == "pdf":
            page = render_template(
                "console/report_print.html",
                visit=visit,
                t=visit.words.t,
                words=visit.words,
                **as_page(visit, shown),
            )
            try:
                return Response(as_pdf(page), mimetype="application/pdf")
            except NoPrinter as missing:
                return visit.page("no_printer.html", 501, reason=str(missing))
        sheets = report_sheets(visit, shown)
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
    return _asked(request.args.get("month", "") or request.args.get("year", "")) or month_of(today)


def _asked(written: str) -> Period | None:
    """Read 2026-11 or 2026; None if it is neither, or no year of ours."""
    year, _, month = written.partition("-")
    try:
        first = date(int(year), int(month or 1), 1)
    except ValueError:
        return None
    if not _FIRST_YEAR <= first.year < _FIRST_YEAR + 200:
        return None
    return month_of(first) if month else year_of(first)


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
