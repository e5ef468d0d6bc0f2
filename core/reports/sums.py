"""Keeps the daily sums: a day is counted anew when a case of it changed or its promise ran out.

While a day is not counted yet, a report counts its cases itself (core.reports.queries), so that
what is read is never old; the sums only make it quick.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.cases.tables import CaseRow
from core.reports.counting import Counted, count_cases, pack
from core.reports.rules import Lasting
from core.reports.tables import ReportChangeRow, ReportDayRow, ReportSumRow

_Day = tuple[int, date]  # a community's number, and a day of receipt


def days_to_count(session: Session, *, now: datetime, limit: int) -> list[_Day]:
    """Return some of the days whose sums are old."""
    changed = select(ReportChangeRow.community_id, ReportChangeRow.day)
    run_out = select(ReportDayRow.community_id, ReportDayRow.day)
    rows = session.execute(changed.union(run_out.where(ReportDayRow.again_at < now)).limit(limit))
    return [(row[0], row[1]) for row in rows]


def count_days(session: Session, days: Sequence[_Day], *, now: datetime) -> int:
    """Count the sums of some days anew, but for those that somebody else is at; return how many.

    The marks are deleted before the cases are read: a change that is committed in between is
    counted and stays marked, one that is committed later is marked then.
    """
    taken = _take(session, days)
    for community_id in {community_id for community_id, _ in taken}:
        of = [day for community, day in taken if community == community_id]
        _forget(session, community_id, of)
        which = (CaseRow.community_id == community_id, CaseRow.received_on.in_(of))
        counted = count_cases(session, which, now=now)
        _keep(session, community_id, of, counted, now)
    return len(taken)


def mark_everything(session: Session, community_id: int) -> None:
    """Have every day of a community counted from scratch."""
    held = select(CaseRow.received_on.label("day")).where(CaseRow.community_id == community_id)
    kept = select(ReportDayRow.day).where(ReportDayRow.community_id == community_id)
    session.execute(
        insert(ReportChangeRow),
        [
            {"community_id": community_id, "day": day}
            for day in session.scalars(held.union(kept)).all()
        ],
    )


def _take(session: Session, days: Sequence[_Day]) -> list[_Day]:
    """Lock the days that nobody else counts at this moment."""
    if not days:
        return []
    on = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"community_id": community, "day": day} for community, day in sorted(days)]
    session.execute(on.insert(ReportDayRow).values(rows).on_conflict_do_nothing())
    found = session.execute(
        select(ReportDayRow.community_id, ReportDayRow.day)
        .where(tuple_(ReportDayRow.community_id, ReportDayRow.day).in_(days))
        .with_for_update(skip_locked=True)  # SQLite has one writer at a time
    )
    return [(row[0], row[1]) for row in found]


def _forget(session: Session, community_id: int, days: Collection[date]) -> None:
    for row in (ReportChangeRow, ReportSumRow):
        session.execute(delete(row).where(row.community_id == community_id, row.day.in_(days)))


def _keep(
    session: Session, community_id: int, days: Collection[date], counted: Counted, now: datetime
) -> None:
    rows = _rows(community_id, counted)
    if rows:
        session.execute(insert(ReportSumRow), rows)
    session.execute(
        update(ReportDayRow).execution_options(synchronize_session=False),
        [
            {
                "community_id": community_id,
                "day": day,
                "counted_at": now,
                "again_at": counted.again_at.get(day),
            }
            for day in days
        ],
    )


def _rows(community_id: int, counted: Counted) -> list[dict[str, Any]]:
    return [
        {
            "community_id": community_id,
            "day": day,
            "scope": scope,
            "dimension": dimension,
            "value": value,
            **{figure.value: count for figure, count in tally.figures().items()},
            **{f"minutes_{lasting.value}": pack(tally.minutes.get(lasting)) for lasting in Lasting},
        }
        for (day, scope, dimension, value), tally in counted.tallies.items()
    ]


def stale_days(
    session: Session, community_id: int, starts: date, ends: date, *, now: datetime
) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days of a period whose sums hold at ``now``, and those that must be counted.

    A day without any case has no sums; it is in neither unless a case of it was just marked.
    """
    within = (ReportDayRow.community_id == community_id, ReportDayRow.day >= starts)
    changed = session.scalars(
        select(ReportChangeRow.day)
        .distinct()
        .where(
            ReportChangeRow.community_id == community_id,
            ReportChangeRow.day >= starts,
            ReportChangeRow.day < ends,
        )
    )
    holds = (ReportDayRow.counted_at <= now) & or_(
        ReportDayRow.again_at.is_(None), ReportDayRow.again_at >= now
    )
    known = session.execute(
        select(ReportDayRow.day, holds).where(*within, ReportDayRow.day < ends)
    ).all()
    old = {*changed, *(day for day, is_good in known if not is_good)}
    return frozenset(day for day, _ in known if day not in old), frozenset(old)
