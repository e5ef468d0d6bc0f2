"""The port between Linli and whatever turns words into sound."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol


class Pace(enum.StrEnum):
    """How fast a prompt is spoken; slow is 说慢点, remembered for a phone."""

    NORMAL = "normal"
    SLOW = "slow"


@dataclass(frozen=True)
class Take:
    """Saying the same words once more, a little otherwise."""

    faster: float = 1.0  # times as fast as the tempo asks for
    styled: int = 0  # rows further down in a table of styles: another intonation


class VoiceFailed(Exception):
    """A voice could not render some words."""


class VoiceUnusable(Exception):
    """A voice cannot be used here at all; the message says what is missing or damaged."""


class VoiceAbsent(VoiceUnusable):
    """A voice is not installed, which is nobody's mistake."""


class Voice(Protocol):
    """Renders words."""

    @property
    def name(self) -> str:
        """Name voice and rendering; it is part of a prompt's hash, so a new one renders anew."""
        ...

    def render(self, words: str, language: str, pace: str) -> bytes:
        """Return a WAV of 8 kHz mono mu-law, as telephones carry it.

        :raises VoiceFailed: if there is nothing to speak or the voice does not work.
        """
        ...
