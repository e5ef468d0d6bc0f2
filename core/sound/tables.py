"""Sound by hash: spoken prompts, human recordings, callers' recordings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.sealing import SealedBytes


class SoundRow(Base):
    """A piece of sound: 8 kHz mono mu-law WAV for prompts, the media as it came for callers."""

    __tablename__ = "sound"

    hash: Mapped[str] = mapped_column(primary_key=True)  # sha256 of what asks for it
    kind: Mapped[str]  # prompt, human, recording
    media_type: Mapped[str] = mapped_column(default="audio/wav")
    words: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    pace: Mapped[str] = mapped_column(default="")
    voice: Mapped[str] = mapped_column(default="")
    audio: Mapped[bytes] = mapped_column(SealedBytes("sound.audio"))
    seconds: Mapped[float]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # clips with names: 24 hours


class PromptWantedRow(Base):
    """A spoken piece that will be needed; the scheduler renders it before anybody waits."""

    __tablename__ = "prompt_wanted"
    __table_args__ = (Index("ix_prompt_wanted_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str]
    language: Mapped[str]
    pace: Mapped[str]
    personal: Mapped[bool] = mapped_column(default=False)  # names somebody: expires
    state: Mapped[str]  # wanted, rendered, failed
    reason: Mapped[str] = mapped_column(default="")
    wanted_at: Mapped[datetime]


class HumanPromptRow(Base):
    """A prompt that a person spoke; it is found by its words, so new words fall back."""

    __tablename__ = "human_prompt"
    __table_args__ = (UniqueConstraint("words", "language", "pace"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    language: Mapped[str]
    pace: Mapped[str]
    sound_hash: Mapped[str]
    seconds: Mapped[float]
    origin: Mapped[str]  # the file's name, or desk
    recorded_at: Mapped[datetime]
