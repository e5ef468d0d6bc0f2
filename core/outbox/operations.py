"""Enqueueing: a text or a call becomes a row in the transaction that wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.communities.queries import sender_number
from core.outbox.claiming import (
    Claimed,
    claim_next,
    count_try,
    give_back,
    is_any_due,
    record_failed,
    record_sent,
    record_status,
    record_unknown,
)
from core.outbox.rules import OutboxKind, OutboxState
from core.outbox.tables import OutboxRow
from core.phones import PhoneKind, kind_of
from core.residents.queries import is_landline

__all__ = [
    "Claimed",
    "claim_next",
    "count_try",
    "enqueue_call",
    "enqueue_fetch",
    "enqueue_text",
    "give_back",
    "is_any_due",
    "record_failed",
    "record_sent",
    "record_status",
    "record_unknown",
]


def enqueue_text(
    session: Session,
    *,
    community_id: int,
    to: str,
    words: str,
    purpose: str,
    key: str,
    now: datetime,
    priority: int = 2,
    not_before: datetime | None = None,
    use_by: datetime | None = None,
    case_id: int | None = None,
    task_id: int | None = None,
) -> OutboxRow | None:
    """Put a text in the outbox; the same ``key`` twice gives the same row.

    ``words`` are final and signed. None for a landline: it is never texted, so the caller of this
    function says the same by voice or gives it to a person.
    """
    if kind_of(to) is PhoneKind.LANDLINE or is_landline(session, community_id, to):
        return None
    return _enqueue(
        session,
        key=key,
        community_id=community_id,
        kind=OutboxKind.TEXT,
        purpose=purpose,
        to=to,
        body=words,
        detail={},
        priority=priority,
        not_before=not_before or now,
        use_by=use_by,
        case_id=case_id,
        task_id=task_id,
        created_at=now,
    )


def enqueue_call(
    session: Session,
    *,
    community_id: int,
    to: str,
    purpose: str,
    about: str,
    detail: dict[str, Any],
    key: str,
    now: datetime,
    priority: int = 2,
    not_before: datetime | None = None,
    use_by: datetime | None = None,
    case_id: int | None = None,
    task_id: int | None = None,
) -> OutboxRow:
    """Put a call in the outbox; ``detail`` is what the ivr needs once it is answered."""
    return _enqueue(
        session,
        key=key,
        community_id=community_id,
        kind=OutboxKind.CALL,
        purpose=purpose,
        to=to,
        body=about,
        detail=detail,
        priority=priority,
        not_before=not_before or now,
        use_by=use_by,
        case_id=case_id,
        task_id=task_id,
        created_at=now,
    )


def enqueue_fetch(
    session: Session,
    *,
    community_id: int,
    url: str,
    key: str,
    now: datetime,
    detail: dict[str, Any],
    case_id: int | None = None,
) -> OutboxRow:
    """Ask for a recording or a picture to be fetched from the provider."""
    return _enqueue(
        session,
        key=key,
        community_id=community_id,
        kind=OutboxKind.FETCH,
        purpose="fetch",
        to=url,
        body="",
        detail=detail,
        priority=1,
        not_before=now,
        use_by=None,
        case_id=case_id,
        task_id=None,
        created_at=now,
    )


def _enqueue(session: Session, **columns: Any) -> OutboxRow:
    """Insert a row unless its key is there already, and return whichever stands."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    values = {
        **{getattr(OutboxRow, name).property.columns[0]: value for name, value in columns.items()},
        OutboxRow.__table__.c["from"]: sender_number(session, columns["community_id"]),
        OutboxRow.__table__.c.state: OutboxState.QUEUED,
        OutboxRow.__table__.c.attempts: 0,
        OutboxRow.__table__.c.tries: 0,
        OutboxRow.__table__.c.provider_status: "",
        OutboxRow.__table__.c.reason: "",
    }
    session.execute(insert(OutboxRow).values(values).on_conflict_do_nothing(index_elements=["key"]))
    return session.scalars(select(OutboxRow).where(OutboxRow.key == columns["key"])).one()
