"""The doors for texts: signed, each webhook obeyed once, nothing lost if the database is gone."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.callbacks.undelivered import report_undelivered
from core.clock import Clock
from core.db import Database
from core.inbound.operations import store_answer, take_key
from core.outbox.operations import record_status
from core.outbox.rules import OutboxState
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as suggest_by_lexicon
from sms.answering import TextIn, answer_text, keep_unread
from telephony.ports import WebhookReader
from telephony.signed import signed
from telephony.twiml import message

Suggests = Callable[[str], Suggestion]

_MOST_MEDIA = 10
_FAILED = ("failed", "undelivered")
_log = structlog.get_logger(__name__)


def make_blueprint(
    *,
    database: Database,
    clock: Clock,
    real_clock: Clock,
    webhooks: WebhookReader,
    public_url: str,
    suggest: Suggests = suggest_by_lexicon,
) -> Blueprint:
    """Make POST /sms/inbound and POST /sms/status; ``suggest`` reads what a text is about."""
    blueprint = Blueprint("sms", __name__)

    @blueprint.post("/sms/inbound")
    @signed(webhooks, public_url)
    def inbound() -> Response:
        text_in = _read_text()
        if text_in is None:
            return _unreadable("sms.inbound")

        def answer(session: Session) -> str:
            return _answer_once(session, text_in, clock, real_clock, suggest)

        return _stored(database, "sms.inbound", answer) or _kept(
            database, text_in, clock, real_clock
        )

    @blueprint.post("/sms/status")
    @signed(webhooks, public_url)
    def status() -> Response:
        row_id, attempt = _number("row"), _number("attempt")
        if row_id is None or attempt is None:
            return _unreadable("sms.status")

        def settle(session: Session) -> str:
            return _settle_status(session, row_id, attempt, clock)

        return _stored(database, "sms.status", settle) or _busy()

    return blueprint


def _stored(database: Database, door: str, work: Callable[[Session], str]) -> Response | None:
    """Do the work in one transaction; None after a fault of ours, 503 if it cannot be stored."""
    try:
        with database.transaction() as session:
            body = work(session)
    except SQLAlchemyError as error:
        _log.error("webhook.not_stored", door=door, error=type(error).__name__)
        return _busy()
    except Exception as error:
        _log.error("webhook.fault", door=door, error=type(error).__name__, exc_info=True)
        return None
    return Response(body, mimetype="text/xml")


def _kept(database: Database, text_in: TextIn, clock: Clock, real_clock: Clock) -> Response:
    """Keep a text that a fault of ours could not answer: its plain words become a case."""

    def keep(session: Session) -> str:
        return _once(
            session,
            text_in,
            clock,
            lambda: keep_unread(session, text_in, now=clock.now(), real_now=real_clock.now()),
        )

    return _stored(database, "sms.inbound", keep) or _busy()


def _answer_once(
    session: Session, text_in: TextIn, clock: Clock, real_clock: Clock, suggest: Suggests
) -> str:
    return _once(
        session,
        text_in,
        clock,
        lambda: answer_text(
            session, text_in, now=clock.now(), real_now=real_clock.now(), suggest=suggest
        ),
    )


def _once(session: Session, text_in: TextIn, clock: Clock, answer: Callable[[], str | None]) -> str:
    key = f"sms:{text_in.text_id}"
    given = take_key(session, key, clock.now())
    if given is not None:
        return given
    body = message(answer())
    store_answer(session, key, body)
    return body


def _settle_status(session: Session, row_id: int, attempt: int, clock: Clock) -> str:
    reason = request.form.get("ErrorCode", "")
    row = record_status(
        session,
        row_id=row_id,
        attempt=attempt,
        provider_id=_sid(),
        status=request.form.get("MessageStatus") or request.form.get("SmsStatus", ""),
        reason=reason,
        now=clock.now(),
    )
    if row is not None and row.state == OutboxState.FAILED:
        report_undelivered(session, row, reason=reason, now=clock.now())
    return message(None)


def _read_text() -> TextIn | None:
    """Read the fields of an inbound text; None if it does not say which text it is."""
    if not _sid():
        return None
    count = _digits(request.form.get("NumMedia", "0")) or 0
    media = (request.form.get(f"MediaUrl{n}", "") for n in range(min(count, _MOST_MEDIA)))
    return TextIn(
        text_id=_sid(),
        sender=request.form.get("From", ""),
        to=request.form.get("To", ""),
        words=request.form.get("Body", ""),
        media=tuple(url for url in media if url),
    )


def _sid() -> str:
    return request.form.get("MessageSid") or request.form.get("SmsSid", "")


def _number(name: str) -> int | None:
    return _digits(request.args.get(name, ""))


def _digits(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else None


def _unreadable(door: str) -> Response:
    _log.warning("webhook.unreadable", door=door)
    return Response("a field is missing\n", status=400, mimetype="text/plain")


def _busy() -> Response:
    """Ask the provider to come again: it repeats a webhook that was answered with 503."""
    return Response("try again\n", status=503, mimetype="text/plain", headers={"Retry-After": "5"})
