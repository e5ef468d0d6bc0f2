"""The ports to whatever hears sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.calls.rules import Unheard


@dataclass(frozen=True)
class Heard:
    """The words of a recording; ``confidence`` goes from 0 to 1 and is the machine's opinion."""

    words: str
    confidence: float


class CannotHear(Exception):
    """A machine has no words for a recording; ``reason`` tells a person why."""

    def __init__(self, reason: Unheard) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Transcriber(Protocol):
    """Hears recordings."""

    name: str

    def hear(self, audio: bytes, *, language: str) -> Heard:
        """Return the words of a recording.

        :raises CannotHear: if it has none for it.
        """
        ...


class Recogniser(Protocol):
    """Turns a prompt of ours into words, to measure how well people would understand it."""

    def understood(self, audio: bytes, language: str) -> str:
        """Return what is understood of a telephone WAV."""
        ...
