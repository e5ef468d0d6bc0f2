"""Where a call stands: the call row holds menu, misses and turn between two keys."""

from __future__ import annotations

from datetime import datetime

from core.calls.tables import CallRow
from ivr.engine import Place

RECORDING = "(recording)"  # stands in the menu column while the caller speaks
RINGING = "(ringing)"  # while a person's telephone rings, or they speak


def place_of(call: CallRow) -> Place:
    """Return the menu where the call waits for a key."""
    return Place(menu=call.menu, misses=call.misses, silences=call.silences)


def stand_at(call: CallRow, place: Place) -> None:
    """Note the menu where the call now waits."""
    call.menu, call.misses, call.silences = place.menu, place.misses, place.silences


def next_turn(call: CallRow, now: datetime) -> int:
    """Count one more turn; its number stands in every address of the document that follows."""
    call.turn += 1
    call.touched_at = now
    return call.turn
