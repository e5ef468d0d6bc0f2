"""Calls that we owe somebody about a matter of the neighbourhood, each with its tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ReachRow(Base):
    """One telephone to be reached about one thing; the subject that wants it is ``purpose``.

    ``state``: planned, ringing, ended. ``followed_at`` is set by that subject once it has drawn
    its conclusion from the outcome.
    """

    __tablename__ = "reach"
    __table_args__ = (
        UniqueConstraint("purpose", "about_id", "phone"),
        Index("ix_reach_due", "state", "next_at"),
        Index("ix_reach_unfollowed", "purpose", "state", "followed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    purpose: Mapped[str]  # core.reaching.rules.ReachPurpose
    about_id: Mapped[int]  # the row of that subject
    phone: Mapped[str]
    resident_id: Mapped[int | None]  # whose own calling window counts
    case_id: Mapped[int | None]
    about: Mapped[str]  # for staff to read: what the call is about
    agreed: Mapped[bool]  # at an hour agreed with them, not in the calling windows
    optional: Mapped[bool]  # whoever wants no notices is not rung
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    most_tries: Mapped[int]
    again_minutes: Mapped[int]  # from one try to the next
    next_at: Mapped[datetime | None]  # planned: ring then; ringing: look what became of it
    tried_at: Mapped[datetime | None]  # when the last try began
    use_by: Mapped[datetime | None]  # no try begins after it
    outbox_id: Mapped[int | None] = mapped_column(index=True)  # of the last try
    outcome: Mapped[str] = mapped_column(default="")  # core.reaching.rules.Outcome
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    followed_at: Mapped[datetime | None]
