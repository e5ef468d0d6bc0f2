"""Calls in both directions, where each stands, and what was recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class CallRow(Base):
    """A telephone call; the row holds where in the menus it stands."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_sweep", "state", "touched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    provider_id: Mapped[str | None] = mapped_column(unique=True)  # CallSid
    direction: Mapped[str]  # inbound, outbound
    purpose: Mapped[str]  # resident, callback, progress, alarm, listen, check
    phone: Mapped[str | None]  # the other side; None: hidden
    state: Mapped[str]  # queued, ringing, in_progress, completed, busy, no_answer, failed, canceled
    outbox_id: Mapped[int | None] = mapped_column(index=True)
    resident_id: Mapped[int | None]
    staff_id: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(default="zh_CN")
    slow: Mapped[bool] = mapped_column(default=False)
    menu: Mapped[str] = mapped_column(default="")
    turn: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    silences: Mapped[int] = mapped_column(default=0)
    held: Mapped[dict[str, Any]]  # what was keyed so far, whom we rang, what a flow remembers
    machine: Mapped[str] = mapped_column(default="")  # the provider's label; it only labels
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # pressed 1
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]  # when a call that broke off was turned into a case or task


class RecordingRow(Base):
    """What a caller said after the tone."""

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(index=True)
    provider_id: Mapped[str] = mapped_column(unique=True)  # RecordingSid
    url: Mapped[str]
    seconds: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="")  # completed, absent, failed, in-progress
    sound_hash: Mapped[str | None]  # core.sound, once the media is fetched
    fetch_reason: Mapped[str] = mapped_column(default="")
    typed_words: Mapped[str] = mapped_column(default="")  # desk: words typed instead of spoken
    created_at: Mapped[datetime]


class TranscriptRow(Base):
    """What a machine heard on a recording 听写; it is only ever a help to whoever listens."""

    __tablename__ = "transcript"
    __table_args__ = (Index("ix_transcript_state", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), unique=True)
    state: Mapped[str]  # core.calls.rules.Hearing
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]  # real time
    words: Mapped[str] = mapped_column(default="")
    confidence: Mapped[float] = mapped_column(default=0.0)  # 0 to 1, the model's own opinion
    model: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # why there are no words
    settled_at: Mapped[datetime | None]
