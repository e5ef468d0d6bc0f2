"""Seals anew, with the key in force, what is sealed with an earlier one or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, Table, Text, select, type_coerce, update
from sqlalchemy.orm import Session

from app.schema import METADATA
from core.db import Database
from core.sealing import (
    KeyRing,
    Sealed,
    SealedBytes,
    SealedJson,
    as_text,
    from_text,
    is_sealed,
)

_AT_ONCE = 100  # rows in one transaction: the line goes on working meanwhile


@dataclass(frozen=True)
class Resealed:
    """How many values of a column there are, and how many were sealed anew."""

    column: str
    values: int
    sealed: int


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Return every column that is kept sealed."""
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                yield table, column


def reseal_everything(database: Database, ring: KeyRing) -> list[Resealed]:
    """Seal every value with the key in force; it may be stopped and begun again at any time."""
    return [_reseal(database, ring, table, column) for table, column in sealed_columns()]


def _reseal(database: Database, ring: KeyRing, table: Table, column: Column[Any]) -> Resealed:
    keys = list(table.primary_key.columns)
    with database.reading() as session:
        rows = [tuple(row) for row in session.execute(select(*keys).order_by(*keys))]
    values = sealed = 0
    for start in range(0, len(rows), _AT_ONCE):
        with database.transaction() as session:
            for row in rows[start : start + _AT_ONCE]:
                where = [key == value for key, value in zip(keys, row, strict=True)]
                one = _Value(session, ring, table, column, where)
                values += one.is_there
                sealed += one.reseal()
    return Resealed(f"{table.name}.{column.name}", values, sealed)


class _Value:
    """One value as the database holds it."""

    def __init__(
        self, session: Session, ring: KeyRing, table: Table, column: Column[Any], where: list[Any]
    ) -> None:
        self._session, self._ring, self._table = session, ring, table
        self._column, self._where = column, where
        self._what: str = column.type.what  # type: ignore[attr-defined]  # a Sealed type
        self._plain_type: Any = _plain_type(column)
        self._stored = session.scalar(
            select(type_coerce(column, self._plain_type)).where(*where).with_for_update()
        )

    @property
    def is_there(self) -> bool:
        """Tell whether there is anything to seal."""
        return bool(self._stored)

    def reseal(self) -> bool:
        """Seal it with the key in force; False if it is already."""
        if not self.is_there:
            return False
        sealed = self._sealed()
        if sealed is not None and self._ring.is_newest(sealed):
            return False
        plain = self._plain() if sealed is None else self._ring.unseal(sealed, what=self._what)
        anew = self._ring.seal(plain, what=self._what)
        stored = anew if isinstance(self._column.type, SealedBytes) else as_text(anew)
        self._session.execute(
            update(self._table)
            .where(*self._where)
            .values({self._column.name: type_coerce(stored, self._plain_type)})
        )
        return True

    def _sealed(self) -> bytes | None:
        if isinstance(self._stored, bytes):
            return self._stored if is_sealed(self._stored) else None
        return from_text(self._stored)

    def _plain(self) -> bytes:
        if isinstance(self._stored, bytes):
            return self._stored
        if isinstance(self._column.type, SealedJson):
            return json.dumps(self._stored, ensure_ascii=False).encode()
        return str(self._stored).encode()


def _plain_type(column: Column[Any]) -> Any:
    if isinstance(column.type, SealedBytes):
        return LargeBinary()
    return JSON() if isinstance(column.type, SealedJson) else Text()
