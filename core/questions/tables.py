"""The one question that may be open on a phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class QuestionRow(Base):
    """A question to one phone; an answer digit belongs to the open one.

    ``state``: waiting (unsent), open, answered, lapsed, dropped.
    """

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_phone_state", "community_id", "phone", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str | None] = mapped_column(unique=True)  # idempotency key; replies have none
    phone: Mapped[str]
    kind: Mapped[str]  # core.questions.rules.QuestionKind
    about: Mapped[dict[str, Any]]  # {"case_id": 5, "choices": ["12", "15"], "words": ...}
    words: Mapped[str]  # the text that asks it
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
