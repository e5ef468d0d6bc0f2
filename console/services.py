"""What the console is handed, and what a page knows of whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.words import Words
from core.access.rules import Access, Right
from core.audit.operations import note_deed
from core.audit.rules import Deed
from core.clock import Clock
from core.db import Database
from core.errors import Refusal
from core.tasks.rules import Actor
from core.wording.catalogue import say
from telephony.speech.prompt_book import PromptBook

_HOMES = ((Right.CASES, "board"), (Right.RESIDENTS, "residents"))
SAID = "said"  # the argument that names what was just done


class OwnLexicon(Protocol):
    """The office's own words for what residents write, kept by app."""

    def read(self) -> str:
        """Return it as it stands."""
        ...

    def write(self, written: str) -> None:
        """Put it in force.

        :raises LexiconMistake: naming every line that is wrong; nothing changes then.
        """
        ...


@dataclass(frozen=True)
class Console:
    """What every page of the console stands on."""

    database: Database
    clock: Clock  # the community's
    real_clock: Clock  # the machine's: sessions, passwords, codes
    secret_key: str
    earlier_keys: tuple[str, ...] = field(default=(), kw_only=True)  # open what was sealed before
    public_url: str
    health: Callable[[], dict[str, Any]]  # how the service is, for the page on what is stuck
    prompts: PromptBook
    lexicon: OwnLexicon
    reworded: Callable[[], None]  # puts a changed sentence in force in this process

    @property
    def is_secure(self) -> bool:
        """Tell whether browsers reach us over TLS, so that cookies may be kept to it."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in."""

    console: Console
    access: Access
    name: str
    community: str
    community_key: str
    zone: ZoneInfo
    language: str
    session_id: int
    token: str
    has_password: bool
    is_proved: bool
    csrf: str

    @property
    def now(self) -> datetime:
        """Return the community's present instant."""
        return self.console.clock.now()

    @property
    def words(self) -> Words:
        """Return what writes sentences and times for this person."""
        return Words(self.language, self.zone, self.now)

    @property
    def actor(self) -> Actor:
        """Return the person as the actor of a move."""
        return Actor(self.access.staff_key, self.access.staff_id)

    @property
    def home(self) -> str:
        """Return the page that this person begins with."""
        for right, endpoint in _HOMES:
            if self.access.may(right):
                return endpoint
        return "me"

    def may(self, right: Right | str) -> bool:
        """Tell whether the person has a right at all."""
        return self.access.may(Right(right))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; its rows may be shown after its end."""
        with self.console.database.reading() as session:
            yield session
            session.expunge_all()

    def writing(self) -> AbstractContextManager[Session]:
        """Open a writing transaction."""
        return self.console.database.transaction()

    def note(
        self,
        session: Session,
        what: Deed,
        subject: str,
        key: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a line of the audit log in this person's name."""
        note_deed(
            session,
            community_id=self.access.community_id,
            actor=self.access.staff_key,
            what=what,
            subject=subject,
            subject_key=key,
            now=self.now,
            before=before,
            after=after,
        )

    def page(self, template: str, status: int = 200, **shown: Any) -> ResponseReturnValue:
        """Render a page with what every page shows."""
        said = request.args.get(SAID, "")
        words = self.words
        page = render_template(
            f"console/{template}",
            visit=self,
            t=words.t,
            words=words,
            may=self.may,
            csrf=self.csrf,
            said=words.known(f"console.said.{said}") if said else "",
            **shown,
        )
        return page, status

    def go(self, endpoint: str, said: str = "", **values: Any) -> ResponseReturnValue:
        """Send the browser to another page, which says what was done."""
        extra: dict[str, Any] = {SAID: said} if said else {}
        return redirect(url_for(f"console.{endpoint}", **values, **extra), code=303)

    def explain(self, refusal: Refusal) -> str:
        """Say why something was refused."""
        return say(refusal.key, self.language, **refusal.slots)
