"""Callbacks 回访 and progress calls: the plan, each try, and the answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

_IS_LIVE = text("state IN ('planned', 'ringing', 'texted', 'person')")


class CallbackRow(Base):
    """A call that we owe a resident about a case.

    ``kind``: confirm (is it solved?) or progress (where it stands, or an apology).
    ``state``: planned, ringing, texted, answered, person (a task was made), dropped.
    """

    __tablename__ = "callback"
    __table_args__ = (
        Index("ix_callback_due", "state", "next_at"),
        Index("ix_callback_case", "case_id", "state"),
        # two schedulers that plan the same case at the same instant: the second finds it planned
        Index(
            "uq_callback_live",
            "case_id",
            "kind",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str]
    state: Mapped[str]
    round: Mapped[int] = mapped_column(default=0)  # reopened cases get a new round
    phone: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]  # ringing: when a lost outcome is looked at
    due_at: Mapped[datetime | None]  # the promise that this call serves (case.due_at then)
    person_at: Mapped[datetime | None]  # noon of day three: not reached, a person takes over
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    solved: Mapped[bool | None]
    satisfied: Mapped[str] = mapped_column(default="")


class CallbackAttemptRow(Base):
    """One try: a call or a text, and how it ended; outcomes are counted apart."""

    __tablename__ = "callback_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callback.id"), index=True)
    number: Mapped[int]
    channel: Mapped[str]  # call, sms, person
    outbox_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="")  # core.callbacks.rules.Outcome
    settled_at: Mapped[datetime | None]
