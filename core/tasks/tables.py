"""Tasks 待办: what a person must do that is no case move."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class TaskRow(Base):
    """A task, numbered T7 in its community; ended by 办 T7 words."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        Index("ix_task_due", "state", "climb_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)  # idempotency key
    kind: Mapped[str]  # core.tasks.rules.TaskKind
    words: Mapped[str]
    owner_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(index=True)
    call_id: Mapped[int | None]
    phone: Mapped[str | None]
    urgency: Mapped[str] = mapped_column(default="P2")  # decides at which hours it is texted
    state: Mapped[str]  # open, done
    due_at: Mapped[datetime]
    escalation_level: Mapped[int] = mapped_column(default=0)
    climb_at: Mapped[datetime | None]  # when it goes to the next on the ladder
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(default="")
    done_words: Mapped[str] = mapped_column(default="")
