"""The databases that every other test stands on."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from core.communities.tables import HeartbeatRow
from core.db import Database


def test_an_instant_comes_back_aware(database: Database) -> None:
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    with database.transaction() as session:
        session.add(HeartbeatRow(name="scheduler", at=noon))
    with database.reading() as session:
        assert session.scalars(select(HeartbeatRow.at)).one() == noon
