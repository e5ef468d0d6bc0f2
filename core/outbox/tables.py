"""What is to be sent: texts and calls, each a row before it is anything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class OutboxRow(Base):
    """A text, a call or a fetch that waits, is under way, or was settled.

    ``state``: queued, sending, sent, delivered, failed, unknown, task (given to a person).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_community_created", "community_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str] = mapped_column(unique=True)  # idempotency key
    kind: Mapped[str]  # text, call, fetch
    purpose: Mapped[str]  # receipt, alert, alarm, callback, progress, listen, code, ...
    to: Mapped[str]  # E.164; for fetch: the address of the media
    from_: Mapped[str] = mapped_column("from")  # the community's number
    body: Mapped[str]  # the words of a text; for a call what it is about, for staff to read
    detail: Mapped[dict[str, Any]]  # for a call: what ivr needs ({"callback_attempt_id": 3})
    case_id: Mapped[int | None] = mapped_column(index=True)
    task_id: Mapped[int | None]
    priority: Mapped[int]  # 0 emergency, 1 same day, 2 normal
    state: Mapped[str]
    not_before: Mapped[datetime]  # the community's clock
    use_by: Mapped[datetime | None]  # after it, it is not sent: it becomes a task
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)  # failed ones that count towards giving up
    lease_until: Mapped[datetime | None]  # real time
    retry_at: Mapped[datetime | None]  # real time
    provider_id: Mapped[str | None] = mapped_column(index=True)
    provider_status: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class ChannelRow(Base):
    """How a way out of the house is: one row each for texts, calls and fetching, in real time.

    It belongs to all schedulers together: the provider is down for each of them.
    """

    __tablename__ = "channel"

    kind: Mapped[str] = mapped_column(primary_key=True)  # text, call, fetch
    failures: Mapped[int] = mapped_column(default=0)  # of different rows, one after the other
    last_row_id: Mapped[int | None]
    down_since: Mapped[datetime | None]
    closed_until: Mapped[datetime | None]  # before it only emergencies are tried, then one row
    next_at: Mapped[datetime | None]  # pacing: when the next may leave


class OutboxAttemptRow(Base):
    """One try at sending a row; a repeat after a crash is seen here."""

    __tablename__ = "outbox_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime]  # real time
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")  # sent, unknown, given_back, failed
    provider_id: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")


class HoldRow(Base):
    """Nothing is sent while this row is there; one row, id 1."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]  # real time
    reason: Mapped[str]
    known_until: Mapped[datetime]  # real time; what happened after it may be missing here
