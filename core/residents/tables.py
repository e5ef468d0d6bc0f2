"""Residents, their telephones, and what each telephone wants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.db import Base
from core.sealing import SealedJson, SealedText
from core.understanding.normalise import initials


class ResidentRow(Base):
    """A resident 居民 of the community's register."""

    __tablename__ = "resident"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        Index("ix_resident_initials", "community_id", "initials"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    initials: Mapped[str] = mapped_column(default="", server_default="")  # jgl, for searching
    called: Mapped[str]  # how we address them: 金奶奶
    reading: Mapped[str | None]  # pinyin of the first hanzi of it, where it is read unusually
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    place: Mapped[str] = mapped_column(default="")  # normalised: 3-2-402
    birth_year: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="zh_CN")
    needs: Mapped[list[str]] = mapped_column(
        SealedJson("resident.needs")
    )  # lives_alone, dialysis, oxygen, hard_of_hearing, ...
    consents: Mapped[list[str]]  # spoken_name, spoken_balance, be_named
    groups: Mapped[list[str]] = mapped_column(
        default=list, server_default="[]"
    )  # party_member, volunteer
    call_from: Mapped[str | None]  # own calling window, "HH:MM" local
    call_until: Mapped[str | None]
    edited: Mapped[list[str]]  # fields changed by hand since load; load leaves them
    left_at: Mapped[datetime | None]

    @validates("name")
    def _remember_initials(self, _name: str, written: str) -> str:
        self.initials = initials(written)
        return written


class ResidentPhoneRow(Base):
    """A telephone of a resident; a couple or a landline may share one."""

    __tablename__ = "resident_phone"
    __table_args__ = (UniqueConstraint("community_id", "phone", "resident_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    phone: Mapped[str] = mapped_column(index=True)  # E.164
    kind: Mapped[str]  # mobile, landline


class ResidentPinRow(Base):
    """Four digits that a resident chose at the office, to hear their points by telephone."""

    __tablename__ = "resident_pin"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(SealedText("resident_pin.pin_hash"))  # argon2
    wrong_tries: Mapped[int] = mapped_column(default=0)  # since the last right one
    set_at: Mapped[datetime]


class PhoneLineRow(Base):
    """What one telephone wants of one community, whoever holds it."""

    __tablename__ = "phone_line"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str | None]
    slow: Mapped[bool] = mapped_column(default=False)  # 说慢点
    opted_out_at: Mapped[datetime | None]  # no surveys and notices; cases and emergencies stay
    wrong_number_at: Mapped[datetime | None]  # key 3: nobody rings it any more
    corrected_at: Mapped[datetime | None]  # when it last got a correction message
    surveyed_at: Mapped[datetime | None]  # when it last got a satisfaction question
