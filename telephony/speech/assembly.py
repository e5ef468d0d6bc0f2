"""Sentences put together from their parts, so that only names and free words need a voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.sound.operations import store_prompt
from core.sound.queries import audio_of, those_lasting
from core.sound.spoken import SPOKEN_AS_A_WHOLE
from core.wording.ear import language_of
from core.wording.parts import Part, tokens_of
from telephony.speech.address import Addresses, Piece
from telephony.speech.composing import composed, pause_of
from telephony.speech.shelf import Kept, Source

MakeAtOnce = Callable[[Piece], str | None]  # the hash of a piece rendered while a caller waits


@dataclass(frozen=True)
class Sentence:
    """Words as a whole, and the parts that they consist of (none where that is not known)."""

    whole: Piece
    parts: tuple[Part, ...] = ()
    _tokens: dict[Part, tuple[Piece, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, whole: Piece, parts: Sequence[Part]) -> Sentence:
        """Cut words into what may be found of them."""
        if len(parts) < 2:
            return cls(whole)
        return cls(whole, tuple(parts), {part: _tokens(part, whole) for part in parts})

    def pieces(self) -> list[Piece]:
        """Return every piece that could be played for these words, or for a part of them."""
        smallest = [token for tokens in self._tokens.values() for token in tokens]
        return [self.whole, *(self.piece(part) for part in self.parts), *smallest]

    def piece(self, part: Part) -> Piece:
        """Return the piece of one part."""
        whole = self.whole
        # a Chinese name in an English sentence is spoken by the Chinese voice
        language = language_of(part.words, whole.language) if part.slot else whole.language
        return Piece(part.words, language, whole.pace, part.is_personal)

    @property
    def is_better_whole(self) -> bool:
        """Tell whether one voice could say the whole, and it is understood better than parts."""
        language = self.whole.language
        in_one = all(self.piece(part).language == language for part in self.parts)
        return in_one and language in SPOKEN_AS_A_WHOLE

    def is_partly_human(self, kept: Mapping[Piece, Kept]) -> bool:
        """Tell whether a person recorded some part of it."""
        found = (kept.get(self.piece(part)) for part in self.parts)
        return any(one is not None and one.source is Source.HUMAN for one in found)

    def best_of(self, part: Part, kept: Mapping[Piece, Kept]) -> list[tuple[str, Piece]]:
        """Return what is played for a part: itself, or the closed vocabulary it consists of."""
        piece = self.piece(part)
        if piece in kept:
            return [(kept[piece].hash, piece)]
        tokens = self._tokens[part]
        if tokens and all(token in kept for token in tokens):
            return [(kept[token].hash, token) for token in tokens]
        return []


@dataclass(frozen=True)
class Assembled:
    """A sentence put together, or what it lacks."""

    hash: str | None = None
    missing: tuple[Piece, ...] = ()


class Assembly:
    """Puts sentences together."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def put_together(
        self,
        session: Session,
        sentence: Sentence,
        kept: Mapping[Piece, Kept],
        make_at_once: MakeAtOnce,
        *,
        until: datetime,
        now: datetime,
    ) -> Assembled:
        """Join the parts of a sentence."""
        hashes: list[str] = []
        pauses: list[float] = []
        missing: list[Piece] = []
        for part in sentence.parts:
            found = sentence.best_of(part, kept)
            piece = sentence.piece(part)
            if not found:
                made = make_at_once(piece)
                found = [(made, piece)] if made is not None else []
            if not found:
                missing.append(piece)
                continue
            hashes += [hash for hash, _ in found]
            pauses += [pause_of(one.words, one.pace) for _, one in found]
            pauses[-1] = pause_of(part.words + part.mark, piece.pace)
        if missing:
            return Assembled(missing=tuple(missing))
        return Assembled(self._joined(session, sentence.whole, hashes, pauses, until, now))

    def _joined(
        self,
        session: Session,
        like: Piece,
        hashes: Sequence[str],
        pauses: Sequence[float],
        until: datetime,
        now: datetime,
    ) -> str | None:
        hash = self._addresses.of_composed(hashes, pauses)
        if hash in those_lasting(session, [hash], at=until):
            return hash
        audio = audio_of(session, hashes)
        if not audio.keys() >= set(hashes):
            return None  # one of them expired this very moment
        store_prompt(
            session,
            hash=hash,
            words=like.words,
            language=like.language,
            pace=like.pace,
            voice="composed",
            sound=composed([audio[one] for one in hashes], pauses),
            personal=True,  # its parts are kept; the whole is quickly made again
            now=now,
        )
        return hash


def _tokens(part: Part, whole: Piece) -> tuple[Piece, ...]:
    if not part.slot:
        return ()
    words = tokens_of(part.words, whole.language)
    return tuple(Piece(word, whole.language, whole.pace) for word in words)
