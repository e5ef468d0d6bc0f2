"""Merging one section of a file into its table by stable key; nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow, EstateRow, GridRow, RouteRow
from core.consultations.tables import HomeRow
from core.loading.changes import Changes
from core.loading.sections import CommunityFile
from core.points.tables import ActivityRow, PointCycleRow, RewardRow
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from core.standing.tables import StandingOrderRow, WelfareRow
from core.volunteers.tables import VolunteerRow, ZoneRow

Row = TypeVar(
    "Row",
    EstateRow,
    GridRow,
    RouteRow,
    StaffRow,
    ResidentRow,
    ActivityRow,
    RewardRow,
    PointCycleRow,
    HomeRow,
    StandingOrderRow,
    WelfareRow,
    ZoneRow,
    VolunteerRow,
)

ADDED_BY_HAND = "added"  # in a row's edited: not from the file, so the file cannot end it
LEFT_BY_HAND = "left_at"
_EDITED_BY_HAND = (ResidentRow, StandingOrderRow, WelfareRow)


@dataclass(frozen=True)
class Load:
    """One load of one file, and the difference it makes."""

    community: CommunityRow
    file: CommunityFile
    changes: Changes
    now: datetime
    replace: bool
    keys: dict[str, dict[int, str]] = field(default_factory=dict)  # column → id → stable key
    added: list[tuple[str, str]] = field(default_factory=list)  # kind and key of what is new

    def shown(self, column: str, value: Any) -> Any:
        """Return a value as the file writes it: a key where the table has an id."""
        return self.keys[column].get(value, value) if column in self.keys else value


@dataclass(frozen=True)
class Merge(Generic[Row]):
    """How one section is merged: its name in the difference, and its table."""

    load: Load
    kind: str
    table: type[Row]

    def rows(self, session: Session, *, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Row]:
        """Bring the table to what the file says; return the rows that the file names, by key."""
        found = session.scalars(
            select(self.table)
            .where(self.table.community_id == self.load.community.id)
            .order_by(self.table.id)
        )
        there = {row.key: row for row in found}
        for key, fields in wanted.items():
            if key in there:
                self._update(there[key], fields)
            else:
                there[key] = self._add(session, key, fields)
        for key, row in there.items():
            if key not in wanted:
                self._leave(row)
        session.flush()
        return {key: there[key] for key in wanted}

    def _add(self, session: Session, key: str, fields: Mapping[str, Any]) -> Row:
        row = self.table(community_id=self.load.community.id, key=key, **fields)
        if isinstance(row, _EDITED_BY_HAND):
            row.edited = []
        session.add(row)
        self.load.added.append((self.kind, key))
        self.load.changes.added(self.kind, key, _name(row))
        return row

    def _update(self, row: Row, fields: Mapping[str, Any]) -> None:
        kept = set() if self.load.replace else edited_fields(row)
        if row.left_at is not None and LEFT_BY_HAND not in kept:
            row.left_at = None
            self.load.changes.added(self.kind, row.key, f"{_name(row)} (back 回来了)")
        for name, value in fields.items():
            old = getattr(row, name)
            if old == value:
                continue
            if name in kept:
                self.load.changes.kept(self.kind, row.key, name, self.load.shown(name, old))
                continue
            setattr(row, name, value)
            shown = self.load.shown(name, old), self.load.shown(name, value)
            self.load.changes.changed(self.kind, row.key, name, *shown)
        if self.load.replace and isinstance(row, _EDITED_BY_HAND):
            row.edited = [name for name in row.edited if name == ADDED_BY_HAND]

    def _leave(self, row: Row) -> None:
        if row.left_at is None and ADDED_BY_HAND not in edited_fields(row):
            row.left_at = self.load.now
            self.load.changes.left(self.kind, row.key, _name(row))


def edited_fields(row: Row) -> set[str]:
    """Return the fields of a row that somebody changed by hand since it was loaded."""
    return set(row.edited) if isinstance(row, _EDITED_BY_HAND) else set()


def _name(row: Row) -> str:
    return "" if isinstance(row, RouteRow | HomeRow | WelfareRow | VolunteerRow) else row.name
