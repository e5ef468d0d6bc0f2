"""The whole service in a folder of its own, reached through its doors by the desk's telephones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from app import schema_steps
from app.config import Settings
from app.factory import make_app, make_scheduler_services, make_services
from app.flow_check.village import LINE, MORNING, community_file, phones
from core.communities.queries import communities
from core.loading.operations import load_file
from core.residents.operations import remember_pace
from core.sound.queries import seconds_by_hash
from scheduler.process import run_due
from scheduler.services import raise_failure
from telephony.desk.looks import CallLook
from telephony.desk.player import Event, Key, Silence
from telephony.desk.posting import Answered
from telephony.desk.sound import silent_wav

_HERE = "http://127.0.0.1:8000"
_MOST_PASSES = 400
_SPOKEN_SECONDS = 8


class NeverQuiet(RuntimeError):
    """The service goes on working though nothing happens any more."""


@dataclass(frozen=True)
class Said:
    """One piece that was heard; ``seconds`` is None where there was no sound to measure."""

    words: str
    seconds: float | None
    hash: str = ""


@dataclass(frozen=True)
class Answer:
    """What followed from an event: what was heard, and what the line waits for now."""

    said: tuple[Said, ...]
    waits: str  # keys, speech, callee, talk; empty: the call is over
    wait_seconds: int
    longest_seconds: int = 0

    @property
    def words(self) -> str:
        """Everything that was heard."""
        return "".join(piece.words for piece in self.said)

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return sum(piece.seconds or 0.0 for piece in self.said)

    @property
    def reaches_somebody(self) -> bool:
        """Tell whether a person's telephone rings now, or the recorder runs."""
        return self.waits in ("callee", "talk", "speech")


class _Clock:
    """The community's time on this stage."""

    def __init__(self) -> None:
        self.at = MORNING

    def now(self) -> datetime:
        """Return the instant."""
        return self.at


class Stage:
    """A line with neighbours; every scene takes a telephone that nobody used before."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.clock = _Clock()
        own = settings.model_copy(
            update={
                "var": folder,
                "database_url": f"sqlite:///{folder / 'check.sqlite3'}",
                "public_url": _HERE,
                "secret_key": SecretStr("of the check alone"),
                "twilio_auth_token": SecretStr("of the check alone"),
                "provider": "desk",
                "voice": "pyttsx3" if settings.voice.startswith("provider") else settings.voice,
            }
        )
        self.services = make_services(
            own, clock=self.clock, real_clock=self.clock, post=self._post, patient=True
        )
        schema_steps.migrate(self.services.database)
        with self.services.database.transaction() as session:
            load_file(session, name="check", text=community_file(), now=self.clock.at)
            self._community_id = communities(session)[0].id
        self._client = make_app(self.services).test_client()
        assert self.services.exchange is not None
        self.exchange = self.services.exchange
        self.scheduler = replace(
            make_scheduler_services(self.services), report_failure=raise_failure
        )
        self._free: dict[tuple[str, str], list[str]] = {}

    def phone(self, kind: str, language: str, *, slow: bool = False) -> str:
        """Take the telephone of a neighbour who has not called yet."""
        free = self._free.setdefault((kind, language), phones(kind, language))
        phone = free.pop(0)
        if slow:
            with self.services.database.transaction() as session:
                remember_pace(session, self._community_id, phone, slow=True)
        return phone

    def ring(self, phone: str) -> Scene:
        """Ring the line."""
        return Scene(self, self.exchange.start_call(phone, LINE))

    def answer(self, phone: str) -> Scene | None:
        """Answer the telephone that rings; None if it does not."""
        ringing = self.exchange.ringing(phone)
        return Scene(self, self.exchange.answer(ringing[0].id)) if ringing else None

    def text(self, phone: str, words: str) -> None:
        """Text the line."""
        self.exchange.send_text(phone, LINE, words)

    def settle(self) -> None:
        """Let the scheduler work until nothing is left to do now.

        :raises NeverQuiet: if it never is.
        """
        for _ in range(_MOST_PASSES):
            if run_due(self.scheduler) == 0:
                return
        raise NeverQuiet

    def go_to(self, instant: datetime) -> None:
        """Set the clock, and let the scheduler work."""
        self.clock.at = instant
        self.settle()

    def pass_time(self, **spans: float) -> None:
        """Let time pass."""
        self.go_to(self.clock.at + timedelta(**spans))

    def answer_of(self, look: CallLook) -> Answer:
        """Hear a call until it waits for its handset, and measure what was heard."""
        said: list[Said] = []
        while True:
            said += self._said(look)
            if look.waits.get("kind") != "ear":
                break
            look = self.exchange.listen_on(look)
        waits = look.waits if look.is_live else {}
        return Answer(
            tuple(said),
            str(waits.get("kind", "")),
            int(waits.get("seconds", 0)),
            int(waits.get("longest_seconds", 0)),
        )

    def audio(self, hash: str) -> bytes:
        """Return a sound that was heard."""
        media = self.services.speaker.audio(self.services.database, hash)
        return b"" if media is None else media.content

    def last_case_number(self) -> int:
        """Return the number of the newest case."""
        with self.services.database.reading() as session:
            return communities(session)[0].last_case_number

    def close(self) -> None:
        """Give every connection back."""
        self.services.database.close()

    def _said(self, look: CallLook) -> list[Said]:
        names = [_name(piece) for piece in look.heard]
        with self.services.database.reading() as session:
            seconds = seconds_by_hash(session, [name for name in names if name])
        return [
            Said(piece["words"], _seconds(piece, seconds.get(name)), name)
            for piece, name in zip(look.heard, names, strict=True)
        ]

    def _post(self, url: str, fields: Mapping[str, str], signature: str) -> Answered:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"X-Twilio-Signature": signature}
        answer = self._client.post(target, data=dict(fields), headers=headers)
        return Answered(answer.status_code, answer.get_data(as_text=True))


class Scene:
    """One call, as the one who holds the handset meets it."""

    def __init__(self, stage: Stage, look: CallLook) -> None:
        self._stage = stage
        self._id = look.id
        self.answer = stage.answer_of(look)

    def press(self, keys: str) -> Scene:
        """Press keys, one after the other."""
        for key in keys:
            self._step(Key(key))
        return self

    def stay_silent(self) -> Scene:
        """Let the wait run out."""
        self._step(Silence())
        return self

    def speak(self) -> Scene:
        """Say something after the tone, and finish with #."""
        look = self._stage.exchange.speak(self._id, wav=silent_wav(_SPOKEN_SECONDS), key="#")
        self.answer = self._stage.answer_of(look)
        return self

    def hang_up(self) -> None:
        """End the call."""
        if self.answer.waits:
            self._stage.exchange.hang_up(self._id)

    def _step(self, event: Event) -> None:
        self.answer = self._stage.answer_of(self._stage.exchange.step(self._id, event))


def _name(piece: Mapping[str, Any]) -> str:
    return urlsplit(str(piece.get("url", ""))).path.rpartition("/")[2].removesuffix(".wav")


def _seconds(piece: Mapping[str, Any], measured: float | None) -> float | None:
    return float(piece.get("seconds", 1)) if piece["kind"] == "pause" else measured
