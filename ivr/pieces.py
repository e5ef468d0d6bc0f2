"""What a caller hears, before it becomes sound: wording keys with their slots, or a clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A wording by its key."""

    key: str
    slots: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None  # None: the caller's
    slow: bool = False  # at the slow pace, whatever the caller's is


@dataclass(frozen=True)
class Words:
    """Words that somebody wrote, such as the progress of a case; they are personal."""

    words: str


@dataclass(frozen=True)
class Clip:
    """A stored sound by its hash."""

    hash: str


@dataclass(frozen=True)
class Quiet:
    """Silence."""

    seconds: int = 1


Piece = Line | Words | Clip | Quiet
