"""The whole service in one process, reached through its real doors by the desk's telephones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session

from app import looks
from app.config import Settings
from app.factory import Services, make_app, make_scheduler_services, make_services
from core.communities.queries import community_by_key
from core.communities.tables import CommunityRow
from core.db import Database
from core.loading.operations import load_file
from scheduler.demo_clock import walk
from scheduler.heartbeat import Heart
from scheduler.process import run_due
from scheduler.services import raise_failure
from telephony.desk.exchange import Exchange
from telephony.desk.looks import CallLook, TextLook
from telephony.desk.player import Finished, Key, Silence
from telephony.desk.posting import Answered
from tests.world import LINE_NUMBER, MONDAY_MORNING, Person

DEMO_FILE = Path(__file__).parents[1] / "fixtures/demo/community.toml"
PUBLIC_URL = "http://127.0.0.1:8000"
_MOST_PASSES = 200
_LAST_WORDS_SECONDS = 2


def load_demo(database: Database, *, now: datetime = MONDAY_MORNING) -> None:
    """Load the demo community, by default on the morning on which every story begins."""
    text = DEMO_FILE.read_text(encoding="utf-8")
    with database.transaction() as session:
        load_file(session, name=DEMO_FILE.name, text=text, now=now)


class MovableClock:
    """The time of a story; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the story's instant."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Move forward to ``instant``."""
        assert instant >= self._now, f"{instant} is before {self._now}"
        self._now = instant


@dataclass(frozen=True)
class Posted:
    """One webhook, and what it was answered."""

    path: str
    fields: dict[str, str]
    answered: Answered


class PhoneCall:
    """A call as the one who holds the handset meets it: hear, press, speak, hang up."""

    def __init__(self, line: Line, look: CallLook) -> None:
        self._exchange = line.exchange
        line.handsets.append(self)
        self._look = look
        self.heard = ""  # since the last key, word or silence
        self._take(look)

    @property
    def id(self) -> int:
        """The desk's number of this call."""
        return self._look.id

    @property
    def is_over(self) -> bool:
        """Tell whether the line is dead."""
        return not self._exchange.look(self.id).is_live

    @property
    def state(self) -> str:
        """The provider's state: ringing, in-progress, completed, busy, no-answer, ..."""
        return self._exchange.look(self.id).state

    @property
    def waits_for(self) -> str:
        """What the line waits for now: keys, speech, callee, talk, or nothing."""
        return str(self._exchange.look(self.id).waits.get("kind", ""))

    @property
    def transcript(self) -> list[tuple[str, str]]:
        """Everything so far: ("line", words), ("key", "1"), ("voice", words)."""
        return [(said["who"], said["words"]) for said in self._exchange.look(self.id).transcript]

    @property
    def everything_heard(self) -> str:
        """Every word that was spoken into this ear so far."""
        return "".join(words for who, words in self.transcript if who == "line")

    def press(self, *keys: str) -> Self:
        """Press keys, one after the other; each interrupts what is being heard."""
        for key in "".join(keys):
            self._after(self._exchange.step(self.id, Key(key)))
        return self

    def stay_silent(self) -> Self:
        """Let the wait run out."""
        return self._after(self._exchange.step(self.id, Silence()))

    def speak(self, words: str, *, key: str = "") -> Self:
        """Say ``words`` after the tone; ``key`` ends the recording, else a pause does."""
        self._wait_for_the_tone()
        return self._after(self._exchange.speak(self.id, words=words, key=key))

    def hang_up(self, *, words: str = "") -> Self:
        """Break the line, in the middle of ``words`` if something is being recorded."""
        if words:
            self._wait_for_the_tone()
        return self._after(self._exchange.hang_up(self.id, words=words))

    def listen(self) -> int:
        """Hear what was set going by others or by time; return how many prompts ran out."""
        look = self._exchange.look(self.id)
        if look.turn == self._look.turn:
            return 0
        return self._take(look)

    def _wait_for_the_tone(self) -> None:
        """Press nothing while the words before the tone end: they can be cut short by a key."""
        while self.waits_for == "keys" and self._look.waits["seconds"] <= _LAST_WORDS_SECONDS:
            self._take(self._exchange.step(self.id, Silence()))

    def _after(self, look: CallLook) -> Self:
        self.heard = ""
        self._take(look)
        return self

    def _take(self, look: CallLook) -> int:
        self.heard += look.words
        prompts = 0
        while look.waits.get("kind") == "ear":
            look = self._exchange.step(self.id, Finished(), turn=look.turn)
            self.heard += look.words
            prompts += 1
        self._look = look
        return prompts


