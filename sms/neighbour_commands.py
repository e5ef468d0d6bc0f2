"""What a text may ask about the neighbourhood: consultations, notices, volunteers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Consult:
    """协商 from staff: ``words`` are a new question, or what is done with number so-and-so."""

    words: str = ""


@dataclass(frozen=True)
class SayOpinion:
    """协商 7 同意 from a resident: their household's answer without an open question."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class Notify:
    """通知: ``words`` are to whom and what, or what is done with number so-and-so."""

    words: str = ""


NeighbourWish = SayOpinion
NEIGHBOUR_WISHES = (SayOpinion,)
NeighbourCommand = Consult | Notify
NEIGHBOUR_COMMANDS = (Consult, Notify)
