"""Points under many hands at once, and under a process that dies in the middle."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import Refusal
from core.points.operations import restock
from core.points.rules import PointClass, Source
from tests.points_load import PROCESSES, check, prepare, run, work
from tests.points_office import PointsOffice, give
from tests.points_people import move_in
from tests.world import GRANDMA_JIN, Person

HANDS = 20


def test_eight_processes_lose_no_entry_and_spend_nothing_twice(
    database: Database, tmp_path: Path
) -> None:
    """The short form; ``python -m tests.points_storm`` runs 8 x 200."""
    office = prepare(database)

    total = run(office, tmp_path, processes=8, steps=8)

    assert total["earn"] > 0
    check(office, total)


def test_twenty_reservations_of_the_last_bottle_are_one(database: Database) -> None:
    office = PointsOffice(database)
    people = [Person(f"r{n}", f"居民{n}", f"+86139000{n:05d}") for n in range(500, 500 + HANDS)]

    def settle(session: Session) -> None:
        for person in people:
            move_in(session, office.community_id, person)

    office.in_transaction(settle)
    for person in people:
        give(office, person, 60)
    office.in_transaction(
        lambda session: restock(session, office.reward(session, "oil"), added=-1, now=office.now)
    )
    assert office.stock("oil") == 1
    barrier = threading.Barrier(HANDS)
    answers: list[str] = []

    def reserve(person: Person) -> None:
        # a database of its own: as if each were another process, with no lock in common
        own = PointsOffice(Database(database.url), office.now, community_id=office.community_id)
        barrier.wait()
        try:
            own.reserve(person, "oil")
            answers.append("reserved")
        except Refusal as refusal:
            answers.append(refusal.key)
        own.database.close()

    threads = [threading.Thread(target=reserve, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["reserved"] + ["sms.points.sold_out"] * (HANDS - 1)
    assert office.stock("oil") == 0
    assert sum(office.points(person)[1] for person in people) == 60
    office.check_sums()


def test_a_process_killed_in_the_middle_leaves_both_legs_or_none(
    database: Database, tmp_path: Path
) -> None:
    office = prepare(database)
    give(office, GRANDMA_JIN, 50)

    for number in range(1, 5):
        report = tmp_path / f"killed{number}"
        process = PROCESSES.Process(
            target=work, args=(database.url, office.community_id, number, 100_000, str(report))
        )
        process.start()
        _wait_for_work(report)
        time.sleep(0.03 * number)  # somewhere in the middle
        process.kill()
        process.join()

        assert process.exitcode == -9
        office.check_sums()
        assert office.verdict().findings == ()
    give(office, GRANDMA_JIN, 1)  # the book is not locked


def _wait_for_work(report: Path) -> None:
    deadline = time.monotonic() + 30
    while not (report.exists() and report.stat().st_size):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_transaction_that_fails_after_the_posting_leaves_nothing(database: Database) -> None:
    office = PointsOffice(database)

    def do(session: Session) -> None:
        office.credit(session, GRANDMA_JIN, 5)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        office.in_transaction(do)

    assert office.entries() == []
    assert office.points(GRANDMA_JIN) == (0, 0)
    assert office.texts(GRANDMA_JIN) == []


def test_the_same_deed_recorded_by_eight_at_once_is_one(database: Database) -> None:
    office = PointsOffice(database)
    barrier = threading.Barrier(8)

    def record() -> None:
        own = PointsOffice(Database(database.url), office.now, community_id=office.community_id)
        barrier.wait()
        give(own, GRANDMA_JIN, 5, source=Source.TASK, source_id=7, kind=PointClass.PRACTISE)
        own.database.close()

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert office.points(GRANDMA_JIN) == (5, 0)
    assert len(office.texts(GRANDMA_JIN)) == 1
