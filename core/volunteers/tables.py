"""Zones and their members, volunteers, and the calls for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ZoneRow(Base):
    """A responsibility zone 责任区: a stair or a building, and the member who has its post."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    name: Mapped[str]  # the post: 卫生岗
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    place: Mapped[str]  # 3-3, 3, or empty for the estate
    left_at: Mapped[datetime | None]


class ZoneCopyRow(Base):
    """A case whose members have been told of it."""

    __tablename__ = "zone_copy"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    at: Mapped[datetime]


class VolunteerRow(Base):
    """What a volunteer 志愿者 can do and when; whoever has no row can do anything, any time."""

    __tablename__ = "volunteer"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    skills: Mapped[list[str]]  # empty: anything
    zones: Mapped[list[str]]  # 3-3, 3: as near as at home
    weekdays: Mapped[str]  # 67; empty: every day
    begins: Mapped[str]  # HH:MM local, or empty
    ends: Mapped[str]
    left_at: Mapped[datetime | None]


class VolunteerCallRow(Base):
    """A call for volunteers 征集 about a case."""

    __tablename__ = "volunteer_call"
    __table_args__ = (Index("ix_volunteer_call_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    words: Mapped[str]  # 扫雪
    wanted: Mapped[int]
    points: Mapped[int]
    code_word: Mapped[str]  # 暗号
    state: Mapped[str]  # core.volunteers.rules.CallState
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    wave: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]  # of the next wave
    told_at: Mapped[datetime | None]  # when the resident was told who comes
    ended_at: Mapped[datetime | None]


class InvitationRow(Base):
    """A volunteer who was asked, and what came of it."""

    __tablename__ = "volunteer_invitation"
    __table_args__ = (UniqueConstraint("call_id", "resident_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("volunteer_call.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    phone: Mapped[str]
    wave: Mapped[int]
    state: Mapped[str]  # core.volunteers.rules.InvitationState
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
