"""What a call remembers between two keys."""

from __future__ import annotations

from core.calls.tables import CallRow


def remember(call: CallRow, **facts: object) -> None:
    """Keep what a flow must know at the next key; None forgets."""
    kept = {**call.held, **facts}
    # a new dict: a change inside the old one would not be written
    call.held = {name: fact for name, fact in kept.items() if fact is not None}
