"""A list that was uploaded and looked at, and waits for the word to take it over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.sealing import SealedBytes


class ImportDraftRow(Base):
    """An uploaded spreadsheet; it is forgotten after a day."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str]  # of the file
    content: Mapped[bytes] = mapped_column(SealedBytes("import_draft.content"))
    at: Mapped[datetime]
