"""Posts the desk's webhooks to the service, signed as a provider signs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urldefrag

import requests
import structlog
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from telephony.desk.document import CannotPlay, read_messages
from telephony.desk.fields import new_sid
from telephony.desk.tables import DeskPostRow, DeskTextRow
from telephony.ports import WebhookReader

_log = structlog.get_logger(__name__)
_LEASE = timedelta(seconds=45)  # three times the time-out of a post
_DELAYS = (2, 10, 30, 60, 60)  # seconds until each further try; then it is lost


@dataclass(frozen=True)
class Answered:
    """What the service answered to a webhook."""

    status: int
    body: str


class Post(Protocol):
    """Carries one webhook to the service."""

    def __call__(self, url: str, fields: Mapping[str, str], signature: str) -> Answered:
        """Post ``fields`` as a form with the header X-Twilio-Signature.

        :raises OSError: if no answer came.
        """
        ...


def post_over_http(url: str, fields: Mapping[str, str], signature: str) -> Answered:
    """Post over HTTP, within a provider's time-outs."""
    answer = requests.post(
        url,
        data=dict(fields),
        headers={"X-Twilio-Signature": signature, "User-Agent": "LinliDesk"},
        timeout=(5, 15),
        allow_redirects=False,
    )
    answer.encoding = "utf-8"
    return Answered(answer.status_code, answer.text)


class Postman:
    """Posts what is asked, and what was written down as owed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        real_clock: Clock,
        webhooks: WebhookReader,
        post: Post,
    ) -> None:
        self._database = database
        self._clock = clock
        self._real_clock = real_clock
        self._webhooks = webhooks
        self._post = post

    def ask(self, url: str, fields: Mapping[str, str]) -> Answered:
        """Post one webhook now; an answer that did not come has status 0."""
        address = urldefrag(url).url  # what follows # are the provider's own settings of retries
        try:
            return self._post(address, fields, self._webhooks.sign(address, fields))
        except OSError as error:
            _log.warning("desk.no_answer", door=address.partition("?")[0], reason=str(error))
            return Answered(0, "")

    def deliver(self, limit: int = 100) -> int:
        """Post what is owed and due; returns how many webhooks were posted."""
        return sum(self.deliver_one(post_id) for post_id in self._due(limit))

    def deliver_one(self, post_id: int) -> bool:
        """Post one owed webhook, unless another process has it."""
        with self._database.transaction() as session:
            post = self._claim(session, post_id)
        if post is None:
            return False
        answered = self.ask(post.url, post.fields)
        now = self._clock.now()
        with self._database.transaction() as session:
            kept = session.get(DeskPostRow, post_id)
            if kept is not None:
                self._settle(session, kept, answered, now)
        return True

    def _due(self, limit: int) -> list[int]:
        asked = (
            select(DeskPostRow.id)
            .where(_is_due(self._real_clock.now()))
            .order_by(DeskPostRow.id)
            .limit(limit)
        )
        with self._database.reading() as session:
            return list(session.scalars(asked))

    def _claim(self, session: Session, post_id: int) -> DeskPostRow | None:
        real_now = self._real_clock.now()
        claimed = session.execute(
            update(DeskPostRow)
            .where(DeskPostRow.id == post_id, _is_due(real_now))
            .values(state="posting", due_at=real_now + _LEASE, tries=DeskPostRow.tries + 1)
            .returning(DeskPostRow.id)
        ).first()
        return session.get(DeskPostRow, post_id) if claimed else None

    def _settle(
        self, session: Session, post: DeskPostRow, answered: Answered, now: datetime
    ) -> None:
        taken = 200 <= answered.status < 300
        refused = 400 <= answered.status < 500
        post.reason = "" if taken else str(answered.status)
        if taken:
            post.state = "done"
        elif refused or post.tries > len(_DELAYS):
            post.state = "lost"
        else:
            delay = timedelta(seconds=_DELAYS[post.tries - 1])
            post.state, post.due_at = "waiting", self._real_clock.now() + delay
        text = session.get(DeskTextRow, post.text_id) if post.text_id else None
        if text is not None:
            _settle_text(session, text, post, answered, now)


def _is_due(real_now: datetime) -> ColumnElement[bool]:
    # One that is still being posted when its lease ran out was left by a process that died.
    open_states = DeskPostRow.state.in_(("waiting", "posting"))
    return and_(open_states, DeskPostRow.due_at <= real_now)


def _settle_text(
    session: Session, text: DeskTextRow, post: DeskPostRow, answered: Answered, now: datetime
) -> None:
    if post.state == "done":
        text.status = "received"
        session.add_all(_replies(text, answered, now))
    elif post.state == "lost":
        text.status = "lost"


def _replies(text: DeskTextRow, answered: Answered, now: datetime) -> list[DeskTextRow]:
    try:
        messages = read_messages(answered.body)
    except CannotPlay as error:
        _log.error("desk.cannot_read_reply", reason=str(error))
        return []
    return [
        DeskTextRow(
            sid=new_sid("SM"),
            phone=text.phone,
            number=text.number,
            direction="to_phone",
            words=words,
            pictures=[],
            status="delivered",
            at=now,
        )
        for words in messages
        if words
    ]
