"""Takes a backup: one look at the whole database, while everybody goes on working."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from app.backup.rows import tables_of, write_table
from app.backup.sealed_file import BadBackup, SealedWriter
from core.db import Database


@dataclass(frozen=True)
class Taken:
    """A backup that was written."""

    path: Path
    rows: int
    tables: int
    size: int  # bytes


def take_backup(database: Database, path: Path, *, key: str, now: datetime) -> Taken:
    """Write a backup to ``path``, whole or not at all.

    :raises BadBackup: for a key that is too short, or a database without a schema.
    """
    unfinished = path.with_name(path.name + ".part")
    counts: dict[str, int] = {}
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, _snapshot(database) as connection:
            # asked of the snapshot itself: another connection would wait for whoever writes
            schema = MigrationContext.configure(connection).get_current_revision()
            if schema is None:
                raise BadBackup("the database was never migrated")
            writer = SealedWriter(file, key)
            head = {"schema": schema, "at": now.isoformat()}
            writer.write(json.dumps(head).encode() + b"\n")
            for table in tables_of(connection):
                counts[table.name] = write_table(connection, table, writer.write)
            writer.write(json.dumps({"counts": counts}).encode() + b"\n")
            writer.end()
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Taken(path, sum(counts.values()), len(counts), path.stat().st_size)


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """Open a connection that sees one instant, however long it reads; nobody waits for it."""
    options = {"linli_reading": True}
    if not database.is_sqlite:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}  # type: ignore[dict-item]
    with database.engine.connect().execution_options(**options) as connection:
        connection.execute(text("SELECT 1 FROM community LIMIT 1"))  # the snapshot begins here
        yield connection
        connection.rollback()
