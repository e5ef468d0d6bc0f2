"""How much left a community on one day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class SpendingRow(Base):
    """The texts or the calls of one local day."""

    __tablename__ = "spending"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # of the office
    kind: Mapped[str] = mapped_column(primary_key=True)  # texts (segments), calls
    units: Mapped[int]
    warned_at: Mapped[datetime | None]  # 80 % were gone, and people were told
    stopped_at: Mapped[datetime | None]  # all was gone, and people were told
