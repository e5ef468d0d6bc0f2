"""A backup: taken while others write, sealed, restored whole or not at all, and held."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.backup.checking import check, hold_after_restore
from app.backup.restoring import restore_backup
from app.backup.sealed_file import BadBackup
from app.backup.taking import take_backup
from app.schema_steps import newest
from core.audit.operations import note_deed
from core.audit.rules import Deed
from core.db import Database
from core.outbox.operations import enqueue_text
from core.outbox.release import held, release
from core.outbox.tables import OutboxRow
from core.points.links import seal_key
from tests.world import MONDAY_MORNING, XIAO_LI

KEY = "a key of the tests, long enough for a backup"
SECRET = seal_key("a key of the tests")


def test_a_backup_is_restored_on_either_engine_and_checked(
    demo_url: str, empty_url: str, tmp_path: Path
) -> None:
    database = Database(demo_url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text(f"INSERT INTO alembic_version VALUES ('{newest()}')"))
        for number in range(3):
            _note(session, number)
        _text(session)
    with database.transaction() as session:
        _note(session, 3)  # a transaction that is open does not wait for the backup, nor it for us
        taken = take_backup(database, tmp_path / "b", key=KEY, now=MONDAY_MORNING)
    anew = Database(empty_url)

    restored = restore_backup(anew, taken.path, key=KEY)

    assert sum(restored.counts.values()) == taken.rows
    with anew.reading() as session:
        checked = check(session, secrets=[SECRET])
        assert (checked.audit_lines, checked.findings) == (3, ())
    with anew.transaction() as session:  # numbers go on where they were
        _note(session, 4)
        assert hold_after_restore(session, taken_at=MONDAY_MORNING, real_now=MONDAY_MORNING) == 1
        assert held(session) is not None
        assert {row.state for row in session.scalars(select(OutboxRow))} == {"unknown"}
        assert release(session)
    anew.close()
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    with pytest.raises(BadBackup, match="not empty"):
        restore_backup(Database(demo_url), taken.path, key=KEY)


def test_a_damaged_cut_or_foreign_backup_leaves_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    from app import schema_steps

    schema_steps.migrate(database)
    whole = take_backup(database, tmp_path / "b", key=KEY, now=MONDAY_MORNING).path.read_bytes()
    database.close()
    bad = {
        "cut": whole[:-20],
        "changed": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "foreign": b"SQLite format 3\x00" + whole,
        "empty": b"",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        anew = Database(f"sqlite:///{tmp_path / name}.sqlite3")
        with pytest.raises(BadBackup):
            restore_backup(anew, tmp_path / name, key=KEY)
        anew.close()
    (tmp_path / "whole").write_bytes(whole)
    with pytest.raises(BadBackup, match="another one"):
        restore_backup(
            Database(f"sqlite:///{tmp_path / 'k.sqlite3'}"), tmp_path / "whole", key=KEY + "x"
        )
    assert b"community" not in whole


def test_a_changed_line_of_the_audit_log_is_found(database_url: str) -> None:
    from core.audit.verifying import verify_log
    from core.communities.tables import CommunityRow

    database = Database(database_url)
    with database.transaction() as session:
        session.add(
            CommunityRow(key="a", name="a", english_name="a", office={}, loaded_at=MONDAY_MORNING)
        )
        session.flush()
        for number in range(3):
            _note(session, number)
    with database.engine.begin() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_refuses_update"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit SET actor = 'somebody else' WHERE number = 2"))
    with database.reading() as session:
        assert verify_log(session, 1) == (2, 2)
    database.close()


def _note(session: object, number: int) -> None:
    note_deed(
        session,  # type: ignore[arg-type]  # a Session
        community_id=1,
        actor="director",
        what=Deed.CHANGED,
        subject="resident",
        subject_key=str(number),
        after={"name": json.dumps(number)},
        now=MONDAY_MORNING + timedelta(seconds=number),
    )


def _text(session: object) -> None:
    enqueue_text(
        session,  # type: ignore[arg-type]  # a Session
        community_id=1,
        to=XIAO_LI.phone,
        words="x",
        purpose="task",
        key="one",
        now=MONDAY_MORNING,
    )
