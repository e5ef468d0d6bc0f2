"""Alarms: the ladder that rings person after person until somebody acknowledges."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class AlarmRow(Base):
    """An alarm: an emergency, a possible one, a recording at night, or a drill."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_next", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    case_id: Mapped[int | None] = mapped_column(index=True)
    case_number: Mapped[int | None]
    grid_id: Mapped[int | None]  # whose grid leader is told after three minutes
    kind: Mapped[str]  # core.alarms.rules.AlarmKind
    danger: Mapped[str] = mapped_column(default="")  # core.alarms.rules.Danger
    phone: Mapped[str | None]
    address: Mapped[str] = mapped_column(default="")  # estate and place, as staff say them
    words: Mapped[str]
    state: Mapped[str]  # ringing, acknowledged, ended
    round: Mapped[int] = mapped_column(default=0)  # how many people were rung
    repeats: Mapped[int] = mapped_column(default=1)  # how often the caller said it
    started_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    leaders_told_at: Mapped[datetime | None]
    realarm_at: Mapped[datetime | None]  # repeats came: who has it is told again then
    realarmed_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]
    ask_reached_at: Mapped[datetime | None]  # when 联系上了吗 was asked
    reached: Mapped[bool | None]
    ended_at: Mapped[datetime | None]


class AlarmCallRow(Base):
    """One person told of an alarm, by text and by call."""

    __tablename__ = "alarm_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarm.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    round: Mapped[int]
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")  # acknowledged:sms, no_answer, machine
