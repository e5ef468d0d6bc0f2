"""When each community last forgot what was old."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class KeepingRow(Base):
    """The last night on which old things went, and how many of each kind."""

    __tablename__ = "keeping"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    day: Mapped[date]  # of the office
    at: Mapped[datetime]
    gone: Mapped[dict[str, Any]]  # kind → rows
