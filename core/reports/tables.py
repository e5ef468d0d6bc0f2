"""Daily sums: what is counted of the cases received on a day, kept until one of them changes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

EVERY_GRID = 0  # the scope of the sums over a whole community


class ReportChangeRow(Base):
    """A case received on that day has changed since its sums were counted.

    The database writes these (core.reports.marks), one for each change and never one for two:
    what is not committed yet is not seen by whoever counts, and stays for the next count.
    """

    __tablename__ = "report_change"
    __table_args__ = (Index("ix_report_change_day", "community_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    day: Mapped[date]


class ReportDayRow(Base):
    """When a day's sums were counted; locked by whoever counts them."""

    __tablename__ = "report_day"
    __table_args__ = (Index("ix_report_day_again", "again_at"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime | None]  # by the community's clock; None: not yet
    again_at: Mapped[datetime | None]  # the next promise that runs out without an answer


class ReportSumRow(Base):
    """The figures of one day, of one grid or all of them, for one value of one dimension.

    ``minutes_`` are the times from receipt of each case, as little-endian 32-bit numbers, so
    that a median over any number of days is exact.
    """

    __tablename__ = "report_sum"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    scope: Mapped[int] = mapped_column(primary_key=True)  # a grid, or EVERY_GRID
    dimension: Mapped[str] = mapped_column(primary_key=True)  # Dimension; empty: the total
    value: Mapped[str] = mapped_column(primary_key=True)  # empty: none is known
    received: Mapped[int]
    withdrawn: Mapped[int]
    emergency: Mapped[int]
    open: Mapped[int]
    decided: Mapped[int]
    on_time: Mapped[int]
    late: Mapped[int]
    reached: Mapped[int]
    done: Mapped[int]
    answered: Mapped[int]
    solved: Mapped[int]
    rated: Mapped[int]
    satisfied: Mapped[int]
    reopened: Mapped[int]
    minutes_feedback: Mapped[bytes] = mapped_column(LargeBinary)
    minutes_accepted: Mapped[bytes] = mapped_column(LargeBinary)  # of the total alone, as below
    minutes_done: Mapped[bytes] = mapped_column(LargeBinary)
    minutes_closed: Mapped[bytes] = mapped_column(LargeBinary)
