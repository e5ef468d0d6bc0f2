"""The demo community with its cases and callbacks, worked on through core alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.callbacks.operations import plan_due, record_answer, record_outcome, start_due
from core.callbacks.rules import Outcome
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.cases.closing import report_done
from core.cases.moves import accept_case
from core.cases.opening import open_case
from core.cases.rules import Category, Channel
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.communities.queries import community_by_key
from core.communities.tables import CommunityRow
from core.db import Database
from core.loading.operations import load_file
from core.outbox.tables import OutboxRow
from core.questions.tables import QuestionRow
from core.residents.queries import residents_of_phone
from core.staff.queries import staff_by_id
from core.tasks.tables import TaskRow
from tests.world import MONDAY_MORNING, NEIGHBOURS, Person, local

DONE_AT = local("2026-11-23 11:00")
FIRST_CALL_AT = local("2026-11-23 13:00")  # two hours later, still in the morning's window
Row = TypeVar("Row")
DEMO_FILE = Path(__file__).parents[1] / "fixtures/demo/community.toml"


class CallbackOffice:
    """Opens, accepts and finishes cases, and lets the callbacks run at given instants."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        with database.transaction() as session:
            if community_by_key(session, "dongcheng") is None:
                text = DEMO_FILE.read_text(encoding="utf-8").partition(NEIGHBOURS)[0]
                load_file(session, name="community.toml", text=text, now=now)
            self.community_id = self._community(session).id

    def open(
        self, who: Person | str, at: datetime, *, words: str = "下水道堵了", known: bool = True
    ) -> int:
        """Open a case of somebody; return its id."""
        phone = who if isinstance(who, str) else who.phone
        with self.database.transaction() as session:
            people = residents_of_phone(session, self.community_id, phone)
            named = [row for row in people if isinstance(who, str) or row.key == who.key]
            case = open_case(
                session,
                community=self._community(session),
                channel=Channel.SMS,
                words=words,
                now=at,
                phone=phone,
                resident=named[0] if named and known else None,
                category=Category.REPAIR,
                summary="下水道",
            )
            return case.id

    def accept(self, case_id: int, at: datetime, *, visit: str = "") -> None:
        """Let whoever is responsible accept it."""
        with self.database.transaction() as session:
            case = session.get_one(CaseRow, case_id)
            staff = staff_by_id(session, case.assignee_id)
            assert staff is not None
            accept_case(session, case, actor=by(staff), channel="sms", now=at, visit=visit)

    def done(self, case_id: int, at: datetime) -> None:
        """Let whoever is responsible report it done."""
        with self.database.transaction() as session:
            case = session.get_one(CaseRow, case_id)
            staff = staff_by_id(session, case.assignee_id)
            assert staff is not None
            report_done(session, case, actor=by(staff), channel="sms", words="通了", now=at)

    def done_case(self, who: Person | str) -> int:
        """Open a case on Monday morning and report it done at ``DONE_AT``; return its id."""
        case_id = self.open(who, MONDAY_MORNING)
        self.done(case_id, DONE_AT)
        return case_id

    def answer(self, *, solved: bool, channel: str = "call") -> str:
        """Let the newest callback be answered at ``FIRST_CALL_AT``; return the words."""
        callback_id = self.callback().id
        with self.database.transaction() as session:
            return record_answer(
                session, callback_id, solved=solved, channel=channel, now=FIRST_CALL_AT
            )

    def run(self, at: datetime) -> None:
        """Plan and start what is due."""
        with self.database.transaction() as session:
            plan_due(session, at)
        with self.database.transaction() as session:
            start_due(session, at)

    def ends(self, at: datetime, outcome: Outcome) -> None:
        """Let the newest call end so; it left the outbox, as a sent one does."""
        with self.database.transaction() as session:
            call = session.scalars(
                select(OutboxRow).where(OutboxRow.kind == "call").order_by(OutboxRow.id.desc())
            ).first()
            assert call is not None
            call.state = "sent"
            record_outcome(session, outbox_id=call.id, outcome=outcome, now=at)

    def unanswered_calls(self, start: datetime, times: int) -> list[datetime]:
        """Let calls ring in vain, each when it is planned; return when they rang."""
        rang = []
        self.run(start)
        for _ in range(times):
            due = self.callback().next_at
            assert due is not None
            self.run(due)
            rang.append(due)
            self.ends(due, Outcome.NO_ANSWER)
        return rang

    def callbacks(self) -> Sequence[CallbackRow]:
        """Return every callback, oldest first."""
        return self._all(select(CallbackRow).order_by(CallbackRow.id))

    def callback(self, kind: str = "confirm") -> CallbackRow:
        """Return the newest callback of a kind."""
        return [row for row in self.callbacks() if row.kind == kind][-1]

    def case(self, case_id: int) -> CaseRow:
        """Return a case."""
        return self._all(select(CaseRow).where(CaseRow.id == case_id))[0]

    def attempts(self) -> list[tuple[str, str]]:
        """Return the channel and the outcome of every try, oldest first."""
        rows = self._all(select(CallbackAttemptRow).order_by(CallbackAttemptRow.id))
        return [(row.channel, row.outcome) for row in rows]

    def outgoing(self, kind: str, *purposes: str) -> Sequence[OutboxRow]:
        """Return what was put in the outbox, oldest first."""
        rows = self._all(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        return [row for row in rows if not purposes or row.purpose in purposes]

    def tasks(self) -> list[tuple[str, str]]:
        """Return the kind and the state of every task, oldest first."""
        return [(row.kind, row.state) for row in self._all(select(TaskRow).order_by(TaskRow.id))]

    def questions(self) -> Sequence[QuestionRow]:
        """Return every question, oldest first."""
        return self._all(select(QuestionRow).order_by(QuestionRow.id))

    def _all(self, query: Select[Row]) -> Sequence[Row]:
        with self.database.reading() as session:
            rows = session.scalars(query).all()
            session.expunge_all()  # they outlive the session, for a test to compare
            return rows

    def _community(self, session: Session) -> CommunityRow:
        row = community_by_key(session, "dongcheng")
        assert row is not None
        return row
