"""Notices, their stages, every telephone of each, and the pace of the provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class NoticeRow(Base):
    """A notice 通知: words that go to an audience, in stages."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("community_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    words: Mapped[str]
    channel: Mapped[str]  # core.notices.rules.Channel
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # after it nothing is sent
    stopped_at: Mapped[datetime | None]


class NoticeStageRow(Base):
    """A stage 批次: members first, then everybody concerned; each agreed to by a second person."""

    __tablename__ = "notice_stage"
    __table_args__ = (
        UniqueConstraint("notice_id", "position"),
        Index("ix_notice_stage_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    position: Mapped[int]
    audience: Mapped[dict[str, Any]]  # core.notices.rules.Audience
    state: Mapped[str]  # core.notices.rules.StageState
    without_phone: Mapped[int] = mapped_column(default=0)  # people whom nothing can reach
    second_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    agreed_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class NoticePhoneRow(Base):
    """One telephone of a notice; in all its stages it is there once a channel."""

    __tablename__ = "notice_phone"
    __table_args__ = (
        UniqueConstraint("notice_id", "phone", "channel"),
        Index("ix_notice_phone_waiting", "stage_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("notice_stage.id"))
    phone: Mapped[str]
    resident_id: Mapped[int | None]
    channel: Mapped[str]  # text, call
    state: Mapped[str]  # core.notices.rules.PhoneState
    outbox_id: Mapped[int | None] = mapped_column(index=True)  # of a text


class PaceRow(Base):
    """Until when the provider's rate is used up, for texts and for calls; one row each."""

    __tablename__ = "pace"

    channel: Mapped[str] = mapped_column(primary_key=True)
    used_until: Mapped[datetime]
