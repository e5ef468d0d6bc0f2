"""The audit log: who did what at the console, and what stood there before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class AuditRow(Base):
    """One line of the audit log; the database refuses to change or to delete it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "community_id", "subject", "subject_key", "id"),
        Index("ix_audit_at", "community_id", "id"),
        Index("ix_audit_number", "community_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    at: Mapped[datetime]
    actor: Mapped[str]  # staff key, or service
    channel: Mapped[str]  # console, command
    what: Mapped[str]  # core.audit.rules.Deed
    subject: Mapped[str]  # resident, staff, route, ...
    subject_key: Mapped[str]
    before: Mapped[dict[str, Any]]  # only the fields that differ
    after: Mapped[dict[str, Any]]
    number: Mapped[int]  # counted per community, without a gap
    hash: Mapped[str]  # covers this line and the hash of the one before
