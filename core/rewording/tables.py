"""An office's own wording, by key and language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class OwnWordingRow(Base):
    """One sentence in the office's own words; empty ``words``: the shipped ones again."""

    __tablename__ = "own_wording"

    key: Mapped[str] = mapped_column(primary_key=True)  # sms.receipt.thanks
    language: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    version: Mapped[int]  # grows with each change, so that every process sees that there was one
    at: Mapped[datetime]
