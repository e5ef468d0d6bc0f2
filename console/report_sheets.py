"""A report as a spreadsheet: the figures, then one sheet for each dimension."""

from __future__ import annotations

from console.exporting import Sheet
from console.report_looks import Shown, rows_of, title_of
from console.services import Visit
from core.reports.queries import Spread
from core.reports.rules import Dimension, Figure, Lasting, Share


def report_sheets(visit: Visit, shown: Shown) -> list[Sheet]:
    """Return the whole report as sheets; times are in minutes."""
    t, report = visit.words.t, shown.report
    total = Sheet(
        title_of(visit, report.period),
        [
            *(t(f"report.{name}") for name in ("what", "count", "of")),
            *(t(f"report.{name}") for name in ("before", "last_year", "this_year")),
        ],
        [
            *_figures(visit, shown),
            *_shares(visit, shown),
            *_times(visit, shown),
            *_beside(visit, shown),
        ],
    )
    return [total, *(_sheet_by(visit, shown, dimension) for dimension in Dimension)]


def _figures(visit: Visit, shown: Shown) -> list[list[object]]:
    compared = shown.compared
    others = (compared.earlier, compared.last_year, compared.whole_year)
    return [
        [visit.words.t(f"figure.{figure.value}"), count, "", *(one.of[figure] for one in others)]
        for figure, count in shown.report.total.counts.of.items()
    ]


def _shares(visit: Visit, shown: Shown) -> list[list[object]]:
    counts = shown.report.total.counts
    return [[visit.words.t(f"share.{one.value}"), *counts.share(one), "", "", ""] for one in Share]


def _times(visit: Visit, shown: Shown) -> list[list[object]]:
    t, found = visit.words.t, []
    for kind in Lasting:
        spread = shown.report.total.spread(kind)
        name = t(f"lasting.{kind.value}")
        for of, value in (("median", spread.median), ("most", spread.most)):
            line: list[object] = [f"{name} · {t(f'report.{of}')} ({t('report.in_minutes')})"]
            found.append([*line, _or_nothing(value), spread.count, "", "", ""])
    return found


def _beside(visit: Visit, shown: Shown) -> list[list[object]]:
    t, found = visit.words.t, list[tuple[str, int, object]]()
    if shown.points is not None:
        found += [
            ("points_given", shown.points.given, ""),
            ("points_spent", shown.points.spent, ""),
            ("points_expired", shown.points.expired, ""),
        ]
    asked = shown.consultations
    if asked is not None:
        found += [
            ("consultations_opened", asked.opened, ""),
            ("consultations_carried", asked.carried, asked.closed),
            ("consultations_answered", asked.answered, asked.asked),
        ]
    return [[t(f"report.{name}"), count, of, "", "", ""] for name, count, of in found]


def _sheet_by(visit: Visit, shown: Shown, dimension: Dimension) -> Sheet:
    t = visit.words.t
    times = [
        f"{t('lasting.feedback')} · {t(f'report.{of}')} ({t('report.in_minutes')})"
        for of in ("median", "most")
    ]
    heading = [
        t(f"by.{dimension.value}"),
        *(t(f"figure.{figure.value}") for figure in Figure),
        *times,
    ]
    lines = [
        [
            name,
            *(part.counts.of[figure] for figure in Figure),
            *_both(part.spread(Lasting.ANSWERED)),
        ]
        for name, _, part in rows_of(visit, shown, dimension)
    ]
    return Sheet(t(f"by.{dimension.value}"), heading, lines)


def _both(spread: Spread) -> tuple[object, object]:
    return _or_nothing(spread.median), _or_nothing(spread.most)


def _or_nothing(minutes: int | None) -> object:
    return "" if minutes is None else minutes
