"""Any order of earning, reserving, fetching, cancelling, undoing and ending keeps the book true."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import Refusal
from core.points.keeping import newest_earning
from core.points.operations import (
    announce_due,
    cancel_reservation,
    end_due,
    lapse_due,
    take_back,
    undo_handover,
)
from core.points.queries import Balance, balance_of, redemption_by_id
from core.points.rules import PointsRules
from core.points.tables import RedemptionRow
from tests.points_office import PointsOffice, give
from tests.world import GRANDMA_JIN, KEEPER_ZHOU, MA_YONGFU, Person

THOROUGH = "thorough"  # the profile of make test-points: hours of a keeper's life, not minutes
PEOPLE = (GRANDMA_JIN, MA_YONGFU)
PRICES = {"oil": 60, "tissues": 10}
RULES = PointsRules(four_eyes_above=1_000, keeper_day_limit=100_000)
_numbers = itertools.count(1)


@dataclass
class Kept:
    """A redemption as the model sees it."""

    row: RedemptionRow
    who: Person
    reward: str
    state: str = "reserved"


class Book(RuleBasedStateMachine):
    """A book beside a model of it in plain numbers."""

    database: Database

    @initialize()
    def open(self) -> None:
        """Begin with a book of a community of its own, and with something to spend."""
        self.office = PointsOffice(self.database, rules=RULES, key=f"c{next(_numbers)}")
        self.free = dict.fromkeys(PEOPLE, 90)
        self.stock = {"oil": 2, "tissues": 5}
        self.kept: list[Kept] = []
        self.earned: dict[Person, list[int]] = {who: [90] for who in PEOPLE}  # not taken back
        for who in PEOPLE:
            give(self.office, who, 90)

    @rule(who=st.sampled_from(PEOPLE), points=st.integers(1, 100))
    def earn(self, who: Person, points: int) -> None:
        """Somebody's call for volunteers is finished."""
        give(self.office, who, points)
        self.free[who] += points
        self.earned[who].append(points)

    @rule(who=st.sampled_from(PEOPLE), reward=st.sampled_from(sorted(PRICES)))
    def reserve(self, who: Person, reward: str) -> None:
        """Somebody reserves what they may or may not be able to have."""
        waiting = [kept for kept in self.kept if (kept.who, kept.state) == (who, "reserved")]
        possible = self.stock[reward] > 0 and self.free[who] >= PRICES[reward] and len(waiting) < 3
        try:
            row = self.office.reserve(who, reward)
        except Refusal:
            assert not possible
            return
        assert possible
        self.kept.append(Kept(row, who, reward))
        self.stock[reward] -= 1
        self.free[who] -= PRICES[reward]

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def fetch(self, data: st.DataObject) -> None:
        """Somebody stands there with a code, good or used or released."""
        kept = data.draw(st.sampled_from(self.kept))
        if self._may(lambda: self.office.hand_over(kept.row.code), kept, "reserved"):
            kept.state = "handed_over"

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Somebody does not want it any more, or texts 2 twice."""
        kept = data.draw(st.sampled_from(self.kept))

        def do(session: Session) -> int:
            row = redemption_by_id(session, kept.row.id)
            assert row is not None
            return cancel_reservation(session, row, channel="sms", now=self.office.now)

        if self._may(lambda: self.office.in_transaction(do), kept, "reserved"):
            self._release(kept, "cancelled")

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def undo_a_handover(self, data: st.DataObject) -> None:
        """The keeper gave it to the wrong person."""
        kept = data.draw(st.sampled_from(self.kept))

        def do(session: Session) -> RedemptionRow:
            row = redemption_by_id(session, kept.row.id)
            assert row is not None
            return undo_handover(
                session,
                community=self.office.community(session),
                keeper=self.office.staff(session, KEEPER_ZHOU),
                redemption=row,
                reason="发错了人",
                channel="sms",
                now=self.office.now,
            )

        def again() -> None:
            kept.row = self.office.in_transaction(do)

        if self._may(again, kept, "handed_over"):
            kept.state = "reserved"

    @rule(who=st.sampled_from(PEOPLE))
    def take_the_newest_back(self, who: Person) -> None:
        """The keeper recorded a mistake."""
        points = self.earned[who][-1] if self.earned[who] else 0
        possible = 0 < points <= self.free[who]

        def do(session: Session) -> None:
            resident = self.office.resident(session, who)
            community = self.office.community(session)
            take_back(
                session,
                community=community,
                keeper=self.office.staff(session, KEEPER_ZHOU),
                entry=newest_earning(session, community_id=community.id, resident=resident),
                reason="记错了",
                channel="sms",
                now=self.office.now,
            )

        try:
            self.office.in_transaction(do)
        except Refusal:
            assert not possible
            return
        assert possible
        self.free[who] -= self.earned[who].pop()

    @rule(days=st.sampled_from((1, 4, 8)))
    def let_days_pass(self, days: int) -> None:
        """Nobody fetches; what is over lapses."""
        self.office.now += timedelta(days=days)
        self._lapse()

    @rule(carry=st.sampled_from((0, 30, 100)))
    def end_a_cycle(self, carry: int) -> None:
        """A cycle is announced and ends, a share is carried."""
        office = self.office
        today = office.now.astimezone(ZoneInfo("Asia/Shanghai")).date()
        office.add_cycle(today + timedelta(days=14), carry_percent=carry)
        office.in_transaction(lambda session: announce_due(session, now=office.now, limit=50))
        office.now += timedelta(days=9)
        self._lapse()
        office.now += timedelta(days=6)
        for _ in range(3):  # a second and a third pass do nothing
            office.in_transaction(lambda session: end_due(session, now=office.now, limit=1))
        for who, points in self.free.items():
            self.free[who] = -(-points * carry // 100)

    @invariant()
    def the_book_agrees_with_the_model(self) -> None:
        """Sums, balances and stock."""
        with self.database.reading() as session:
            for who, free in self.free.items():
                waiting = [one for one in self.kept if (one.who, one.state) == (who, "reserved")]
                there = balance_of(session, self.office.resident(session, who))
                assert there == Balance(free, sum(PRICES[kept.reward] for kept in waiting))
            for reward, stock in self.stock.items():
                assert self.office.reward(session, reward).stock == stock
        self.office.check_sums()

    def teardown(self) -> None:
        """At the end the whole chain holds."""
        if hasattr(self, "office"):
            assert self.office.verdict().findings == ()

    def _may(self, do: Callable[[], object], kept: Kept, state: str) -> bool:
        try:
            do()
        except Refusal:
            assert kept.state != state
            return False
        assert kept.state == state
        return True

    def _lapse(self) -> None:
        self.office.in_transaction(
            lambda session: lapse_due(session, now=self.office.now, limit=50)
        )
        for kept in self.kept:
            if kept.state == "reserved" and kept.row.expires_at <= self.office.now:
                self._release(kept, "lapsed")

    def _release(self, kept: Kept, state: str) -> None:
        kept.state = state
        self.free[kept.who] += PRICES[kept.reward]
        self.stock[kept.reward] += 1


def test_any_order_of_things_keeps_the_book_true(database: Database) -> None:
    machine = type("BookOf", (Book,), {"database": database})

    thorough = settings.get_current_profile_name() == THOROUGH
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=60 if thorough else 3,
            stateful_step_count=40 if thorough else 12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
