"""How fast this machine renders, measured, so that nobody waits on the line for it."""

from __future__ import annotations

_LONGEST_WAIT_SECONDS = 0.2  # while a caller hears nothing
_FIRST_GUESS = 0.004  # seconds a character; 27 characters took 0.04 s on a slow office machine


class RenderSpeed:
    """Remembers the slowest recent rendering, and forgives it slowly."""

    def __init__(self, seconds_a_character: float = _FIRST_GUESS) -> None:
        self._seconds_a_character = seconds_a_character

    def is_quick(self, words: str, spent_seconds: float = 0.0) -> bool:
        """Tell whether ``words`` will be rendered before a caller notices.

        ``spent_seconds`` went into other words of the same answer.
        """
        expected = self._seconds_a_character * len(words)
        return spent_seconds + expected <= _LONGEST_WAIT_SECONDS

    def note(self, words: str, seconds: float) -> None:
        """Learn from one rendering: at once when it was slow, little by little when quick."""
        lately = seconds / max(len(words), 5)  # very short words say little about long ones
        kept = 0.8 * self._seconds_a_character + 0.2 * lately
        self._seconds_a_character = max(lately, kept)
