"""What is known about one resident, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from core.calls.tables import CallRow, RecordingRow
from core.cases.tables import CaseRow
from core.db import Base
from core.points.tables import PointAccountRow
from core.residents.tables import ResidentPhoneRow, ResidentRow

# Not about the resident although it bears a phone or a case; or told in another way.
_OTHERS = frozenset({"staff_phone", "staff_code", "case_gram", "import_draft", "resident_pin"})


@dataclass(frozen=True)
class About:
    """The ends by which everything about a resident is found.

    ``phones`` are theirs alone: what came from a shared one is also somebody else's.
    """

    resident_id: int
    community_id: int
    phones: tuple[str, ...]
    cases: tuple[int, ...]
    calls: tuple[int, ...]
    recordings: tuple[int, ...]


def about(session: Session, resident: ResidentRow) -> About:
    """Find the ends."""
    phones = _phones_of_nobody_else(session, resident)
    cases = session.scalars(
        select(CaseRow.id)
        .where(
            CaseRow.community_id == resident.community_id,
            or_(CaseRow.resident_id == resident.id, CaseRow.phone.in_(phones)),
        )
        .order_by(CaseRow.id)
    ).all()
    calls = session.scalars(
        select(CallRow.id)
        .where(
            CallRow.community_id == resident.community_id,
            or_(CallRow.resident_id == resident.id, CallRow.phone.in_(phones)),
        )
        .order_by(CallRow.id)
    ).all()
    recordings = session.scalars(
        select(RecordingRow.id)
        .where(or_(RecordingRow.call_id.in_(calls), RecordingRow.case_id.in_(cases)))
        .order_by(RecordingRow.id)
    ).all()
    return About(
        resident_id=resident.id,
        community_id=resident.community_id,
        phones=tuple(phones),
        cases=tuple(cases),
        calls=tuple(calls),
        recordings=tuple(recordings),
    )


def everything(session: Session, ends: About) -> dict[str, list[dict[str, Any]]]:
    """Return every row about a resident by table, oldest first, as plain values."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        conditions = list(_conditions(table, ends))
        if not conditions:
            continue
        query = select(table).where(or_(*conditions)).order_by(*table.primary_key.columns)
        rows = [
            {name: _plain(value) for name, value in row._mapping.items()}
            for row in session.execute(query)
        ]
        if rows:
            found[table.name] = rows
    return found


def _phones_of_nobody_else(session: Session, resident: ResidentRow) -> list[str]:
    others = select(ResidentPhoneRow.phone).where(
        ResidentPhoneRow.community_id == resident.community_id,
        ResidentPhoneRow.resident_id != resident.id,
    )
    return list(
        session.scalars(
            select(ResidentPhoneRow.phone).where(
                ResidentPhoneRow.resident_id == resident.id,
                ResidentPhoneRow.phone.not_in(others),
            )
        )
    )


def _conditions(table: Table, ends: About) -> Iterator[ColumnElement[bool]]:
    """Say which rows of a table are about the resident; none: the table is about nobody."""
    columns = table.columns
    if table.name in _OTHERS:
        return
    if table.name == "resident":
        yield columns["id"] == ends.resident_id
        return
    if table.name == "case":
        yield columns["id"].in_(ends.cases)
        return
    if table.name == "transcript":
        yield columns["recording_id"].in_(ends.recordings)
        return
    if table.name == "point_leg":
        own = select(PointAccountRow.id).where(PointAccountRow.resident_id == ends.resident_id)
        yield columns["account_id"].in_(own)
        return
    if "resident_id" in columns:
        yield columns["resident_id"] == ends.resident_id
    if "case_id" in columns:
        yield columns["case_id"].in_(ends.cases)
    for name in ("phone", "to"):
        if name in columns and table.name not in ("route",):
            yield columns[name].in_(ends.phones)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"({len(value)} bytes)" if isinstance(value, bytes) else value
