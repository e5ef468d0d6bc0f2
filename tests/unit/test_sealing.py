"""What is sealed in the database: unreadable there, readable here, and sealed anew at will."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.sealed_columns import reseal_everything
from core.db import Database, FileKeyUnusable, seal_whole_file
from core.residents.tables import ResidentRow
from core.sealing import CannotUnseal, KeyRing, give_keys, new_key
from tests.world import MA_YONGFU

OLD, NEW = new_key(), new_key()


def test_what_was_sealed_opens_with_its_key_and_for_its_purpose_only() -> None:
    sealed = KeyRing([OLD]).seal("透析".encode(), what="resident.needs")

    assert KeyRing([NEW, OLD]).unseal(sealed, what="resident.needs").decode() == "透析"
    for ring, what in ((KeyRing([NEW]), "resident.needs"), (KeyRing([OLD]), "sound.audio")):
        with pytest.raises(CannotUnseal):
            ring.unseal(sealed, what=what)
    with pytest.raises(CannotUnseal, match="changed"):
        KeyRing([OLD]).unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), what="resident.needs")


@pytest.mark.parametrize("key", ["", "short", "x" * 64])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        KeyRing([key])


def test_health_notes_stand_sealed_and_are_sealed_anew_while_the_old_key_serves(
    demo_url: str,
) -> None:
    database = Database(demo_url)  # loaded before there was a key
    reseal_everything(database, KeyRing([OLD]))
    assert "dialysis" not in _stored(database)
    give_keys(database.engine.dialect, KeyRing([NEW, OLD]))

    found = {one.column: one.sealed for one in reseal_everything(database, KeyRing([NEW, OLD]))}

    assert found["resident.needs"] > 0
    assert sum(one.sealed for one in reseal_everything(database, KeyRing([NEW, OLD]))) == 0
    give_keys(database.engine.dialect, KeyRing([NEW]))
    with database.reading() as session:
        row = session.query(ResidentRow).filter_by(key=MA_YONGFU.key).one()
        assert "dialysis" in row.needs


def test_an_sqlite_file_is_sealed_as_a_whole(tmp_path: Path) -> None:
    plain, whole = tmp_path / "plain.sqlite3", tmp_path / "whole.sqlite3"
    database = Database(f"sqlite:///{plain}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE said (words TEXT)"))
        session.execute(text("INSERT INTO said VALUES ('dialysis')"))
    database.close()
    seal_whole_file(plain, whole, OLD)

    sealed = Database(f"sqlite:///{whole}", file_key=OLD)
    with sealed.transaction() as session:
        session.execute(text("INSERT INTO said VALUES ('oxygen')"))
        words = session.scalars(text("SELECT words FROM said")).all()
    content = b"".join(path.read_bytes() for path in tmp_path.glob("whole.sqlite3*"))
    sealed.close()

    assert words == ["dialysis", "oxygen"]
    assert not content.startswith(b"SQLite format 3")
    assert b"dialysis" not in content
    assert b"oxygen" not in content
    with pytest.raises(FileKeyUnusable):
        Database("postgresql://127.0.0.1/linli", file_key=OLD)


def _stored(database: Database) -> str:
    with database.reading() as session:
        return " ".join(map(str, session.scalars(text("SELECT needs FROM resident"))))
