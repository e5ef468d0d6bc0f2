"""Daily sums: what is added up day by day is what counting every case anew says, always."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access.rules import Access
from core.cases.tables import CaseRow
from core.communities.queries import communities, grids_of
from core.db import Database
from core.reports.conditions import cases_of_period, conditions
from core.reports.counting import count_cases
from core.reports.queries import Report, report_of, totals_of
from core.reports.rules import Dimension, Figure, Lasting, Period
from core.reports.sums import count_days, days_to_count, mark_everything
from core.reports.tables import ReportChangeRow, ReportSumRow
from core.residents.tables import ResidentRow
from core.staff.queries import staff_of
from core.staff.rules import Role

_START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
_PERIOD = Period(date(2026, 11, 1), date(2026, 12, 1))
_CHANNELS, _CATEGORIES = ("sms", "call", "form"), ("repair", "errand", "policy")


class _Office:
    """A month at an office in which everything is changed that a report counts."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.chance, self.now = database, random.Random(seed), _START
        self.numbers = count(1)
        with database.reading() as session:
            community = communities(session)[0]
            self.community_id = community.id
            self.grids = [row.id for row in grids_of(session, community.id)]
            self.staff = [row.id for row in staff_of(session, community.id)]
            self.residents = list(session.scalars(select(ResidentRow.id)))
        self.deeds: tuple[Callable[[Session], None], ...] = (
            *(self.open, self.open, self.open, self.feed_back, self.feed_back, self.finish),
            *(self.close, self.reopen, self.hand_over, self.withdraw, self.merge, self.correct),
            *(self.receive_earlier, self.forget_birthday, self.delete_draft),
        )

    def live(self, steps: int) -> None:
        """Let things happen; now and then the sums are counted, some days at a time."""
        for _ in range(steps):
            self.now += timedelta(minutes=self.chance.randrange(1, 600))
            with self.database.transaction() as session:
                self.chance.choice(self.deeds)(session)
            if self.chance.random() < 0.3:
                self.count(limit=self.chance.randrange(1, 6))

    def count(self, limit: int = 100) -> int:
        """Count days whose sums are old."""
        with self.database.transaction() as session:
            days = days_to_count(session, now=self.now, limit=limit)
            return count_days(session, days, now=self.now)

    def open(self, session: Session) -> None:
        number = next(self.numbers)
        session.add(
            CaseRow(
                community_id=self.community_id,
                number=number,
                status="draft" if number % 9 == 0 else "dispatched",
                category=self.chance.choice(_CATEGORIES),
                urgency=self.chance.choice(("P0", "P2")),
                channel=self.chance.choice(_CHANNELS),
                resident_id=self.chance.choice([None, *self.residents]),
                words="下水道堵了",
                grid_id=self.chance.choice([None, *self.grids]),
                assignee_id=self.chance.choice([None, *self.staff]),
                opened_at=self.now,
                received_on=self.now.date(),
                first_due_at=self.now + timedelta(days=3),
                due_at=self.now + timedelta(days=3),
                provisional=False,
            )
        )

    def feed_back(self, session: Session) -> None:
        if case := self._one(session):
            case.accepted_at = case.accepted_at or self.now
            case.feedback_at = self.now

    def finish(self, session: Session) -> None:
        if case := self._one(session):
            case.status, case.done_at = "awaiting_confirmation", self.now

    def close(self, session: Session) -> None:
        if case := self._one(session):
            case.status, case.closed_at = "closed", self.now
            case.closed_by = self.chance.choice(("resident", "staff"))
            case.satisfied = self.chance.choice(("yes", "no", "so_so", ""))

    def reopen(self, session: Session) -> None:
        if case := self._one(session):
            case.status, case.reopened, case.done_at = "dispatched", case.reopened + 1, None
            case.closed_at, case.closed_by, case.satisfied = None, "", ""

    def hand_over(self, session: Session) -> None:
        if case := self._one(session):
            case.assignee_id = self.chance.choice([None, *self.staff])

    def withdraw(self, session: Session) -> None:
        if case := self._one(session):
            case.status, case.closed_at, case.closed_by = "withdrawn", self.now, "withdrawn"

    def merge(self, session: Session) -> None:
        if case := self._one(session):
            case.status, case.closed_at, case.closed_by = "closed", self.now, "merged"

    def correct(self, session: Session) -> None:
        """Past the rows of the mapper, as a migration or an administrator writes."""
        chosen = self._ids(session)
        session.execute(
            update(CaseRow)
            .where(CaseRow.id.in_(chosen[:3]))
            .values(category=self.chance.choice(_CATEGORIES), grid_id=self.grids[0])
        )

    def receive_earlier(self, session: Session) -> None:
        if case := self._one(session):
            case.received_on -= timedelta(days=self.chance.randrange(3))
            case.opened_at -= timedelta(hours=self.chance.randrange(48))

    def forget_birthday(self, session: Session) -> None:
        resident = session.get(ResidentRow, self.chance.choice(self.residents))
        assert resident is not None
        resident.birth_year = self.chance.choice((None, 1936, 1946, 1956, 1966, 1967, 1999))

    def delete_draft(self, session: Session) -> None:
        case = self._one(session)
        if case is not None and case.number % 7 == 0:
            session.delete(case)

    def _one(self, session: Session) -> CaseRow | None:
        found = self._ids(session)
        return session.get(CaseRow, self.chance.choice(found)) if found else None

    def _ids(self, session: Session) -> list[int]:
        found = list(session.scalars(select(CaseRow.id).order_by(CaseRow.id)))
        self.chance.shuffle(found)
        return found


