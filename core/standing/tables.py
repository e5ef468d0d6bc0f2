"""Standing orders and welfare calls, and every time that each came round."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class StandingOrderRow(Base):
    """A standing order 定期帮办: a case that opens itself each month or week."""

    __tablename__ = "standing_order"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    name: Mapped[str]  # as it is said: 取药
    kind: Mapped[str]  # core.standing.rules.OrderKind
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    month_day: Mapped[int | None]
    weekday: Mapped[int | None]
    lead_workdays: Mapped[int]
    vital: Mapped[bool]
    falls_on: Mapped[date | None]  # the next day by its rhythm
    serves_on: Mapped[date | None]  # when it is done: never on a day off, never later
    opens_at: Mapped[datetime | None] = mapped_column(index=True)
    planned_on: Mapped[date | None]  # the local day on which these were counted last
    skipped_on: Mapped[date | None]  # a day that was called off before its case opened
    edited: Mapped[list[str]] = mapped_column(default=list)  # by hand since load; load leaves them
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    left_at: Mapped[datetime | None]


class StandingRunRow(Base):
    """One time of a standing order: its case, and what the resident said."""

    __tablename__ = "standing_run"
    __table_args__ = (
        UniqueConstraint("order_id", "falls_on"),
        Index("ix_standing_run_due", "state", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("standing_order.id"))
    falls_on: Mapped[date]
    serves_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    state: Mapped[str]  # core.standing.rules.RunState
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime]  # then a person asks
    settled_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(default="")  # by which it was answered


class WelfareRow(Base):
    """A welfare call 平安电话 to somebody who lives alone, at an hour they chose."""

    __tablename__ = "welfare"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    weekdays: Mapped[str]  # 135: Monday, Wednesday, Friday
    at: Mapped[str]  # HH:MM local
    contact_name: Mapped[str]
    contact_phone: Mapped[str | None]  # E.164
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    edited: Mapped[list[str]] = mapped_column(default=list)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    left_at: Mapped[datetime | None]


class WelfareRoundRow(Base):
    """One welfare call: how far it climbed, and how it ended."""

    __tablename__ = "welfare_round"
    __table_args__ = (UniqueConstraint("welfare_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    welfare_id: Mapped[int] = mapped_column(ForeignKey("welfare.id"))
    on: Mapped[date]
    state: Mapped[str]  # core.standing.rules.RoundState
    began_at: Mapped[datetime]
    contact_at: Mapped[datetime | None]
    door_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    said_by: Mapped[str] = mapped_column(default="")  # resident, contact, or the staff key
