"""Many processes that move the points of one resident at once."""

from __future__ import annotations

import json
import multiprocessing
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core.db import Database
from core.errors import Refusal
from core.points.keeping import newest_earning
from core.points.operations import (
    cancel_reservation,
    credit_deed,
    hand_over,
    reserve_reward,
    restock,
    take_back,
)
from core.points.queries import reservations_of
from core.points.rules import PointClass, PointsRules, Source
from core.points.tables import PointEntryRow
from tests.points_office import PointsOffice
from tests.world import GRANDMA_JIN, KEEPER_ZHOU

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.points_load"])
OPERATIONS = ("earn", "earn", "earn", "reserve", "reserve", "cancel", "hand_over", "take_back")
RULES = PointsRules(keeper_day_limit=1_000_000, most_reservations=20)
_PRICE = 10  # of tissues


@dataclass
class Worker:
    """One process; it counts what it did, by itself and not from the database."""

    office: PointsOffice
    number: int
    chance: random.Random
    done: int = 0

    def step(self) -> tuple[str, int]:
        """Do one thing chosen by chance; return what it was and the points it moved.

        SQLite does not serve its writers in turn: whoever waited ten seconds in vain asks again,
        as a provider does that was not answered.
        """
        what = self.chance.choice(OPERATIONS)
        while True:
            try:
                return what, int(getattr(self, f"_{what}")())
            except Refusal as refusal:
                return refusal.key, 0
            except OperationalError as error:
                if "locked" not in str(error.orig):
                    raise

    def _earn(self) -> int:
        self.done += 1
        points = self.chance.randint(1, 9)
        self.office.in_transaction(
            lambda session: credit_deed(
                session,
                community=self.office.community(session),
                resident=self.office.resident(session, GRANDMA_JIN),
                source=Source.TASK,
                source_id=self.number * 1_000_000 + self.done,
                point_class=PointClass.PRACTISE,
                points=points,
                reason="扫雪",
                now=self.office.now,
            )
        )
        return points

    def _reserve(self) -> int:
        def do(session: Any) -> None:
            reserve_reward(
                session,
                community=self.office.community(session),
                resident=self.office.resident(session, GRANDMA_JIN),
                reward=self.office.reward(session, "tissues"),
                phone=GRANDMA_JIN.phone,
                channel="sms",
                now=self.office.now,
            )

        self.office.in_transaction(do)
        return _PRICE

    def _cancel(self) -> int:
        def do(session: Any) -> int:
            waiting = reservations_of(session, self.office.resident(session, GRANDMA_JIN).id)
            if not waiting:
                return 0
            chosen = self.chance.choice(list(waiting))
            cancel_reservation(session, chosen, channel="sms", now=self.office.now)
            return _PRICE

        return self.office.in_transaction(do)

    def _hand_over(self) -> int:
        def do(session: Any) -> int:
            waiting = reservations_of(session, self.office.resident(session, GRANDMA_JIN).id)
            if not waiting:
                return 0
            hand_over(
                session,
                community=self.office.community(session),
                keeper=self.office.staff(session, KEEPER_ZHOU),
                code=self.chance.choice(list(waiting)).code,
                channel="sms",
                now=self.office.now,
            )
            return _PRICE

        return self.office.in_transaction(do)

    def _take_back(self) -> int:
        def do(session: Any) -> int:
            resident = self.office.resident(session, GRANDMA_JIN)
            entry = newest_earning(
                session, community_id=self.office.community_id, resident=resident
            )
            recorded = take_back(
                session,
                community=self.office.community(session),
                keeper=self.office.staff(session, KEEPER_ZHOU),
                entry=entry,
                reason="记错了",
                channel="sms",
                now=self.office.now,
            )
            return recorded.points

        return self.office.in_transaction(do)


def work(url: str, community_id: int, number: int, steps: int, report: str) -> None:
    """Run one process; what it did is written to ``report``."""
    database = Database(url)
    worker = Worker(
        PointsOffice(database, community_id=community_id), number, random.Random(number)
    )
    with Path(report).open("w", encoding="utf-8") as written:
        for _ in range(steps):
            written.write(json.dumps(worker.step()) + "\n")
            written.flush()
    database.close()


def prepare(database: Database) -> PointsOffice:
    """Make a community with a shelf that is not emptied."""
    office = PointsOffice(database, rules=RULES)
    office.in_transaction(
        lambda session: restock(
            session, office.reward(session, "tissues"), added=100_000, now=office.now
        )
    )
    return office


def run(office: PointsOffice, folder: Path, *, processes: int, steps: int) -> Counter[str]:
    """Run the processes to their end; return the points (and, with a #, how often) of each kind."""
    reports = [folder / f"{number}.jsonl" for number in range(processes)]
    started = [
        PROCESSES.Process(
            target=work,
            args=(office.database.url, office.community_id, number, steps, str(report)),
        )
        for number, report in enumerate(reports)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(timeout=600)
        assert process.exitcode == 0
    total: Counter[str] = Counter()
    for report in reports:
        for line in report.read_text("utf-8").splitlines():
            what, points = json.loads(line)
            total[what] += points
            total[f"#{what}"] += bool(points)
    return total


def check(office: PointsOffice, total: Counter[str]) -> None:
    """Compare the book with what the processes counted: nothing lost, nothing spent twice."""
    held = total["reserve"] - total["cancel"] - total["hand_over"]
    free = total["earn"] - total["take_back"] - total["hand_over"] - held
    assert office.points(GRANDMA_JIN) == (free, held)
    assert office.stock("tissues") == 100_005 - (held + total["hand_over"]) // _PRICE
    with office.database.reading() as session:
        entries = session.scalar(select(func.count()).select_from(PointEntryRow))
    assert entries == sum(count for what, count in total.items() if what.startswith("#"))
    office.check_sums()
    assert office.verdict().findings == ()
