"""Restores a backup into an empty database, checks it, and lets nothing leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from app import schema_steps
from app.backup.rows import read_rows, tables_of
from app.backup.sealed_file import BadBackup, read_lines
from core.db import Database
from core.outbox.tables import HoldRow


@dataclass(frozen=True)
class Restored:
    """What was read out of a backup."""

    schema: str
    taken_at: datetime
    counts: dict[str, int] = field(default_factory=dict)


def restore_backup(database: Database, path: Path, *, key: str) -> Restored:
    """Fill an empty database with a backup, in one transaction: whole or not at all.

    :raises BadBackup: if it is damaged, not all there, or the database is not empty.
    """
    with path.open("rb") as file:
        lines = read_lines(file, key)
        head = _json(next(lines, b"{}"))
        if not isinstance(head, dict) or "schema" not in head:
            raise BadBackup("this is no backup of Linli")
        taken_at = datetime.fromisoformat(str(head["at"]))
        _lay_schema(database, str(head["schema"]))
        with _unguarded(database) as connection:
            counts = _fill(connection, lines, aware=not database.is_sqlite)
            _set_counters(connection, database)
            _hold(connection, taken_at)
    schema_steps.migrate(database)
    return Restored(str(head["schema"]), taken_at, counts)


def _lay_schema(database: Database, schema: str) -> None:
    schema_steps.make_folder_of(database)
    if schema_steps.present(database) is not None:
        raise BadBackup("the database is not empty: restore into a new one")
    known = schema_steps.known()
    if schema not in known:
        raise BadBackup(f"the backup has schema {schema}, which this Linli does not know")
    schema_steps.migrate(database, to=schema)


def _fill(connection: Connection, lines: Iterator[bytes], *, aware: bool) -> dict[str, int]:
    tables = {table.name: table for table in tables_of(connection)}
    counts: dict[str, int] = {}
    said: dict[str, int] | None = None
    filler: _Filler | None = None
    for line in lines:
        value = _json(line)
        if isinstance(value, list):
            if filler is None:
                raise BadBackup("rows of no table")
            counts[filler.table.name] += filler.add(value)
            continue
        if filler is not None:
            filler.end()
            filler = None
        if "counts" in value:
            said = value["counts"]
        elif value.get("table") in tables:
            filler = _Filler(connection, tables[value["table"]], value["columns"], aware)
            counts[filler.table.name] = 0
        else:
            raise BadBackup(f"no table {value.get('table')} in this schema")
    if said != counts:
        raise BadBackup("the backup is not all there")
    _count_again(connection, tables, counts)
    return counts


class _Filler:
    """Inserts the rows of one table; what refers to rows of the same table comes after all."""

    def __init__(self, connection: Connection, table: Table, names: list[str], aware: bool) -> None:
        self.table = table
        self._connection = connection
        self._names = names
        self._aware = aware
        self._own = [
            column
            for column in table.columns
            if column.nullable and any(key.column.table is table for key in column.foreign_keys)
        ]
        self._later: list[dict[str, Any]] = []

    def add(self, line: list[Any]) -> int:
        """Insert the rows of a line; return how many."""
        rows = list(read_rows(self.table, self._names, line, aware=self._aware))
        for row in rows:
            self._put_off(row)
        self._connection.execute(insert(self.table), rows)
        return len(rows)

    def end(self) -> None:
        """Write what was put off."""
        for row in self._later:
            where = [column == row[column.name] for column in self.table.primary_key.columns]
            values = {column.name: row[column.name] for column in self._own}
            self._connection.execute(update(self.table).where(*where).values(values))

    def _put_off(self, row: dict[str, Any]) -> None:
        if any(row[column.name] is not None for column in self._own):
            self._later.append(dict(row))
            for column in self._own:
                if not column.primary_key:
                    row[column.name] = None


def _hold(connection: Connection, taken_at: datetime) -> None:
    """Let nothing leave from the instant on at which a scheduler could see what was restored."""
    table = HoldRow.__table__
    if connection.scalar(select(func.count()).select_from(table)):
        return  # it was taken while nothing left
    values = {"id": 1, "since": taken_at, "reason": "restored", "known_until": taken_at}
    connection.execute(insert(HoldRow).values(values))


def _count_again(connection: Connection, tables: dict[str, Table], counts: dict[str, int]) -> None:
    for name, rows in counts.items():
        there = connection.scalar(select(func.count()).select_from(tables[name]))
        if there != rows:
            raise BadBackup(f"{name}: {rows} rows were kept, {there} are there")


@contextmanager
def _unguarded(database: Database) -> Iterator[Connection]:
    """Open a transaction in which the guards of the book and the log are off, and on after it.

    They would count balances a second time; the checks after a restore find what they hinder.
    """
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            names = [table.name for table in tables_of(connection)]
            for name in names:
                connection.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))
            yield connection
            for name in names:
                connection.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
        return
    with database.engine.connect() as connection:
        # PRAGMA foreign_keys does nothing inside a transaction
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                there = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                guards = connection.execute(there).all()
                for name, _ in guards:
                    connection.execute(text(f"DROP TRIGGER {name}"))
                yield connection
                for _, statement in guards:
                    connection.exec_driver_sql(statement)
                if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                    raise BadBackup("a row refers to one that is not there")
        finally:
            connection.invalidate()  # this one has no foreign keys; nobody else may get it


def _set_counters(connection: Connection, database: Database) -> None:
    """Let PostgreSQL count on from the highest number of each table."""
    if database.is_sqlite:
        return
    for table in tables_of(connection):
        column = table.autoincrement_column
        if column is None or not connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        ):
            continue
        highest = connection.scalar(select(func.max(column)))
        if highest is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"),
                {"table": f'"{table.name}"', "column": column.name, "highest": highest},
            )


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise BadBackup("the backup was damaged") from error
