"""Where spoken pieces are found: a person's recording, the project's own, one rendered before."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from core.sound.human import human_hashes
from core.sound.operations import has_stored, store_prompt
from core.sound.queries import those_lasting
from telephony.speech.address import Addresses, Piece
from telephony.speech.telephone_audio import TelephoneSound, measured


class Source(enum.StrEnum):
    """Where a piece comes from, the best first."""

    HUMAN = "human"
    SHIPPED = "shipped"
    RENDERED = "rendered"


@dataclass(frozen=True)
class Kept:
    """A piece that can be played."""

    hash: str
    source: Source
    seconds: float | None = None  # of one that is shipped and was not used yet


class Ships(Protocol):
    """What the project brings along."""

    def find(self, words: str, language: str, pace: str) -> bytes | None:
        """Return the WAV of exactly these words, if it is shipped."""
        ...


class Shelf:
    """Finds pieces; ``voice`` names the one whose renderings are taken."""

    def __init__(self, addresses: Addresses, *, voice: str, shipped: Ships | None) -> None:
        self._addresses = addresses
        self._voice = voice
        self._shipped = shipped
        self._staying: dict[Piece, Kept] = {}  # prompts that name nobody stay for ever

    def find(
        self,
        session: Session,
        pieces: Sequence[Piece],
        *,
        until: datetime,
        now: datetime,
        bring: bool = False,
    ) -> Mapping[Piece, Kept]:
        """Return those of ``pieces`` that are there and stay ``until``, each at its best.

        :param bring: put shipped ones where every process can play them from.
        """
        human = _human(session, pieces)
        found = {piece: Kept(hash, Source.HUMAN) for piece, hash in human.items()}
        others = [piece for piece in pieces if piece not in found]
        found |= {piece: kept for piece in others if (kept := self._staying.get(piece))}
        unsure = [piece for piece in others if piece not in found]
        if unsure:
            found |= self._looked_up(session, unsure, until, now, bring=bring)
        return found

    def _looked_up(
        self,
        session: Session,
        pieces: Sequence[Piece],
        until: datetime,
        now: datetime,
        *,
        bring: bool,
    ) -> dict[Piece, Kept]:
        rendered = {piece: self._addresses.of_rendered(piece, self._voice) for piece in pieces}
        shipped = {piece: self._addresses.of_shipped(piece) for piece in pieces}
        there = those_lasting(session, [*rendered.values(), *shipped.values()], at=until)
        found: dict[Piece, Kept] = {}
        for piece in pieces:
            if shipped[piece] in there:
                found[piece] = Kept(shipped[piece], Source.SHIPPED)
            elif (sound := self._shipped_sound(piece)) is not None:
                if bring:
                    self._bring(session, piece, sound, now)
                found[piece] = Kept(shipped[piece], Source.SHIPPED, sound.seconds)
            elif self._voice and rendered[piece] in there:
                found[piece] = Kept(rendered[piece], Source.RENDERED)
        if not has_stored(session):  # what this very transaction stored may yet be undone
            staying = {piece: kept for piece, kept in found.items() if there.get(kept.hash)}
            self._staying = {**self._staying, **staying}
        return found

    def has_shipped(self, piece: Piece) -> bool:
        """Tell whether the project brings a piece along."""
        return self._shipped_sound(piece) is not None

    def _bring(self, session: Session, piece: Piece, sound: TelephoneSound, now: datetime) -> None:
        """Put a shipped piece where every process can play it from, at its first use."""
        store_prompt(
            session,
            hash=self._addresses.of_shipped(piece),
            words=piece.words,
            language=piece.language,
            pace=piece.pace,
            voice=Source.SHIPPED,
            sound=sound,
            personal=False,
            now=now,
        )

    def _shipped_sound(self, piece: Piece) -> TelephoneSound | None:
        if self._shipped is None:
            return None
        audio = self._shipped.find(piece.words, piece.language, piece.pace)
        return None if audio is None else measured(audio)


def _human(session: Session, pieces: Iterable[Piece]) -> dict[Piece, str]:
    known = human_hashes(session)
    asked = ((piece, (piece.words, piece.language, str(piece.pace))) for piece in pieces)
    return {piece: known[words] for piece, words in asked if words in known}
