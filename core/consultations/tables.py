"""Questions to named households, their ballots, and every answer that ever came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class HomeRow(Base):
    """A flat 房屋 of the register with its area; residents are found by its place."""

    __tablename__ = "home"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        UniqueConstraint("estate_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    place: Mapped[str]  # normalised: 3-2-402
    area: Mapped[int]  # square decimetres
    left_at: Mapped[datetime | None]


class ConsultationRow(Base):
    """A consultation 协商: one question to named households, and when it carries."""

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        Index("ix_consultation_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    where: Mapped[str]  # as it is shown: 青湖华庭3-3
    words: Mapped[str]  # the question, as households read and hear it
    rule: Mapped[str]  # core.consultations.rules.RULES
    total_fen: Mapped[int | None]  # cost to be shared
    state: Mapped[str]  # core.consultations.rules.State
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]  # the silent are rung; None once that is done
    door_at: Mapped[datetime | None]  # the silent are texted, and listed for the door
    next_at: Mapped[datetime | None]  # the earliest of these three
    closed_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]  # the count at the close, and whether it carried


class HouseholdRow(Base):
    """A household 户 that is asked, its ballot as it stands, and its share of the cost."""

    __tablename__ = "consultation_household"
    __table_args__ = (UniqueConstraint("consultation_id", "place", "estate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    place: Mapped[str]
    area: Mapped[int] = mapped_column(default=0)  # square decimetres; 0: not known
    answer: Mapped[str] = mapped_column(default="")  # core.consultations.rules.Answer, or none yet
    voice: Mapped[str | None]  # the telephone that gave it; None: at the door, or none yet
    answered_at: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(default="")  # how the result goes there: text, call, door
    share_fen: Mapped[int | None]
    paid_fen: Mapped[int] = mapped_column(default=0)
    paid_at: Mapped[datetime | None]
    paid_told_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class HouseholdPhoneRow(Base):
    """A telephone of a household, as the register had it when the question was asked."""

    __tablename__ = "consultation_phone"
    __table_args__ = (Index("ix_consultation_phone_phone", "phone"),)

    household_id: Mapped[int] = mapped_column(
        ForeignKey("consultation_household.id"), primary_key=True
    )
    phone: Mapped[str] = mapped_column(primary_key=True)
    mobile: Mapped[bool]
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))


class AnswerRow(Base):
    """An answer as it came, counted or not; nothing is ever changed or deleted here."""

    __tablename__ = "consultation_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("consultation_household.id"))
    place: Mapped[str] = mapped_column(default="")  # as it was named at the door
    at: Mapped[datetime]
    phone: Mapped[str | None]  # None: at the door
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who collected it
    channel: Mapped[str]  # sms, call, door
    answer: Mapped[str]
    why: Mapped[str]  # core.consultations.rules.Why; empty: it was counted
    words: Mapped[str] = mapped_column(default="")
