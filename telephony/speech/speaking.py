"""Voices at work: one rendering at a time, and none that a caller would wait for."""

from __future__ import annotations

import threading
import time

import structlog
from sqlalchemy.orm import Session

from telephony.speech.address import Piece
from telephony.speech.speed import RenderSpeed
from telephony.speech.telephone_audio import TelephoneSound, measured
from telephony.speech.voice import Voice, VoiceFailed

_TURN_SECONDS = 0.05  # how long a caller waits for another rendering to end
_MOST_TOLD = 200
_SPENT = "linli_rendering_seconds"  # of one session, that is of one answer
_log = structlog.get_logger(__name__)


class Speaking:
    """A voice, taken by one renderer at a time."""

    def __init__(self, voice: Voice, *, patient: bool = False) -> None:
        self.name = voice.name
        self._voice = voice
        self._patient = patient
        self._speed = RenderSpeed()
        self._turn = threading.Lock()
        self._started = False
        self._told: set[str] = set()

    def render(self, piece: Piece) -> TelephoneSound:
        """Render without hurry.

        :raises VoiceFailed: if the voice cannot say it.
        """
        with self._turn:
            return self._timed(piece)

    def render_quickly(self, session: Session, piece: Piece) -> TelephoneSound | None:
        """Render while a caller waits, or return None if that would take too long."""
        if self._patient:
            return self._or_none(piece)
        spent = session.info.get(_SPENT, 0.0)  # an answer may need several pieces
        if not self._speed.is_quick(piece.words, spent):
            return None
        started = time.perf_counter()
        if not self._turn.acquire(timeout=_TURN_SECONDS):
            return None
        try:
            return self._or_none(piece)
        finally:
            self._turn.release()
            session.info[_SPENT] = spent + time.perf_counter() - started

    def _or_none(self, piece: Piece) -> TelephoneSound | None:
        try:
            return self._timed(piece)
        except VoiceFailed as error:
            if piece.words not in self._told and len(self._told) < _MOST_TOLD:
                self._told.add(piece.words)  # once: the same prompt is asked for in every call
                _log.warning("prompt.not_rendered", reason=type(error).__name__)
            return None

    def _timed(self, piece: Piece) -> TelephoneSound:
        started = time.perf_counter()
        sound = measured(self._voice.render(piece.words, piece.language, piece.pace))
        if self._started:
            self._speed.note(piece.words, time.perf_counter() - started)
        self._started = True  # the first one loads the voice, and says nothing of its speed
        return sound
