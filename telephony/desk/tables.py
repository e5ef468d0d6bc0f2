"""The desk's own rows: texts, calls and sounds of the phones in the browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class DeskTextRow(Base):
    """A text between a phone of the desk and a number of the service."""

    __tablename__ = "desk_text"
    __table_args__ = (Index("ix_desk_text_thread", "phone", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str]  # the handset: E.164
    number: Mapped[str]  # the service's number
    direction: Mapped[str]  # to_phone, from_phone
    words: Mapped[str]
    pictures: Mapped[list[str]]  # sids of desk_media
    status: Mapped[str]  # queued, delivered, failed; sending, received, lost (from the phone)
    status_url: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class DeskCallRow(Base):
    """A call of a phone of the desk, and where its TwiML player stands.

    ``kind``: inbound (the phone rings the service), outbound (the service rings the phone),
    leg (the service connects a caller with this phone).
    """

    __tablename__ = "desk_call"
    __table_args__ = (
        Index("ix_desk_call_phone", "phone", "state"),
        Index("ix_desk_call_ringing", "state", "ring_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    phone: Mapped[str]  # the handset: E.164, or "hidden"
    number: Mapped[str]  # the service's number
    from_: Mapped[str] = mapped_column("from")
    to: Mapped[str]
    state: Mapped[str]  # Twilio's CallStatus
    answer_url: Mapped[str]
    status_url: Mapped[str] = mapped_column(default="")
    status_events: Mapped[str] = mapped_column(default="")  # which of them are wanted
    machine_url: Mapped[str] = mapped_column(default="")
    ring_until: Mapped[datetime | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("desk_call.id"), index=True)
    bridged: Mapped[bool] = mapped_column(default=False)  # a leg: it talks with its parent
    place: Mapped[dict[str, Any]]  # telephony.desk.player.Place; empty: nothing is played
    heard: Mapped[list[Any]] = mapped_column(JSON)  # what the ear hears now
    waits: Mapped[dict[str, Any]]  # what is waited for; empty: nothing
    transcript: Mapped[list[Any]] = mapped_column(JSON)  # the whole call: who, words
    turn: Mapped[int] = mapped_column(default=0)  # a step seen from an older turn comes too late
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class DeskMediaRow(Base):
    """A recording of a caller, or a picture sent with a text."""

    __tablename__ = "desk_media"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("desk_call.id"), index=True)
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    seconds: Mapped[int] = mapped_column(default=0)
    typed_words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class DeskPostRow(Base):
    """A webhook that the desk owes the service: a status, a recording, a text.

    ``state``: waiting, posting, done, lost (given up).
    """

    __tablename__ = "desk_post"
    __table_args__ = (Index("ix_desk_post_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    fields: Mapped[dict[str, Any]]
    text_id: Mapped[int | None] = mapped_column(ForeignKey("desk_text.id"), index=True)
    state: Mapped[str] = mapped_column(default="waiting")
    due_at: Mapped[datetime]  # real time
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
