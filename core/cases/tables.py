"""Cases 诉求件: one request of a resident, from receipt to its confirmed end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.db import Base

_IS_OPEN = text("closed_at IS NULL")
_IS_OPEN_P0 = text("closed_at IS NULL AND urgency = 'P0'")


class CaseRow(Base):
    """A case. ``first_due_at`` never moves; ``due_at`` does after feedback and reopening."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        Index("ix_case_open", "community_id", "status", "due_at"),
        Index("ix_case_climb", "status", "climb_at"),
        Index("ix_case_phone", "community_id", "phone", "opened_at"),
        Index("ix_case_received", "community_id", "received_on"),
        # the board: what is open by its clock, and the emergencies above it
        Index(
            "ix_case_board",
            "community_id",
            "due_at",
            "id",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "ix_case_board_p0",
            "community_id",
            "id",
            sqlite_where=_IS_OPEN_P0,
            postgresql_where=_IS_OPEN_P0,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    status: Mapped[str]  # core.cases.rules.CaseStatus
    category: Mapped[str]  # core.cases.rules.Category
    urgency: Mapped[str]  # P0, P1, P2
    danger: Mapped[str] = mapped_column(default="")  # kind of emergency, for P0
    channel: Mapped[str]  # sms, call, form, console, staff
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    phone: Mapped[str | None]  # the phone it came from; None: hidden
    words: Mapped[str]  # as it was said or sent
    summary: Mapped[str] = mapped_column(default="")  # short name for surveys: 下水道
    place: Mapped[str] = mapped_column(default="")
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    visit: Mapped[str] = mapped_column(default="")  # what the resident may be told: 明天上午来
    opened_at: Mapped[datetime]
    received_on: Mapped[date]  # the day of receipt, local; the counting starts the day after
    first_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    provisional: Mapped[bool]
    accepted_at: Mapped[datetime | None]
    progressed_at: Mapped[datetime | None]  # last words of the person responsible
    feedback_at: Mapped[datetime | None]  # last effective feedback
    first_feedback_at: Mapped[datetime | None]  # the first, which the on-time rate counts
    done_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")  # resident, staff, withdrawn
    satisfied: Mapped[str] = mapped_column(default="")  # yes, so_so, no; empty: not said
    reopened: Mapped[int] = mapped_column(default=0)
    escalation_level: Mapped[int] = mapped_column(default=0)
    climb_at: Mapped[datetime | None]  # when an unaccepted or overdue case climbs
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)

    @validates("feedback_at")
    def _remember_first(self, _name: str, at: datetime | None) -> datetime | None:
        if at is not None and self.first_feedback_at is None:
            self.first_feedback_at = at
        return at


class CaseEventRow(Base):
    """What happened to a case: who, when, over which channel, in which words."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # resident, staff key, or service
    channel: Mapped[str]  # sms, call, form, console, scheduler
    what: Mapped[str]  # received, dispatched, accepted, note, repeat, ...
    words: Mapped[str] = mapped_column(default="")


class CaseGramRow(Base):
    """A piece of what was said about a case, by which a search finds it."""

    __tablename__ = "case_gram"

    community_id: Mapped[int] = mapped_column(primary_key=True)
    gram: Mapped[str] = mapped_column(primary_key=True)  # core.cases.grams
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
