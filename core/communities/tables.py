"""The communities of this installation, and the numbers by which each is reached."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class CommunityRow(Base):
    """A community 社区: one office, its settings and its running numbers."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    english_name: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)
    office: Mapped[dict[str, Any]]  # core.office.Office as JSON
    last_case_number: Mapped[int] = mapped_column(default=0)
    last_task_number: Mapped[int] = mapped_column(default=0)
    loaded_at: Mapped[datetime]


class CommunityNumberRow(Base):
    """An inbound number (E.164); it belongs to one community."""

    __tablename__ = "community_number"

    number: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)


class EstateRow(Base):
    """An estate 小区, with its property company or none (无物业小区)."""

    __tablename__ = "estate"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    other_names: Mapped[list[str]]
    property_company: Mapped[str | None]
    plan: Mapped[list[str]] = mapped_column(default=list)  # core.communities.plans; empty: none
    left_at: Mapped[datetime | None]


class GridRow(Base):
    """A grid 网格: the buildings of an estate that one grid leader answers for."""

    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    buildings: Mapped[list[str]]  # building numbers; empty: the whole estate
    leader_key: Mapped[str]  # staff.key of the grid leader 网格长
    left_at: Mapped[datetime | None]


class RouteRow(Base):
    """A route 派单规则: who gets which category in which estate (estate empty: everywhere)."""

    __tablename__ = "route"
    __table_args__ = (UniqueConstraint("community_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    category: Mapped[str]
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    to: Mapped[str]  # "property", "grid_leader", "duty", or a staff key
    left_at: Mapped[datetime | None]


class OfficialDayRow(Base):
    """A day of a State Council notice that was loaded later than the shipped table."""

    __tablename__ = "official_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_workday: Mapped[bool]


class ClockOffsetRow(Base):
    """How far a demo's clock was moved forward, in seconds; one row, id 1."""

    __tablename__ = "clock_offset"

    id: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[int] = mapped_column(default=0)
    moving_to: Mapped[datetime | None]  # set while a move walks from due instant to due instant


class HeartbeatRow(Base):
    """When a process last lived, in real time; /health reads it."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)  # "scheduler:<host>:<pid>:<tick>"
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(default="")
