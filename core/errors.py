"""Expected refusals: each carries the wording that explains it to the person on the line."""

from __future__ import annotations


class Refusal(Exception):
    """A request that the community's rules do not allow.

    ``key`` names the wording in core/wording; ``slots`` fill it. A door turns it into a
    sentence; it is never logged as a fault and never shown as a stack trace.
    """

    def __init__(self, key: str, /, **slots: str) -> None:
        super().__init__(key)
        self.key = key
        self.slots = slots
