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


@dataclass(frozen=True)
class Major:
    """重大 12: a matter that goes to members first; ``words`` are what is said of it."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class CallVolunteers:
    """征集 12 3人: ``words`` are how many, what for, or what is done with the call."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class Stand:
    """帮办: ``words`` are a new standing order, or what is done with number so-and-so."""

    words: str = ""


@dataclass(frozen=True)
class KeepWell:
    """平安电话: ``words`` are a new welfare call, or what is done with number so-and-so."""

    words: str = ""


@dataclass(frozen=True)
class Come:
    """去 12 or 不去 12, from a volunteer."""

    number: int
    comes: bool


@dataclass(frozen=True)
class Opinion:
    """意见 12 words, from a member."""

    number: int
    words: str = ""


NeighbourWish = SayOpinion | Come | Opinion
NEIGHBOUR_WISHES = (SayOpinion, Come, Opinion)
NeighbourCommand = Consult | Notify | Major | CallVolunteers | Stand | KeepWell | Come | Opinion
NEIGHBOUR_COMMANDS = (Consult, Notify, Major, CallVolunteers, Stand, KeepWell, Come, Opinion)
