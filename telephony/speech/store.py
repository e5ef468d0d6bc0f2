"""Speaker: what a caller is to hear, as stored prompts that never keep anybody waiting."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.sound.operations import (
    claim_wanted,
    forget_expired,
    settle_wanted,
    store_prompt,
    store_recording,
    want_prompt,
)
from core.sound.queries import lasts_until, sound_by_hash
from core.sound.tables import SoundRow
from core.wording.catalogue import LANGUAGES, slots_of, templates
from telephony.ports import Media
from telephony.speech.cache import SoundCache, is_hash
from telephony.speech.speed import RenderSpeed
from telephony.speech.telephone_audio import TelephoneSound, measured
from telephony.speech.voice import Pace, Voice, VoiceFailed
from telephony.twiml import Play, Say, Spoken, cleaned

_FETCHED_WITHIN = timedelta(minutes=10)  # of the document that names a clip; it must last so long
_TURN_SECONDS = 0.05  # how long a caller waits for another rendering to end
_STORED_TOGETHER = 25  # prompts in one transaction, rendered before it opens
_SPENT = "linli_rendering_seconds"  # of one session, that is of one answer
_log = structlog.get_logger(__name__)


class Speaker:
    """Turns words into something to play; the provider's own voice is the last resort.

    ``real_clock`` is the machine's: a clip with a name lives 24 real hours, whatever a demo does.

    :raises ValueError: for a blank key, since then anybody could name the address of a clip.
    """

    def __init__(
        self,
        *,
        voice: Voice | None,
        secret_key: str,
        public_url: str,
        real_clock: Clock,
        cache_folder: Path | None = None,
    ) -> None:
        if not secret_key.strip():
            raise ValueError("sounds cannot be named with a blank key")
        self._voice = voice
        self._key = secret_key.encode()
        self._public_url = public_url.rstrip("/")
        self._real_clock = real_clock
        self._cache = SoundCache(cache_folder)
        self._speed = RenderSpeed()
        self._rendering = threading.Lock()
        self._started = False

    def spoken(
        self,
        session: Session,
        words: str,
        language: str,
        *,
        slow: bool = False,
        personal: bool = False,
    ) -> Spoken:
        """Return what plays ``words``: a stored prompt, one rendered at once, or Say.

        ``personal`` words name somebody: their sound is kept for 24 hours only.
        """
        words = cleaned(words)
        instead = Say(words, language, slow=slow)
        if self._voice is None or not words.strip():
            return instead
        pace = Pace.SLOW if slow else Pace.NORMAL
        hash = self._hash_of(words, language, pace, personal=personal)
        now = self._real_clock.now()
        if lasts_until(session, hash, at=now + _FETCHED_WITHIN):
            return self.play(hash)
        sound = self._rendered_quickly(session, words, language, pace)
        if sound is None:
            want_prompt(
                session, words=words, language=language, pace=pace, personal=personal, now=now
            )
            return instead
        self._store(session, words, language, pace, sound, personal=personal, now=now)
        return self.play(hash)

    def play(self, hash: str) -> Play:
        """Return what plays a stored sound, a caller's recording for instance."""
        return Play(f"{self._public_url}/ivr/audio/{hash}.wav")

    def sound(self, session: Session, hash: str) -> SoundRow | None:
        """Return a stored sound, unless there is none or its time is over."""
        return sound_by_hash(session, hash, now=self._real_clock.now()) if is_hash(hash) else None

    def audio(self, database: Database, hash: str) -> Media | None:
        """Return the bytes behind the address of a sound; None if there are none (any more)."""
        if not is_hash(hash):
            return None
        kept = self._cache.get(hash)
        if kept is not None:
            return Media(content=kept, media_type="audio/wav")
        with database.reading() as session:
            row = self.sound(session, hash)
            if row is None:
                return None
            if row.kind == "prompt" and row.expires_at is None:
                self._cache.put(hash, row.audio)
            return Media(content=row.audio, media_type=row.media_type)

    def keep_recording(
        self, session: Session, *, provider_id: str, media: Media, seconds: float, now: datetime
    ) -> str:
        """Keep what a caller said, and return the hash by which it is played."""
        hash = self._named("recording", provider_id)
        store_recording(
            session,
            hash=hash,
            media_type=media.media_type,
            audio=media.content,
            seconds=seconds,
            now=now,
        )
        return hash

    def render_wanted(self, database: Database, now: datetime, limit: int) -> int:
        """Render what was asked for ahead, and forget what expired; returns how many were made.

        ``now`` is real time. No transaction is open while a piece is rendered.
        """
        with database.transaction() as session:
            forget_expired(session, now=now)
            waiting = claim_wanted(session, limit=limit)
        for wanted in waiting:
            reason = ""
            sound: TelephoneSound | None = None
            try:
                sound = self._rendered(wanted.words, wanted.language, Pace(wanted.pace))
            except (VoiceFailed, ValueError, KeyError) as error:
                reason = type(error).__name__
                _log.warning("prompt.not_rendered", wanted=wanted.id, reason=reason)
            with database.transaction() as session:
                settle_wanted(session, wanted.id, reason=reason)
                if sound is not None:
                    self._store(
                        session,
                        wanted.words,
                        wanted.language,
                        Pace(wanted.pace),
                        sound,
                        personal=wanted.personal,
                        now=now,
                    )
        return len(waiting)

    def render_ahead(self, database: Database, languages: Iterable[str] = LANGUAGES) -> int:
        """Render every spoken sentence without slots, at both paces; returns how many were new."""
        now = self._real_clock.now()
        missing = [] if self._voice is None else self._missing(database, languages, now)
        for start in range(0, len(missing), _STORED_TOGETHER):
            some = missing[start : start + _STORED_TOGETHER]
            sounds = [self._rendered(*prompt) for prompt in some]
            with database.transaction() as session:
                for prompt, sound in zip(some, sounds, strict=True):
                    self._store(session, *prompt, sound, personal=False, now=now)
        return len(missing)

    def _missing(
        self, database: Database, languages: Iterable[str], now: datetime
    ) -> list[tuple[str, str, Pace]]:
        prompts = dict.fromkeys(fixed_prompts(languages))  # the same words may have two keys
        with database.reading() as session:
            return [
                prompt
                for prompt in prompts
                if not lasts_until(session, self._hash_of(*prompt, personal=False), at=now)
            ]

    def _rendered(self, words: str, language: str, pace: Pace) -> TelephoneSound | None:
        """Render without hurry; None where the provider speaks for itself."""
        if self._voice is None:
            return None
        with self._rendering:
            return self._timed(self._voice, words, language, pace)

    def _rendered_quickly(
        self, session: Session, words: str, language: str, pace: Pace
    ) -> TelephoneSound | None:
        """Render while a caller waits, or return None if that would take too long."""
        spent = session.info.get(_SPENT, 0.0)  # an answer may need several pieces
        if self._voice is None or not self._speed.is_quick(words, spent):
            return None
        started = time.perf_counter()
        if not self._rendering.acquire(timeout=_TURN_SECONDS):
            return None
        try:
            return self._timed(self._voice, words, language, pace)
        except VoiceFailed as error:
            _log.warning("prompt.not_rendered", reason=type(error).__name__)
            return None
        finally:
            self._rendering.release()
            session.info[_SPENT] = spent + time.perf_counter() - started

    def _timed(self, voice: Voice, words: str, language: str, pace: Pace) -> TelephoneSound:
        started = time.perf_counter()
        sound = measured(voice.render(words, language, pace))
        if self._started:
            self._speed.note(words, time.perf_counter() - started)
        self._started = True  # the first one loads the voice, and says nothing of its speed
        return sound

    def _store(
        self,
        session: Session,
        words: str,
        language: str,
        pace: Pace,
        sound: TelephoneSound | None,
        *,
        personal: bool,
        now: datetime,
    ) -> None:
        if sound is None or self._voice is None:
            return
        store_prompt(
            session,
            hash=self._hash_of(words, language, pace, personal=personal),
            words=words,
            language=language,
            pace=pace,
            voice=self._voice.name,
            sound=sound,
            personal=personal,
            now=now,
        )

    def _hash_of(self, words: str, language: str, pace: Pace, *, personal: bool) -> str:
        kind = "personal" if personal else "prompt"
        return self._named(kind, words, language, pace, self._voice.name if self._voice else "")

    def _named(self, *what: str) -> str:
        """Name a sound so that nobody without the key can guess its address."""
        return hmac.new(self._key, json.dumps(what).encode(), hashlib.sha256).hexdigest()


def fixed_prompts(languages: Iterable[str]) -> Iterator[tuple[str, str, Pace]]:
    """Yield every spoken sentence that is always the same, in each language and pace."""
    for language in languages:
        for key, words in templates(language).items():
            if key.startswith("voice.") and not slots_of(key, language):
                for pace in Pace:
                    yield words, language, pace