class _Ears:
    """The desk's exchange, and the people who hear what it says to them meanwhile."""

    def __init__(self, exchange: Exchange, handsets: list[PhoneCall]) -> None:
        self._exchange = exchange
        self._handsets = handsets

    def run(self, now: datetime) -> int:
        """Ring out, post what is owed, and let everybody hear; return how much was done."""
        return self._exchange.run(now) + sum(call.listen() for call in self._handsets)

    def next_due(self, session: Session) -> datetime | None:
        """Return when the next phone will have rung out."""
        return self._exchange.next_due(session)


class Line:
    """The demo community's line, with everybody's telephone at hand."""

    def __init__(self, database: Database, *, var: Path, start: datetime = MONDAY_MORNING) -> None:
        self.database = database
        self.clock = MovableClock(start)
        self.twice = False  # post each webhook twice and expect the same answer
        self.posted: list[Posted] = []
        self.others: list[Services] = []  # of other webs over the same database
        self.handsets: list[PhoneCall] = []  # calls that somebody holds to the ear
        self.expects_errors = False  # in a story about something that breaks
        self.settings = Settings(
            var=var,
            database_url=database.url,
            public_url=PUBLIC_URL,
            secret_key=SecretStr("the key of the story"),
            twilio_auth_token=SecretStr("the token of the story"),
            voice="provider",  # so that each word can be read where a recording would be heard
        )
        self.services = self._make_services(self.settings)
        self.app = make_app(self.services)
        self.client = self.app.test_client()
        assert self.services.exchange is not None
        self.exchange = self.services.exchange
        self.scheduler = replace(
            make_scheduler_services(self.services),
            exchange=_Ears(self.exchange, self.handsets),
            report_failure=raise_failure,
        )

    # --- the community

    def load(self, text: str, *, name: str = "community.toml") -> None:
        """Load a community file."""
        with self.database.transaction() as session:
            load_file(session, name=name, text=text, now=self.clock.now())

    def community(self, session: Session, key: str = "dongcheng") -> CommunityRow:
        """Return the row of a community."""
        row = community_by_key(session, key)
        assert row is not None
        return row

    # --- telephones

    def text(self, who: Person | str, words: str, *, number: str = LINE_NUMBER) -> str:
        """Text the line; return its reply, or nothing if it stays silent."""
        before = len(self.exchange.inbox(phone_of(who)))
        seen = len(self.posted)
        self.exchange.send_text(phone_of(who), number, words)
        answered = self.posted[seen].answered
        assert answered.status == 200, answered
        replies = self.exchange.inbox(phone_of(who))[before:]
        return "\n".join(reply.words for reply in replies)

    def inbox(self, who: Person | str) -> list[str]:
        """Return the words of every text that a telephone received, oldest first."""
        return [text.words for text in self.texts(who)]

    def texts(self, who: Person | str) -> list[TextLook]:
        """Return every text that a telephone received, oldest first."""
        return self.exchange.inbox(phone_of(who))

    def ring(self, who: Person | str, *, number: str = LINE_NUMBER) -> PhoneCall:
        """Ring the line."""
        return PhoneCall(self, self.exchange.start_call(phone_of(who), number))

    def ringing(self, who: Person | str | None = None) -> list[CallLook]:
        """Return the calls that ring now, on one telephone or on all."""
        return self.exchange.ringing(None if who is None else phone_of(who))

    def answer(self, who: Person | str, *, machine: bool = False) -> PhoneCall:
        """Answer the telephone that rings, or let its answering machine do it."""
        ringing = self.ringing(who)
        assert ringing, f"no call rings on {phone_of(who)}"
        return PhoneCall(self, self.exchange.answer(ringing[0].id, machine=machine))

    def reject(self, who: Person | str) -> None:
        """Refuse the call that rings."""
        self.exchange.reject(self.ringing(who)[0].id)

    # --- time

    @property
    def now(self) -> datetime:
        """The story's instant."""
        return self.clock.now()

    def settle(self) -> None:
        """Let the scheduler work until nothing is left to do now."""
        for _ in range(_MOST_PASSES):
            if run_due(self.scheduler) == 0:
                return
        raise AssertionError("the scheduler does not fall quiet")

    def beat(self) -> None:
        """Leave a heartbeat, as each tick of the scheduler's process does."""
        Heart(self.scheduler).beat("outbox")

    def advance(self, *, stop: Callable[[], bool] = lambda: False, **spans: float) -> datetime:
        """Let time pass: ``advance(minutes=5)``."""
        return self.advance_to(self.now + timedelta(**spans), stop=stop)

    def advance_to(
        self, instant: datetime, *, stop: Callable[[], bool] = lambda: False
    ) -> datetime:
        """Go from due instant to due instant until ``instant``, or until ``stop`` says so."""
        self.settle()
        return walk(self.scheduler, to=instant, set_now=self.clock.set, stop=stop)

    def wait_for_ring(self, who: Person | str, *, until: datetime) -> PhoneCall:
        """Let time pass until a telephone rings, and answer it."""
        self.advance_to(until, stop=lambda: bool(self.ringing(who)))
        return self.answer(who)

    # --- what there is

    def cases(self) -> list[dict[str, Any]]:
        """Return every case, newest last, as ``linli case list --json`` prints it."""
        return self._look(looks.cases_look)

    def case(self, number: int = 1) -> dict[str, Any]:
        """Return the case of that number."""
        return next(case for case in self.cases() if int(case["number"]) == number)

    def tasks(self) -> list[dict[str, Any]]:
        """Return every task, newest last."""
        return self._look(looks.tasks_look)

    def messages(self) -> list[dict[str, Any]]:
        """Return every text that the line started, newest last."""
        return self._look(looks.messages_look)

    def calls(self) -> list[dict[str, Any]]:
        """Return every call, newest last."""
        return self._look(looks.calls_look)

    def app_with(self, **changed: Any) -> Flask:
        """Make another web over the same database, with other settings."""
        given = {"twilio_account_sid": "AC" + "0" * 32, **changed}
        self.others.append(self._make_services(self.settings.model_copy(update=given)))
        return make_app(self.others[-1])

    def post(
        self, path: str, fields: Mapping[str, str], *, signature: str | None = None
    ) -> Answered:
        """Post a webhook as a provider would; signed rightly unless another signature is given."""
        url = PUBLIC_URL + path
        given = self.services.provider.sign(url, fields) if signature is None else signature
        return self._post(url, fields, given)

    def close(self) -> None:
        """Give every connection back."""
        for services in (self.services, *self.others):
            services.database.close()

    def _look(self, look: Callable[[Session, int | None], list[dict[str, Any]]]) -> list[Any]:
        with self.database.reading() as session:
            return look(session, None)

    def _make_services(self, settings: Settings) -> Services:
        return make_services(settings, clock=self.clock, real_clock=self.clock, post=self._post)

    def _post(self, url: str, fields: Mapping[str, str], signature: str) -> Answered:
        answered = self._post_once(url, fields, signature)
        if self.twice:
            assert self._post_once(url, fields, signature) == answered, url
        self.posted.append(Posted(urlsplit(url).path, dict(fields), answered))
        return answered

    def _post_once(self, url: str, fields: Mapping[str, str], signature: str) -> Answered:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = self.client.post(
            target, data=dict(fields), headers={"X-Twilio-Signature": signature}
        )
        return Answered(answer.status_code, answer.get_data(as_text=True))


def phone_of(who: Person | str) -> str:
    """Return the telephone of a person; a number stands for itself."""
    return who if isinstance(who, str) else who.phone
