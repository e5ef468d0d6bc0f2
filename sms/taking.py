"""Takes a text in, once under its id: as its webhook comes, or later, when that is long over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from core.callbacks.undelivered import report_undelivered
from core.clock import Clock
from core.communities.queries import community_reached
from core.db import AWAY, Database
from core.inbound.operations import store_answer, take_key
from core.outbox.operations import enqueue_text, record_status
from core.outbox.rules import OutboxState
from core.phones import read_number
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as suggest_by_lexicon
from sms.answering import TextIn, answer_text, keep_unread
from sms.fields import sid_of
from telephony.twiml import message

_log = structlog.get_logger(__name__)

Answering = Callable[[Session, TextIn, datetime], str | None]


@dataclass(frozen=True)
class TextTaker:
    """Each text in one transaction, under the provider's id: a repeat is answered, not obeyed."""

    database: Database
    clock: Clock
    real_clock: Clock
    suggest: Callable[[str], Suggestion] = suggest_by_lexicon

    def answer(self, text_in: TextIn) -> str:
        """Obey a text; return the document that answers its webhook."""
        return self._once(text_in, self._obey)

    def answer_plainly(self, text_in: TextIn) -> str:
        """Make a case of the plain words of a text that a fault of ours could not answer."""
        return self._once(text_in, self._keep_unread)

    def take_late(self, text_in: TextIn, *, at: datetime) -> None:
        """Take in a text of which nobody waits for an answer; ours goes out as a text of its own.

        ``at``: when it came, since days are counted from then.
        """
        at = min(at, self.clock.now())
        try:
            self._once_late(text_in, self._obey, at)
        except AWAY:
            raise
        except Exception as error:
            _log.error("sms.late_fault", error=type(error).__name__, exc_info=True)
            self._once_late(text_in, self._keep_unread, at)

    def settle_status(self, row_id: int, attempt: int, fields: Mapping[str, str]) -> str:
        """Take a report of what became of a text of ours."""
        with self.database.transaction() as session:
            reason, now = fields.get("ErrorCode", ""), self.clock.now()
            row = record_status(
                session,
                row_id=row_id,
                attempt=attempt,
                provider_id=sid_of(fields),
                status=fields.get("MessageStatus") or fields.get("SmsStatus", ""),
                reason=reason,
                now=now,
            )
            if row is not None and row.state == OutboxState.FAILED:
                report_undelivered(session, row, reason=reason, now=now)
        return message(None)

    def _once(self, text_in: TextIn, answering: Answering) -> str:
        with self.database.transaction() as session:
            given = take_key(session, _key(text_in), self.clock.now())
            if given is not None:
                return given
            body = message(answering(session, text_in, self.clock.now()))
            store_answer(session, _key(text_in), body)
        return body

    def _once_late(self, text_in: TextIn, answering: Answering, at: datetime) -> None:
        with self.database.transaction() as session:
            if take_key(session, _key(text_in), self.clock.now()) is not None:
                return
            words = answering(session, text_in, at)
            # silence for a webhook that comes all the same: the answer goes out once
            store_answer(session, _key(text_in), message(None))
            if words:
                _reply_later(session, text_in, words, self.clock.now())

    def _obey(self, session: Session, text_in: TextIn, at: datetime) -> str | None:
        real_now = self.real_clock.now()
        return answer_text(session, text_in, now=at, real_now=real_now, suggest=self.suggest)

    def _keep_unread(self, session: Session, text_in: TextIn, at: datetime) -> str | None:
        return keep_unread(session, text_in, now=at, real_now=self.real_clock.now())


def _key(text_in: TextIn) -> str:
    return f"sms:{text_in.text_id}"


def _reply_later(session: Session, text_in: TextIn, words: str, now: datetime) -> None:
    community = community_reached(session, read_number(text_in.to) or text_in.to)
    phone = read_number(text_in.sender)
    if community is None or phone is None:
        return
    enqueue_text(
        session,
        community_id=community.id,
        to=phone,
        words=words,
        purpose="reply",
        key=f"late:{text_in.text_id}",
        now=now,
    )
