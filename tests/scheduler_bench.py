"""A scheduler over the desk's provider, with clocks that a test moves and faults it orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.communities.queries import community_by_key
from core.db import Database
from core.outbox.operations import enqueue_call, enqueue_fetch, enqueue_text
from core.outbox.tables import OutboxAttemptRow, OutboxRow
from core.points.links import seal_key
from core.tasks.tables import TaskRow
from scheduler.services import SchedulerServices, raise_failure
from telephony.desk.provider import DeskProvider
from telephony.desk.tables import DeskTextRow
from telephony.ports import (
    Accepted,
    CallToPlace,
    DeliveryFailed,
    Found,
    IsOther,
    Media,
    TextToSend,
)
from telephony.speech.store import Speaker
from tests.world import MONDAY_MORNING

PUBLIC_URL = "http://127.0.0.1:8000"


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return where it stands."""
        return self.at

    def forward(self, **span: float) -> None:
        """Move on by hours, minutes or seconds."""
        self.at += timedelta(**span)


class FaultyDesk(DeskProvider):
    """The desk's provider, which fails as a test orders: before or after it took the thing."""

    def __init__(self, database: Database, clock: HandClock, real_clock: HandClock) -> None:
        super().__init__(database, clock, "a token", real_clock=real_clock)
        self.before: list[DeliveryFailed] = []  # raised instead of sending
        self.after: list[DeliveryFailed] = []  # raised though it was sent: the answer was lost
        self.lookups: list[DeliveryFailed] = []
        self.media: list[Media | DeliveryFailed] = []
        self.looked_up = 0
        self.by_words = False  # look up as a real provider does: by receiver and words alone

    def send_text(self, message: TextToSend) -> Accepted:
        """Send, or fail as ordered."""
        return self._with_faults(lambda: super(FaultyDesk, self).send_text(message))

    def place_call(self, call: CallToPlace) -> Accepted:
        """Place, or fail as ordered."""
        return self._with_faults(lambda: super(FaultyDesk, self).place_call(call))

    def find_text(
        self, message: TextToSend, *, since: datetime, is_other: IsOther | None = None
    ) -> Found | None:
        """Look up, or fail as ordered."""
        self.looked_up += 1
        if self.lookups:
            raise self.lookups.pop(0)
        if not self.by_words:
            return super().find_text(message, since=since)
        with self._database.reading() as session:
            rows = session.scalars(
                select(DeskTextRow).where(
                    DeskTextRow.phone == message.to, DeskTextRow.words == message.words
                )
            ).all()
            session.expunge_all()
        other = is_other or (lambda _sid: False)
        return next((Found(row.sid, row.status) for row in rows if not other(row.sid)), None)

    def fetch(self, url: str) -> Media:
        """Give what was laid ready."""
        media = self.media.pop(0)
        if isinstance(media, DeliveryFailed):
            raise media
        return media

    def _with_faults(self, act: Callable[[], Accepted]) -> Accepted:
        if self.before:
            raise self.before.pop(0)
        accepted = act()
        if self.after:
            raise self.after.pop(0)
        return accepted


class Bench:
    """Services, clocks, and looks at the rows."""

    def __init__(self, database: Database, now: datetime = MONDAY_MORNING) -> None:
        self.database = database
        self.clock, self.real_clock = HandClock(now), HandClock(now)
        self.provider = FaultyDesk(database, self.clock, self.real_clock)
        self.services = SchedulerServices(
            database=database,
            clock=self.clock,
            real_clock=self.real_clock,
            provider=self.provider,
            public_url=PUBLIC_URL,
            speaker=Speaker(
                ahead=None,
                at_once=None,
                secret_key="k",
                public_url=PUBLIC_URL,
                real_clock=self.real_clock,
            ),
            demo=True,
            seal_key=seal_key("k"),
            process_name="scheduler:here:1",
            report_failure=raise_failure,
        )
        with database.transaction() as session:
            community = community_by_key(session, "dongcheng")
            assert community is not None
            self.community_id = community.id

    def text(self, to: str, words: str, **given: Any) -> int:
        """Put a text in the outbox; return its id."""
        given = {"purpose": "notice", "key": f"{to}:{words}", "now": self.clock.at, **given}
        with self.database.transaction() as session:
            row = enqueue_text(session, community_id=self.community_id, to=to, words=words, **given)
            assert row is not None
            return row.id

    def call(self, to: str, **given: Any) -> int:
        """Put a call in the outbox; return its id."""
        given = {"purpose": "listen", "about": "", "detail": {}, "now": self.clock.at, **given}
        with self.database.transaction() as session:
            return enqueue_call(session, community_id=self.community_id, to=to, **given).id

    def fetching(self, detail: dict[str, Any]) -> int:
        """Ask for a recording; return the row's id."""
        with self.database.transaction() as session:
            return enqueue_fetch(
                session,
                community_id=self.community_id,
                url="http://127.0.0.1/r",
                key="fetch:1",
                now=self.clock.at,
                detail=detail,
            ).id

    def row(self, row_id: int) -> OutboxRow:
        """Return a row of the outbox."""
        with self.database.reading() as session:
            row = session.get_one(OutboxRow, row_id)
            session.expunge(row)
            return row

    def attempts(self, row_id: int) -> list[str]:
        """Return how each try at a row ended."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(OutboxAttemptRow)
                .where(OutboxAttemptRow.outbox_id == row_id)
                .order_by(OutboxAttemptRow.number)
            )
            return [row.outcome for row in rows]

    def received(self, phone: str) -> list[str]:
        """Return the words that reached a telephone."""
        with self.database.reading() as session:
            asked = select(DeskTextRow.words).where(DeskTextRow.phone == phone)
            return list(session.scalars(asked.order_by(DeskTextRow.id)))

    def tasks(self) -> Sequence[TaskRow]:
        """Return every task."""
        with self.database.reading() as session:
            rows = session.scalars(select(TaskRow).order_by(TaskRow.id)).all()
            session.expunge_all()
            return rows
