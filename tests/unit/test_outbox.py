"""The outbox: a row is claimed once, and what came of it is never undone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.communities.queries import community_by_key
from core.db import Database
from core.outbox.operations import (
    claim_next,
    enqueue_text,
    give_back,
    record_sent,
    record_status,
)
from core.outbox.tables import OutboxAttemptRow, OutboxRow
from tests.line import Line
from tests.world import GRANDMA_JIN, GRANDPA_WANG, MONDAY_MORNING, XIAO_LI

_NOW = MONDAY_MORNING
_REAL = MONDAY_MORNING


@pytest.fixture
def database(line: Line) -> Database:
    """The line's own."""
    return line.database


def _enqueue(
    database: Database, key: str, to: str = XIAO_LI.phone, priority: int = 2
) -> int | None:
    with database.transaction() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        row = enqueue_text(
            session,
            community_id=community.id,
            to=to,
            words="【东城社区】在吗",
            purpose="test",
            key=key,
            now=_NOW,
            priority=priority,
        )
        return row.id if row else None


def _claim(
    database: Database, *, later_seconds: int = 0, limit: int = 10
) -> list[tuple[int, int, bool]]:
    with database.transaction() as session:
        claimed = claim_next(
            session,
            now=_NOW,
            real_now=_REAL + timedelta(seconds=later_seconds),
            limit=limit,
            lease_seconds=45,
        )
        return [(claim.row.id, claim.attempt, claim.in_doubt) for claim in claimed]


def test_the_same_key_twice_is_one_row(line: Line, database: Database) -> None:
    first = _enqueue(database, "a")
    assert first is not None
    assert _enqueue(database, "a") == first


def test_a_landline_is_never_texted(line: Line, database: Database) -> None:
    assert _enqueue(database, "a", to=GRANDPA_WANG.phone) is None


def test_an_emergency_is_claimed_before_what_waited_longer(line: Line, database: Database) -> None:
    normal = _enqueue(database, "normal")
    emergency = _enqueue(database, "emergency", to=GRANDMA_JIN.phone, priority=0)
    assert [row for row, _, _ in _claim(database)] == [emergency, normal]


def test_a_claimed_row_is_not_claimed_again_until_its_lease_ends(
    line: Line, database: Database
) -> None:
    row = _enqueue(database, "a")
    assert _claim(database) == [(row, 1, False)]
    assert _claim(database, later_seconds=44) == []
    assert _claim(database, later_seconds=45) == [(row, 2, True)]  # it may have been sent


def test_two_schedulers_claim_each_row_once(line: Line, database: Database) -> None:
    rows = {_enqueue(database, f"row {n}") for n in range(40)}
    taken: list[int] = []

    def work() -> None:
        while claimed := _claim(database, limit=3):
            taken.extend(row for row, _, _ in claimed)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), set(taken)) == (40, rows)


def test_a_row_given_back_waits_for_its_retry(line: Line, database: Database) -> None:
    row = _enqueue(database, "a")
    assert row is not None
    _claim(database)
    with database.transaction() as session:
        give_back(
            session,
            row,
            attempt=1,
            reason="20429",
            retry_at=_REAL + timedelta(seconds=30),
            real_now=_REAL,
        )
    assert _claim(database, later_seconds=29) == []
    assert _claim(database, later_seconds=30) == [(row, 2, False)]


def test_a_status_that_overtakes_the_sending_is_kept(line: Line, database: Database) -> None:
    row = _enqueue(database, "a")
    assert row is not None
    _claim(database)
    with database.transaction() as session:
        settled = record_status(
            session,
            row_id=row,
            attempt=1,
            provider_id="SM1",
            status="delivered",
            reason="",
            now=_NOW,
        )
        assert settled is not None
    with database.transaction() as session:
        record_sent(
            session,
            row,
            attempt=1,
            provider_id="SM1",
            status="queued",
            now=_NOW,
            real_now=_REAL,
        )
        late = record_status(
            session, row_id=row, attempt=1, provider_id="SM1", status="sent", reason="", now=_NOW
        )
        assert late is None
    with database.reading() as session:
        kept = session.get_one(OutboxRow, row)
        outcomes = session.scalars(
            select(OutboxAttemptRow.outcome).where(OutboxAttemptRow.outbox_id == row)
        ).all()
        assert (kept.state, kept.provider_id, list(outcomes)) == ("delivered", "SM1", ["sent"])
