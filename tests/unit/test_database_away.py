"""A database that is locked, hung or gone: nobody waits for ever, nothing is written nowhere."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import exc, select, text

from core.communities.tables import HeartbeatRow
from core.db import AWAY, Database
from tests.databases import SqliteTemplate

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def beat(database: Database, name: str = "scheduler") -> None:
    with database.transaction() as session:
        session.add(HeartbeatRow(name=name, at=NOON))


def test_a_lock_of_another_process_is_waited_for_in_bounds(database: Database) -> None:
    hurried = Database(database.url, patience_seconds=0.3)
    beat(database)
    began = time.monotonic()
    with database.transaction() as other:
        other.execute(text("UPDATE heartbeat SET name = 'held'"))
        with pytest.raises(AWAY), hurried.transaction() as session:
            session.execute(text("UPDATE heartbeat SET name = 'mine'"))
    waited = time.monotonic() - began
    hurried.close()

    assert 0.2 < waited < 3


def test_whoever_queues_behind_one_that_waits_gives_up_too(sqlite_template: SqliteTemplate) -> None:
    url = sqlite_template.copy_to(sqlite_template.path.with_name("queue.sqlite"))
    holder, hurried = Database(url), Database(url, patience_seconds=0.3)
    failures: list[str] = []

    def write(number: int) -> None:
        try:
            beat(hurried, str(number))
        except AWAY as error:
            failures.append(type(error).__name__)

    with holder.transaction() as other:
        other.execute(text("SELECT 1"))  # from here on it holds the lock
        began = time.monotonic()
        writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        waited = time.monotonic() - began
    beat(hurried, "afterwards")
    hurried.close()
    holder.close()

    assert len(failures) == 6
    assert waited < 3


def test_a_file_that_was_removed_is_not_written_to(
    sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    path = tmp_path / "linli.sqlite"
    database = Database(sqlite_template.copy_to(path))
    beat(database)
    away = path.rename(tmp_path / "away.sqlite")

    with pytest.raises(exc.OperationalError):
        beat(database, "lost")
    assert not path.exists()

    away.rename(path)
    with database.reading() as session:
        assert session.scalars(select(HeartbeatRow.name)).all() == ["scheduler"]
    beat(database, "back")
    database.close()
