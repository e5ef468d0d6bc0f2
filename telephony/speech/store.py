"""Speaker: what a caller is to hear, as stored prompts that never keep anybody waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.sound.operations import Asked, store_prompt, store_recording, want_prompts
from core.sound.queries import lasts_until, sound_by_hash
from core.sound.tables import SoundRow
from core.wording.catalogue import LANGUAGES
from core.wording.parts import Part
from telephony.ports import Media
from telephony.speech.address import LOUD, Addresses, Piece
from telephony.speech.assembly import Assembly, Sentence
from telephony.speech.cache import SoundCache, is_hash
from telephony.speech.shelf import Kept, Shelf, Ships
from telephony.speech.speaking import Speaking
from telephony.speech.telephone_audio import louder
from telephony.speech.voice import Pace, Voice
from telephony.speech.workshop import Workshop
from telephony.twiml import Play, Say, SayVoice, Spoken, cleaned

_log = structlog.get_logger(__name__)
_FETCHED_WITHIN = timedelta(minutes=10)  # of the document that names a clip; it must last so long
_LOUDER_DECIBELS = 6.0  # for somebody hard of hearing; peaks stay where they are


class Speaker:
    """Turns words into something to play; the provider's own voice is the last resort.

    A person's recording comes first, then what the project ships, then what ``ahead`` rendered
    before; ``at_once`` renders while a caller waits, if that takes no time to speak of.
    ``real_clock`` is the machine's: a clip with a name lives 24 real hours, whatever a demo does.

    :raises ValueError: for a blank key, since then anybody could name the address of a clip.
    """

    def __init__(
        self,
        *,
        ahead: Voice | None,
        at_once: Voice | None,
        secret_key: str,
        public_url: str,
        real_clock: Clock,
        shipped: Ships | None = None,
        cache_folder: Path | None = None,
        patient: bool = False,
        says: Mapping[str, SayVoice] | None = None,
    ) -> None:
        self._ahead = Speaking(ahead, patient=patient) if ahead is not None else None
        at_once = ahead if patient else at_once  # nobody is on the line: wait for the best
        self._at_once = self._ahead  # the same voice speaks to one at a time
        if at_once is not ahead:
            self._at_once = Speaking(at_once) if at_once is not None else None
        self._addresses = Addresses(secret_key)
        voice = ahead.name if ahead is not None else ""
        self._shelf = Shelf(self._addresses, voice=voice, shipped=shipped)
        self._assembly = Assembly(self._addresses)
        self._workshop = Workshop(self._addresses, self._shelf, self._ahead)
        self._says = says or {}
        self._public_url = public_url.rstrip("/")
        self._real_clock = real_clock
        self._cache = SoundCache(cache_folder)

    def spoken(
        self,
        session: Session,
        words: str,
        language: str,
        *,
        slow: bool = False,
        personal: bool = False,
        loud: bool = False,
        parts: Sequence[Part] = (),
    ) -> Spoken:
        """Return what plays ``words``: a stored prompt, one put together, or Say.

        ``personal`` words name somebody: their sound is kept for 24 hours only. ``parts`` are
        what the words consist of, where that is known.
        """
        words = cleaned(words)
        instead = Say(words, language, slow=slow, by=self._says.get(language))
        if not words.strip():
            return instead
        whole = Piece(words, language, Pace.SLOW if slow else Pace.NORMAL, personal)
        hash = self._found(session, Sentence.of(whole, parts))
        return instead if hash is None else self.play(hash, loud=loud)

    def play(self, hash: str, *, loud: bool = False) -> Play:
        """Return what plays a stored sound, a caller's recording for instance."""
        return Play(f"{self._public_url}/ivr/audio/{hash}{LOUD if loud else ''}.wav")

    def sound(self, session: Session, hash: str) -> SoundRow | None:
        """Return a stored sound, unless there is none or its time is over."""
        return sound_by_hash(session, hash, now=self._real_clock.now()) if is_hash(hash) else None

    def audio(self, database: Database, name: str) -> Media | None:
        """Return the bytes behind the address of a sound; None if there are none (any more)."""
        hash = name.removesuffix(LOUD)
        if not is_hash(hash):
            return None
        kept = self._cache.get(name, now=self._real_clock.now())
        if kept is not None:
            return Media(content=kept, media_type="audio/wav")
        with database.reading() as session:
            row = self.sound(session, hash)
            return None if row is None else self._media(row, name)

    def keep_recording(
        self, session: Session, *, provider_id: str, media: Media, seconds: float, now: datetime
    ) -> str:
        """Keep what a caller said, and return the hash by which it is played."""
        hash = self._addresses.of_recording(provider_id)
        store_recording(
            session,
            hash=hash,
            media_type=media.media_type,
            audio=media.content,
            seconds=seconds,
            now=now,
        )
        return hash

    def address_of_human(self, audio: bytes) -> str:
        """Return the hash under which a person's recording is kept."""
        return self._addresses.of_human(audio)

    def sources(self, session: Session, pieces: Sequence[Piece]) -> Mapping[Piece, Kept]:
        """Return from where each of ``pieces`` would be played now; what is missing is left out."""
        now = self._real_clock.now()
        return self._shelf.find(session, pieces, until=now, now=now)

    @property
    def renders_ahead(self) -> bool:
        """Tell whether a voice is there that renders what is asked for."""
        return self._ahead is not None

    def render_wanted(self, database: Database, now: datetime, limit: int) -> int:
        """Render what was asked for ahead, and forget what expired; returns how many were made.

        ``now`` is real time. No transaction is open while a piece is rendered.
        """
        return self._workshop.render_wanted(database, now, limit)

    def render_ahead(self, database: Database, languages: Iterable[str] = LANGUAGES) -> int:
        """Render all that is always the same, at both paces; returns how many were new.

        What the project ships, or a person recorded, is not rendered.
        """
        return self._workshop.render_fixed(database, languages, self._real_clock.now)

    def _found(self, session: Session, sentence: Sentence) -> str | None:
        now = self._real_clock.now()
        until = now + _FETCHED_WITHIN
        kept = self._shelf.find(session, sentence.pieces(), until=until, now=now, bring=True)
        whole = kept.get(sentence.whole)
        by_person = sentence.is_partly_human(kept)
        if whole is not None and not by_person:
            return whole.hash
        missing: tuple[Piece, ...] = (sentence.whole,)
        if any(sentence.best_of(part, kept) for part in sentence.parts):
            made = self._assembly.put_together(
                session,
                sentence,
                kept,
                lambda piece: self._made_at_once(session, piece),
                until=until,
                now=now,
            )
            if made.hash is not None:
                if not by_person and sentence.is_better_whole:
                    self._want(session, [sentence.whole], now)  # for whoever hears it next
                return made.hash
            missing = made.missing or missing
        if whole is not None:
            return whole.hash
        hash = self._made_at_once(session, sentence.whole)
        if hash is None or sentence.whole not in missing:
            self._want(session, missing, now)
        return hash

    def _media(self, row: SoundRow, name: str) -> Media:
        if row.kind == "recording":  # as it came, whoever hears it
            return Media(content=row.audio, media_type=row.media_type)
        audio = louder(row.audio, _LOUDER_DECIBELS) if name.endswith(LOUD) else row.audio
        self._cache.put(name, audio, until=row.expires_at)
        return Media(content=audio, media_type=row.media_type)

    def _made_at_once(self, session: Session, piece: Piece) -> str | None:
        """Render while a caller waits, or return None if that would take too long."""
        voice = self._at_once
        if voice is None:
            return None
        now = self._real_clock.now()
        hash = self._addresses.of_rendered(piece, voice.name)
        if voice is not self._ahead:
            self._want(session, [piece], now)  # in the better voice, for the next time
            if lasts_until(session, hash, at=now + _FETCHED_WITHIN):
                return hash
        sound = voice.render_quickly(session, piece)
        if sound is None:
            return None
        _log.info("prompt.rendered_at_once")
        store_prompt(session, **self._workshop.row_of(piece, voice, sound), now=now)
        return hash

    def _want(self, session: Session, pieces: Iterable[Piece], now: datetime) -> None:
        if self._ahead is None:
            return
        asked = [Asked(one.words, one.language, one.pace, one.personal) for one in pieces]
        want_prompts(session, asked, now=now)