def _sums(session: Session) -> list[tuple[Any, ...]]:
    rows = session.execute(select(*ReportSumRow.__table__.columns)).all()
    # the minutes of a day are in the order in which its cases were read
    return sorted(tuple(sorted(v) if isinstance(v, bytes) else v for v in row) for row in rows)


def _from_scratch(session: Session, access: Access, now: datetime) -> Report:
    from core.reports import queries

    report = Report(_PERIOD)
    which = cases_of_period(access, _PERIOD)
    queries._add_cases(report, count_cases(session, which, now=now, grids=False))
    return report


def _said(report: Report) -> dict[object, object]:
    """Return everything that a report says."""
    said: dict[object, object] = {"daily": report.daily, "total": report.total.counts.of}
    said |= {lasting: report.total.spread(lasting) for lasting in Lasting}
    for dimension in Dimension:
        for value, part in report.by[dimension].items():
            said[dimension, value] = (part.counts.of, part.spread(Lasting.ANSWERED))
    return said


def test_the_sums_are_those_of_counting_every_case_anew(demo: Database) -> None:
    office = _Office(demo, seed=2026)
    director = Access(1, "boss", office.community_id, frozenset({Role.DIRECTOR}))
    leader = Access(
        office.staff[1],
        "leader",
        office.community_id,
        frozenset({Role.GRID_LEADER}),
        frozenset(office.grids[:1]),
    )
    for _ in range(6):
        office.live(40)
        # marked and counted days together, and later: when a promise ran out on its own
        for now in (office.now, office.now + timedelta(days=4), office.now - timedelta(days=2)):
            with demo.reading() as session:
                for access in (director, leader):
                    said = _said(report_of(session, access, _PERIOD, now=now))
                    assert said == _said(_from_scratch(session, access, now))
                    totals = totals_of(session, access, _PERIOD, now=now)
                    assert totals.of == _by_hand(session, access, now)
    while office.count():
        pass
    with demo.transaction() as session:
        kept = _sums(session)
        assert session.scalar(select(func.count()).select_from(ReportChangeRow)) == 0
        mark_everything(session, office.community_id)
    while office.count():
        pass
    with demo.reading() as session:
        assert _sums(session) == kept
        assert kept
        assert session.scalars(select(CaseRow.id).where(CaseRow.reopened > 0)).all()


def _by_hand(session: Session, access: Access, now: datetime) -> dict[Figure, int]:
    """Count each figure with a query of its own."""
    return {
        figure: session.scalar(
            select(func.count()).where(*cases_of_period(access, _PERIOD), condition)
        )
        or 0
        for figure, condition in conditions(now).items()
    }
