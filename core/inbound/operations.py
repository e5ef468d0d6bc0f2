"""De-duplication: the provider's id is written first, so a repeat is answered, not obeyed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.inbound.tables import AnswerRow, InboundTextRow

_ANSWERED = 200


def take_key(session: Session, key: str, now: datetime) -> str | None:
    """Claim a webhook by its key, or return the answer that was given to it before.

    None means that it is ours to obey. Somebody who comes second at the same instant waits here
    until the first has committed (PostgreSQL on the unique key, SQLite on the write lock).
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    taken = session.scalar(
        insert(AnswerRow)
        .values(key=key, at=now, status=0, body="")
        .on_conflict_do_nothing()
        .returning(AnswerRow.key)
    )
    if taken is not None:
        return None
    body = session.scalar(select(AnswerRow.body).where(AnswerRow.key == key))
    return body or ""


def store_answer(session: Session, key: str, body: str) -> None:
    """Keep the answer to a webhook beside its key, in the same transaction as what it did."""
    session.execute(
        update(AnswerRow)
        .where(AnswerRow.key == key)
        .values(status=_ANSWERED, body=body)
        .execution_options(synchronize_session=False)
    )


def keep_text(
    session: Session,
    *,
    community_id: int,
    provider_id: str,
    phone: str | None,
    words: str,
    media: Sequence[str],
    now: datetime,
) -> InboundTextRow:
    """Keep a text as it was sent, before anything is made of it.

    NUL alone is left out: PostgreSQL cannot store it, and no handset can type it.
    """
    row = InboundTextRow(
        community_id=community_id,
        provider_id=provider_id,
        phone=phone,
        words=words.replace("\x00", ""),
        media=list(media),
        at=now,
        reading="",
        reply="",
    )
    session.add(row)
    session.flush()
    return row
