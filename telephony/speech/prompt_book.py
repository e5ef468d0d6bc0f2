"""The prompts as people see them: what each says, where its sound comes from, how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.clock import Clock
from core.communities.queries import communities, display_name
from core.sound.human import forget_human_prompt, keep_human_prompt
from core.sound.queries import seconds_by_hash
from core.staff.queries import spoken_name, staff_of
from core.wording.catalogue import LANGUAGES
from telephony.speech.recorded import UnusableRecording, telephone_sound
from telephony.speech.script import Entry, by_name, script
from telephony.speech.store import Speaker
from telephony.speech.voice import Pace
from telephony.twiml import Play

MISSING = "missing"


@dataclass(frozen=True)
class PromptLook:
    """A prompt at one pace. ``source``: human, shipped, rendered, missing."""

    name: str
    language: str
    pace: str
    words: str
    source: str
    seconds: float | None
    hash: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


class PromptBook:
    """Looks prompts up, and takes a person's recording in the place of a synthetic one."""

    def __init__(self, speaker: Speaker, real_clock: Clock) -> None:
        self._speaker = speaker
        self._clock = real_clock

    def entries(self, session: Session, language: str) -> list[Entry]:
        """Return the reading script of a language."""
        return script(language, _names(session, language))

    def look(
        self,
        session: Session,
        languages: Sequence[str] = LANGUAGES,
        paces: Sequence[Pace] = tuple(Pace),
    ) -> list[PromptLook]:
        """Return every prompt in the order of a call."""
        found: list[PromptLook] = []
        for language in languages:
            entries = self.entries(session, language)
            for pace in paces:
                found += self._look(session, entries, pace)
        return found

    def keep(
        self,
        session: Session,
        *,
        name: str,
        language: str,
        pace: Pace,
        audio: bytes,
        origin: str,
    ) -> PromptLook:
        """Let a recording be played in the place of the prompt of that name.

        :raises UnusableRecording: if it is not taken; the old one stays.
        """
        entry = self.entry(session, name, language)
        sound = telephone_sound(audio, entry.words, pace)
        hash = self._speaker.address_of_human(sound.audio)
        keep_human_prompt(
            session,
            words=entry.words,
            language=language,
            pace=pace,
            hash=hash,
            sound=sound,
            origin=origin,
            now=self._clock.now(),
        )
        return PromptLook(name, language, pace, entry.words, "human", sound.seconds, hash)

    def forget(self, session: Session, *, name: str, language: str, pace: Pace) -> bool:
        """Let the synthetic voice speak again; tell whether a person's recording was there.

        :raises UnusableRecording: if there is no prompt of that name.
        """
        entry = self.entry(session, name, language)
        return forget_human_prompt(session, words=entry.words, language=language, pace=pace)

    def address(self, session: Session, *, name: str, language: str, pace: Pace) -> str | None:
        """Return the address at which a prompt is heard; None where it has no sound.

        :raises UnusableRecording: if there is no prompt of that name.
        """
        entry = self.entry(session, name, language)
        spoken = self._speaker.spoken(session, entry.words, language, slow=pace is Pace.SLOW)
        return spoken.url if isinstance(spoken, Play) else None

    def entry(self, session: Session, name: str, language: str) -> Entry:
        """Return the prompt of a name.

        :raises UnusableRecording: if there is none.
        """
        names = by_name(language, _names(session, language)) if language in LANGUAGES else {}
        entry = names.get(name.removeprefix("voice."))
        if entry is None:
            raise UnusableRecording(f"没有叫 {name} 的提示语 (no prompt is called {name})")
        return entry

    def _look(self, session: Session, entries: Sequence[Entry], pace: Pace) -> list[PromptLook]:
        pieces = [entry.piece(pace) for entry in entries]
        kept = self._speaker.sources(session, pieces)
        seconds = seconds_by_hash(session, [one.hash for one in kept.values()])
        found = []
        for entry, piece in zip(entries, pieces, strict=True):
            there = kept.get(piece)
            found.append(
                PromptLook(
                    entry.name,
                    entry.language,
                    pace,
                    entry.words,
                    there.source if there else MISSING,
                    seconds.get(there.hash, there.seconds) if there else None,
                    there.hash if there else "",
                )
            )
        return found


def _names(session: Session, language: str) -> list[str]:
    """Return the names that many calls speak: of the communities and of their staff."""
    found: list[str] = []
    for community in communities(session):
        found.append(display_name(community, language))
        found += [spoken_name(row) for row in staff_of(session, community.id)]
    return list(dict.fromkeys(found))
