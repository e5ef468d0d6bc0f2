"""A small community with a points book and its people, so that points can be tried alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id
from core.communities.tables import CommunityRow
from core.db import Database
from core.errors import Refusal
from core.outbox.tables import OutboxRow
from core.points.links import seal_key
from core.points.operations import (
    anchor_book,
    credit,
    credit_deed,
    hand_over,
    reserve_reward,
)
from core.points.queries import balance_of
from core.points.rules import PointClass, PointsRules, Source
from core.points.tables import (
    ActivityRow,
    PointAccountRow,
    PointCycleRow,
    PointEntryRow,
    PointLegRow,
    RedemptionRow,
    RewardRow,
)
from core.points.verifying import Verdict, verify_book
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from tests.points_people import settle
from tests.world import (
    KEEPER_ZHOU,
    MONDAY_MORNING,
    Person,
)

SECRET = seal_key("the key of the test")

Found = TypeVar("Found")


@dataclass
class PointsOffice:
    """A community of three residents, two keepers, three activities and two rewards.

    Each method is one transaction, as a door makes it.
    """

    database: Database
    now: datetime = MONDAY_MORNING
    rules: PointsRules = field(default_factory=PointsRules)
    key: str = "dongcheng"
    community_id: int = 0
    deeds: int = 0

    def __post_init__(self) -> None:
        if not self.community_id:
            self.community_id = self.in_transaction(
                lambda session: settle(session, self.key, self.rules)
            )

    def in_transaction(self, do: Callable[[Session], Found]) -> Found:
        """Do something in a transaction of its own; what is refused is not written."""
        with self.database.transaction() as session:
            return do(session)

    def community(self, session: Session) -> CommunityRow:
        """Return the community's row."""
        return community_by_id(session, self.community_id)

    def resident(self, session: Session, who: Person) -> ResidentRow:
        """Return a resident's row."""
        return session.scalars(_by_key(ResidentRow, self.community_id, who.key)).one()

    def staff(self, session: Session, who: Person) -> StaffRow:
        """Return a keeper's row."""
        return session.scalars(_by_key(StaffRow, self.community_id, who.key)).one()

    def activity(self, session: Session, key: str) -> ActivityRow:
        """Return an activity: snow (5, standing), reading (4, on Friday), big (30, standing)."""
        return session.scalars(_by_key(ActivityRow, self.community_id, key)).one()

    def reward(self, session: Session, key: str) -> RewardRow:
        """Return a reward: oil (60, two of them), tissues (10, five of them)."""
        return session.scalars(_by_key(RewardRow, self.community_id, key)).one()

    def earn(self, who: Person, points: int = 5, *, activity: str = "snow") -> None:
        """Let the keeper record points, on a day of their own so that the activity is new."""
        self.now += timedelta(days=1)
        self.in_transaction(lambda session: self.credit(session, who, points, activity=activity))

    def credit(
        self,
        session: Session,
        who: Person,
        points: int | None = None,
        *,
        activity: str = "snow",
        keeper: Person = KEEPER_ZHOU,
    ) -> Any:
        """Record points in a session."""
        return credit(
            session,
            community=self.community(session),
            keeper=self.staff(session, keeper),
            resident=self.resident(session, who),
            activity=self.activity(session, activity),
            channel="sms",
            now=self.now,
            points=points,
        )

    def reserve(self, who: Person, reward: str = "tissues") -> RedemptionRow:
        """Reserve a reward."""

        def do(session: Session) -> RedemptionRow:
            return reserve_reward(
                session,
                community=self.community(session),
                resident=self.resident(session, who),
                reward=self.reward(session, reward),
                phone=who.phone,
                channel="sms",
                now=self.now,
            )

        return self.in_transaction(do)

    def hand_over(self, code: str, *, keeper: Person = KEEPER_ZHOU) -> RedemptionRow:
        """Hand a reward over against its code."""

        def do(session: Session) -> RedemptionRow:
            return hand_over(
                session,
                community=self.community(session),
                keeper=self.staff(session, keeper),
                code=code,
                channel="sms",
                now=self.now,
            )

        return self.in_transaction(do)

    def anchor(self) -> None:
        """Anchor the book for today."""
        self.in_transaction(
            lambda session: anchor_book(session, self.community_id, secret=SECRET, now=self.now)
        )

    def add_cycle(self, ends_on: date, *, carry_percent: int = 0) -> int:
        """Add a cycle that ends on a day."""

        def do(session: Session) -> int:
            row = PointCycleRow(
                community_id=self.community_id,
                key=f"to-{ends_on}",
                name="2026年积分",
                starts_on=date(2026, 1, 1),
                ends_on=ends_on,
                carry_percent=carry_percent,
            )
            session.add(row)
            session.flush()
            return row.id

        return self.in_transaction(do)

    def points(self, who: Person) -> tuple[int, int]:
        """Return what somebody may spend and what is held for them."""
        with self.database.reading() as session:
            held = balance_of(session, self.resident(session, who))
            return held.free, held.held

    def stock(self, key: str) -> int:
        """Return what can still be reserved of a reward."""
        with self.database.reading() as session:
            return self.reward(session, key).stock

    def verdict(self, *, kept_seals: dict[int, str] | None = None) -> Verdict:
        """Check the whole book."""
        with self.database.reading() as session:
            return verify_book(session, self.community_id, secret=SECRET, kept_seals=kept_seals)

    def faults(self) -> list[tuple[str, str]]:
        """Return what a check of the book finds."""
        return [(found.fault.value, found.at) for found in self.verdict().findings]

    def entries(self) -> list[tuple[str, int | None]]:
        """Return the reason and what is reversed, of every entry in order."""
        with self.database.reading() as session:
            rows = session.execute(
                select(PointEntryRow.reason, PointEntryRow.reverses)
                .where(PointEntryRow.community_id == self.community_id)
                .order_by(PointEntryRow.number)
            )
            return [(reason, reverses) for reason, reverses in rows]

    def texts(self, who: Person) -> list[str]:
        """Return what was texted to somebody, oldest first."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(OutboxRow)
                .where(OutboxRow.to == who.phone, OutboxRow.community_id == self.community_id)
                .order_by(OutboxRow.id)
            )
            return [row.body for row in rows]

    def refusal(self, do: Callable[[Session], Any]) -> tuple[str, dict[str, str]]:
        """Do what must be refused; return the wording and its slots. Nothing may be posted."""
        before = self.entries()
        try:
            self.in_transaction(do)
        except Refusal as refusal:
            assert self.entries() == before
            return refusal.key.removeprefix("sms.points."), refusal.slots
        raise AssertionError("it was not refused")

    def check_sums(self) -> None:
        """Assert what must hold at every moment of a book."""
        summed = func.coalesce(func.sum(PointLegRow.amount), 0)
        with self.database.reading() as session:
            rows = session.execute(
                select(PointAccountRow.name, PointAccountRow.kind, PointAccountRow.balance, summed)
                .outerjoin(PointLegRow, PointLegRow.account_id == PointAccountRow.id)
                .where(PointAccountRow.community_id == self.community_id)
                .group_by(PointAccountRow.id)
            ).all()
            stocks = session.scalars(select(RewardRow.stock)).all()
        assert sum(balance for _, _, balance, _ in rows) == 0
        assert [row for row in rows if row.balance != row[3]] == []
        assert [row for row in rows if row.balance < 0 and row.kind != "issuing"] == []
        assert min(stocks) >= 0


def _by_key(row: type[Any], community_id: int, key: str) -> Any:
    return select(row).where(row.community_id == community_id, row.key == key)


def give(
    office: PointsOffice,
    who: Person,
    points: int,
    *,
    source: Source = Source.TASK,
    source_id: int | None = None,
    kind: PointClass = PointClass.PRACTISE,
) -> None:
    """Let somebody earn points by a finished call for volunteers."""
    office.deeds += 1
    number = office.deeds if source_id is None else source_id
    office.in_transaction(
        lambda session: credit_deed(
            session,
            community=office.community(session),
            resident=office.resident(session, who),
            source=source,
            source_id=number,
            point_class=kind,
            points=points,
            reason="扫雪",
            now=office.now,
        )
    )
