"""What providers told us, and the answer given: a repeat is answered, not obeyed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class AnswerRow(Base):
    """The answer given to one webhook, under the provider's id for it."""

    __tablename__ = "inbound_answer"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    status: Mapped[int] = mapped_column(default=0)  # 0 until the answer is known
    body: Mapped[str] = mapped_column(default="")


class InboundMarkRow(Base):
    """How far the provider's record of what came in has been read, for each number of ours."""

    __tablename__ = "inbound_mark"

    number: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)  # text, call
    read_at: Mapped[datetime]  # real time: one scheduler at a time
    seen_until: Mapped[datetime]  # of the newest that was seen, by the provider's clock


class InboundTextRow(Base):
    """A text that somebody sent us, as it was sent."""

    __tablename__ = "inbound_text"
    __table_args__ = (Index("ix_inbound_text_phone", "community_id", "phone", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    provider_id: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]  # None: hidden
    words: Mapped[str]
    media: Mapped[list[str]]  # addresses of pictures, fetched later
    at: Mapped[datetime]
    reading: Mapped[str] = mapped_column(default="")  # the command it was read as
    reply: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int | None] = mapped_column(index=True)
