"""How often a door refused something; never what, and never whose."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class RefusalRow(Base):
    """One kind of refusal on one day."""

    __tablename__ = "refusal"

    day: Mapped[date] = mapped_column(primary_key=True)  # UTC
    door: Mapped[str] = mapped_column(primary_key=True)  # webhook, text, call, outbox, staff, form
    reason: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
