"""What a call does next; ivr/rendering.py turns each into a document for the provider."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.engine import How, Place
from ivr.pieces import Piece


@dataclass(frozen=True)
class AskMenu:
    """Speak ``before``, then the menu, and wait for a key."""

    place: Place
    how: How = How.FULL
    before: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Record:
    """Speak, sound the tone and record."""

    before: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Ring:
    """Ring one telephone; it must press 1 to have the caller."""

    number: str
    staff_id: int | None  # None: a resident whom a member of staff asked for
    before: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class End:
    """Speak the last words, and end the call."""

    before: tuple[Piece, ...] = field(default=())


Step = AskMenu | Record | Ring | End
