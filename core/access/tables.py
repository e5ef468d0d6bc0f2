"""How staff sign in: passwords, second proofs, sessions, known devices, tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.sealing import SealedText


class SignInRow(Base):
    """How one person signs in; every instant here is the machine's."""

    __tablename__ = "sign_in"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    password_hash: Mapped[str]  # argon2id
    first_until: Mapped[datetime | None]  # a first password, good until then and only once
    totp_secret: Mapped[str] = mapped_column(SealedText("sign_in.totp_secret"), default="")
    totp_since: Mapped[datetime | None]  # the first right code; before it a text is sent
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one accepted
    changed_at: Mapped[datetime]


class SignInSessionRow(Base):
    """A session; the browser holds the token, the row its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]  # the second proof was given
    ended_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    code_hash: Mapped[str] = mapped_column(default="")  # of a code that was texted
    code_until: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_sent: Mapped[int] = mapped_column(default=0)
    wanted: Mapped[str] = mapped_column(default="")  # the page that was asked for before
    kept: Mapped[str] = mapped_column(default="")  # what was being written, sealed


class KnownDeviceRow(Base):
    """A browser in which somebody has signed in before: its tries are counted apart."""

    __tablename__ = "known_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    since: Mapped[datetime]


class SignInTryRow(Base):
    """One failed try at signing in."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_source", "source", "at"),
        Index("ix_sign_in_try_name", "name", "at"),
        Index("ix_sign_in_try_device", "device_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str]  # as it was typed, made plain, cut
    source: Mapped[str]
    device_id: Mapped[int | None]  # a known device, which may be forgotten since
