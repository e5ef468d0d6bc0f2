"""Corrections: what a case was taken for, and what somebody said that it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class CorrectionRow(Base):
    """A category that a person changed, with the words it was read from: training data."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    case_id: Mapped[int] = mapped_column(index=True)
    words: Mapped[str]  # what the resident said, as the reading saw it
    suggested: Mapped[str]  # the category it was taken for
    category: Mapped[str]  # the category it is
    by: Mapped[str]  # staff key, or resident for their own digit
    at: Mapped[datetime]
