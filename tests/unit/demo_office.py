"""The demo community in a fresh database, with short names for its people; for unit tests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.opening import open_case
from core.cases.queries import case_by_id, events_of
from core.cases.rules import Actor, Channel
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.communities.queries import community_by_key
from core.communities.tables import CommunityRow
from core.db import Database
from core.loading.operations import load_file
from core.outbox.tables import OutboxRow
from core.residents.queries import residents_of_phone
from core.residents.tables import ResidentRow
from core.staff.queries import staff_by_key
from core.staff.tables import StaffRow
from core.tasks.tables import TaskRow
from tests.world import GRANDMA_JIN, MONDAY_MORNING, Person

_DEMO = Path(__file__).parents[2] / "fixtures/demo/community.toml"


def load_demo(database: Database) -> None:
    """Load the demo community."""
    with database.transaction() as session:
        load_file(session, name=_DEMO.name, text=_DEMO.read_text("utf-8"), now=MONDAY_MORNING)


class Desk:
    """One session at the demo's office."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def community(self) -> CommunityRow:
        """The demo community."""
        row = community_by_key(self.session, "dongcheng")
        assert row is not None
        return row

    def staff(self, who: Person) -> StaffRow:
        """Return a member of staff."""
        row = staff_by_key(self.session, self.community.id, who.key)
        assert row is not None
        return row

    def actor(self, who: Person) -> Actor:
        """Return a member of staff as the actor of a move."""
        return by(self.staff(who))

    def resident(self, who: Person) -> ResidentRow:
        """Return a resident."""
        people = residents_of_phone(self.session, self.community.id, who.phone)
        return next(person for person in people if person.key == who.key)

    def open(
        self,
        words: str = "下水道堵了",
        *,
        who: Person | None = GRANDMA_JIN,
        now: datetime = MONDAY_MORNING,
        category: str = "repair",
        **more: Any,
    ) -> CaseRow:
        """Open a case by text, as a resident of the register does."""
        given: dict[str, Any] = {"channel": Channel.SMS, "phone": who.phone if who else None}
        if who is not None and who.key:
            given["resident"] = self.resident(who)
        return open_case(
            self.session,
            community=self.community,
            words=words,
            now=now,
            category=category,
            **{**given, **more},
        )

    def case(self, case_id: int) -> CaseRow:
        """Return a case again, as the database has it."""
        row = case_by_id(self.session, case_id)
        assert row is not None
        return row

    def holder(self, case: CaseRow) -> str | None:
        """Return the key of whoever is responsible."""
        row = self.session.get(StaffRow, case.assignee_id) if case.assignee_id else None
        return row.key if row else None

    def whats(self, case: CaseRow) -> list[str]:
        """Return what happened to a case, in order."""
        return [event.what for event in events_of(self.session, case.id)]

    def texts_to(self, who: Person) -> list[OutboxRow]:
        """Return the texts in the outbox for somebody, oldest first."""
        return self._outbox(who, "text")

    def calls_to(self, who: Person) -> list[OutboxRow]:
        """Return the calls in the outbox for somebody, oldest first."""
        return self._outbox(who, "call")

    def tasks(self) -> list[TaskRow]:
        """Return every task."""
        return list(self.session.scalars(select(TaskRow).order_by(TaskRow.id)))

    def _outbox(self, who: Person, kind: str) -> list[OutboxRow]:
        query = select(OutboxRow).where(OutboxRow.to == who.phone, OutboxRow.kind == kind)
        return list(self.session.scalars(query.order_by(OutboxRow.id)))
