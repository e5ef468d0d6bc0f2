"""By which address each sound is played: a keyed hash, so that nobody can guess another's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

from telephony.speech.voice import Pace

LOUD = ".loud"  # after a hash: the same sound for somebody hard of hearing


@dataclass(frozen=True)
class Piece:
    """Words to be spoken in one breath; ``personal`` ones name somebody and are kept for a day."""

    words: str
    language: str
    pace: Pace
    personal: bool = False


class Addresses:
    """Names sounds under a secret key."""

    def __init__(self, secret_key: str) -> None:
        """Take the key.

        :raises ValueError: for a blank key, since then anybody could name the address of a clip.
        """
        if not secret_key.strip():
            raise ValueError("sounds cannot be named with a blank key")
        self._key = secret_key.encode()

    def of_rendered(self, piece: Piece, voice: str) -> str:
        """Name what a voice makes of a piece."""
        kind = "personal" if piece.personal else "prompt"
        return self._named(kind, piece.words, piece.language, piece.pace, voice)

    def of_shipped(self, piece: Piece) -> str:
        """Name what the project brings along for a piece."""
        return self._named("shipped", piece.words, piece.language, piece.pace)

    def of_human(self, audio: bytes) -> str:
        """Name a person's recording by what it holds: a new one has a new address."""
        return self._named("human", hashlib.sha256(audio).hexdigest())

    def of_composed(self, hashes: Sequence[str], pauses: Sequence[float]) -> str:
        """Name sounds put one after the other."""
        return self._named("composed", *hashes, *map(str, pauses))

    def of_recording(self, provider_id: str) -> str:
        """Name what a caller said."""
        return self._named("recording", provider_id)

    def _named(self, *what: str) -> str:
        return hmac.new(self._key, json.dumps(what).encode(), hashlib.sha256).hexdigest()
