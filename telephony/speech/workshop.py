"""Pieces made ahead of the call: what is always the same, and what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog

from core.db import Database
from core.sound.operations import (
    Wanted,
    claim_wanted,
    forget_expired,
    settle_wanted,
    store_prompt,
)
from telephony.speech.address import Addresses, Piece
from telephony.speech.known_words import known_words
from telephony.speech.shelf import Shelf
from telephony.speech.speaking import Speaking
from telephony.speech.telephone_audio import TelephoneSound
from telephony.speech.voice import Pace, VoiceFailed

_STILL_FRESH = timedelta(hours=12)  # a clip that lasts so long is not rendered again
_STORED_TOGETHER = 25  # prompts in one transaction, rendered before it opens
_log = structlog.get_logger(__name__)


class Workshop:
    """Renders ahead; without a voice it only settles what was asked for."""

    def __init__(self, addresses: Addresses, shelf: Shelf, voice: Speaking | None) -> None:
        self._addresses = addresses
        self._shelf = shelf
        self._voice = voice

    def render_wanted(self, database: Database, now: datetime, limit: int) -> int:
        """Render what was asked for ahead, and forget what expired; returns how many were made.

        ``now`` is real time. No transaction is open while a piece is rendered.
        """
        with database.transaction() as session:
            forget_expired(session, now=now)
            waiting = claim_wanted(session, limit=limit)
        for wanted in waiting:
            self._render_one(database, wanted, now)
        return len(waiting)

    def render_fixed(
        self, database: Database, languages: Iterable[str], clock: Callable[[], datetime]
    ) -> int:
        """Render all that is always the same and not there yet; returns how many were new."""
        missing = self._missing(database, languages, clock())
        made = 0
        for start in range(0, len(missing), _STORED_TOGETHER):
            rows = self._made(missing[start : start + _STORED_TOGETHER])
            with database.transaction() as session:
                for row in rows:
                    store_prompt(session, **row, now=clock())
            made += len(rows)
        return made

    def _made(self, pieces: Iterable[Piece]) -> list[dict[str, Any]]:
        """Render pieces; one that the voice does not say is left to the provider's."""
        rows: list[dict[str, Any]] = []
        for piece in pieces:
            try:
                if self._voice is not None:
                    rows.append(self.row_of(piece, self._voice, self._voice.render(piece)))
            except VoiceFailed as error:
                _log.info("prompt.left_to_the_provider", reason=str(error))
        return rows

    def row_of(self, piece: Piece, voice: Speaking | None, sound: TelephoneSound) -> dict[str, Any]:
        """Return the columns of a rendered piece."""
        name = voice.name if voice is not None else ""
        return {
            "hash": self._addresses.of_rendered(piece, name),
            "words": piece.words,
            "language": piece.language,
            "pace": piece.pace,
            "voice": name,
            "sound": sound,
            "personal": piece.personal,
        }

    def _missing(self, database: Database, languages: Iterable[str], now: datetime) -> list[Piece]:
        if self._voice is None:
            return []
        pieces = [one for one in fixed_prompts(languages) if not self._shelf.has_shipped(one)]
        with database.reading() as session:
            there = self._shelf.find(session, pieces, until=now, now=now)
        return [piece for piece in pieces if piece not in there]

    def _render_one(self, database: Database, wanted: Wanted, now: datetime) -> None:
        piece = Piece(wanted.words, wanted.language, Pace(wanted.pace), wanted.personal)
        reason = ""
        sound: TelephoneSound | None = None
        try:
            if self._voice is not None and not self._is_there(database, piece, now):
                sound = self._voice.render(piece)
        except (VoiceFailed, ValueError, KeyError) as error:
            reason = type(error).__name__
            _log.warning("prompt.not_rendered", wanted=wanted.id, reason=reason)
        with database.transaction() as session:
            settle_wanted(session, wanted.id, reason=reason)
            if sound is not None:
                store_prompt(session, **self.row_of(piece, self._voice, sound), now=now)

    def _is_there(self, database: Database, piece: Piece, now: datetime) -> bool:
        with database.reading() as session:
            return piece in self._shelf.find(session, [piece], until=now + _STILL_FRESH, now=now)


def fixed_prompts(languages: Iterable[str]) -> Iterator[Piece]:
    """Yield everything spoken that is always the same, in each language and pace."""
    for language in languages:
        for words in known_words(language):
            for pace in Pace:
                yield Piece(words, language, pace)
