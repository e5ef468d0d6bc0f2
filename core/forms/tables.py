"""Codes of the form, and what was sent through it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.sealing import SealedBytes


class FormCodeRow(Base):
    """A QR code: of a community, of an estate, or of one door."""

    __tablename__ = "form_code"
    __table_args__ = (
        Index("ix_form_code_place", "community_id", "estate_id", "place", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    code: Mapped[str] = mapped_column(unique=True)
    estate_id: Mapped[int] = mapped_column(default=0)  # 0: no estate in particular
    place: Mapped[str] = mapped_column(default="")  # 3-2-402: this very door
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FormReportRow(Base):
    """What somebody sent through the form; the case holds the words."""

    __tablename__ = "form_report"
    __table_args__ = (
        Index("ix_form_report_source", "source", "at"),
        Index("ix_form_report_phone", "community_id", "phone", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    code_id: Mapped[int] = mapped_column(ForeignKey("form_code.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)  # of the form that was sent
    link: Mapped[str] = mapped_column(unique=True)  # of the page on progress; long and random
    name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str | None]
    address: Mapped[str] = mapped_column(default="")  # as it was written
    source: Mapped[str]  # who sent it, as a seal that names nobody
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # whoever has the telephone said: it was me
    denied_at: Mapped[datetime | None]


class FormFileRow(Base):
    """A photo or a voice note."""

    __tablename__ = "form_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("form_report.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str]  # photo, voice
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(SealedBytes("form_file.content"))
