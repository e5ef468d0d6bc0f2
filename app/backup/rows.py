"""Rows as lines of text, alike for both engines: a backup of one can be restored on the other.

Tables are taken as the database has them, not as the code describes them: what is sealed stays
sealed, and a backup of an older schema can still be read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, LargeBinary, MetaData, Table, select

ROWS_A_LINE = 200
_UNWANTED = frozenset({"alembic_version", "heartbeat", "hold"})

Write = Callable[[bytes], None]


def tables_of(connection: Connection) -> list[Table]:
    """Return every table with something to keep, those first that others refer to."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return [table for table in found.sorted_tables if table.name not in _UNWANTED]


def write_table(connection: Connection, table: Table, write: Write) -> int:
    """Write every row of a table, in the order of its key; return how many there are."""
    columns = list(table.columns)
    writers = [_writer(column.type) for column in columns]
    write(_line({"table": table.name, "columns": [column.name for column in columns]}))
    count = 0
    result = connection.execution_options(stream_results=True, yield_per=ROWS_A_LINE).execute(
        select(*columns).order_by(*table.primary_key.columns)
    )
    for rows in result.partitions(ROWS_A_LINE):
        write(_line([[w(value) for w, value in zip(writers, row, strict=True)] for row in rows]))
        count += len(rows)
    return count


def read_rows(
    table: Table, names: Sequence[str], line: Sequence[Sequence[Any]], *, aware: bool
) -> Iterator[dict[str, Any]]:
    """Read the rows of a line; ``aware`` keeps the zone of an instant, which SQLite cannot."""
    readers = [_reader(table.columns[name].type, aware=aware) for name in names]
    for row in line:
        yield {
            name: None if value is None else read(value)
            for name, read, value in zip(names, readers, row, strict=True)
        }


def _writer(type_: Any) -> Callable[[Any], Any]:
    if isinstance(type_, DateTime):
        return _instant
    if isinstance(type_, Date):
        return lambda value: None if value is None else value.isoformat()
    if isinstance(type_, LargeBinary):
        return lambda value: None if value is None else base64.b64encode(value).decode()
    return lambda value: value


def _instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat()


def _reader(type_: Any, *, aware: bool) -> Callable[[Any], Any]:
    if isinstance(type_, DateTime):
        return datetime.fromisoformat if aware else _naive
    if isinstance(type_, Date):
        return date.fromisoformat
    if isinstance(type_, LargeBinary):
        return base64.b64decode
    return lambda value: value


def _naive(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=None)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
