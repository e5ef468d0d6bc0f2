"""Staff, their telephones, their shifts, and the two-digit codes that prove a phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class StaffRow(Base):
    """A member of staff 工作人员."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    called: Mapped[str]  # how residents hear of them: 王师傅
    reading: Mapped[str | None]  # pinyin of the first hanzi of it, where it is read unusually
    roles: Mapped[list[str]]  # core.staff.rules.Role values
    estate_keys: Mapped[list[str]]  # for property contacts: the estates they serve
    language: Mapped[str] = mapped_column(default="zh_CN")
    left_at: Mapped[datetime | None]


class StaffPhoneRow(Base):
    """A staff telephone (E.164); one person of a community has it."""

    __tablename__ = "staff_phone"
    __table_args__ = (UniqueConstraint("community_id", "phone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    phone: Mapped[str] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)  # 0 is rung and texted


class StaffPictureRow(Base):
    """Somebody's picture, for the cards at the doors of their grid."""

    __tablename__ = "staff_picture"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    media_type: Mapped[str]
    content: Mapped[bytes]
    at: Mapped[datetime]


class ShiftRow(Base):
    """A time on duty 值班, from 值班 to 下班; it adds to the roster of the office."""

    __tablename__ = "shift"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AbsenceRow(Base):
    """A rostered person who texted 下班: off the roster until their next rostered day."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]


class StaffCodeRow(Base):
    """A two-digit code that was texted to the registered phone, and what waits for it."""

    __tablename__ = "staff_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    phone: Mapped[str] = mapped_column(index=True)  # a resident's withdrawal uses one too
    code: Mapped[str]
    waiting: Mapped[dict[str, Any]]  # {"command": ..., "arguments": {...}}
    wrong_tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime]  # real time
    proved_at: Mapped[datetime | None]  # real time; serves 30 minutes from then
    voided_at: Mapped[datetime | None]
