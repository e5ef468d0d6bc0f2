"""The doors for texts: signed, each webhook obeyed once, nothing lost if the database is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Blueprint, Response, request

from core.db import AWAY
from sms.answering import TextIn
from sms.fields import read_digits, read_text
from sms.keywords import parse
from sms.taking import TextTaker
from telephony.fallback_texts import FallbackTexts
from telephony.ports import WebhookReader
from telephony.signed import signed
from telephony.spool import Spool, Unstored
from telephony.twiml import message

INBOUND, STATUS = "sms.inbound", "sms.status"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TextsKept:
    """What is done with a text that cannot be stored: it waits in a file, and is answered."""

    spool: Spool
    words: FallbackTexts


def make_blueprint(
    *, taker: TextTaker, kept: TextsKept, webhooks: WebhookReader, public_url: str
) -> Blueprint:
    """Make POST /sms/inbound and POST /sms/status."""
    blueprint = Blueprint("sms", __name__)

    @blueprint.post("/sms/inbound")
    @signed(webhooks, public_url)
    def inbound() -> Response:
        text_in = read_text(request.form)
        if text_in is None:
            return _unreadable(INBOUND)
        for answer in (taker.answer, taker.answer_plainly):
            try:
                return _document(answer(text_in))
            except AWAY as error:
                _log.error("webhook.not_stored", door=INBOUND, error=type(error).__name__)
                break
            except Exception as error:
                name = type(error).__name__
                _log.error("webhook.fault", door=INBOUND, error=name, exc_info=True)
        return _put_aside(INBOUND, taker, kept, lambda: _answer_while_away(kept, text_in))

    @blueprint.post("/sms/status")
    @signed(webhooks, public_url)
    def status() -> Response:
        row_id = read_digits(request.args.get("row", ""))
        attempt = read_digits(request.args.get("attempt", ""))
        if row_id is None or attempt is None:
            return _unreadable(STATUS)
        try:
            return _document(taker.settle_status(row_id, attempt, request.form))
        except Exception as error:
            _log.error("webhook.not_stored", door=STATUS, error=type(error).__name__)
            return _put_aside(STATUS, taker, kept, lambda: message(None))

    return blueprint


def take_late(taker: TextTaker, webhook: Unstored) -> None:
    """Take in a webhook of one of these doors that was put aside."""
    if webhook.door == STATUS:
        row_id, attempt = (read_digits(webhook.asked.get(name, "")) for name in ("row", "attempt"))
        if row_id is not None and attempt is not None:
            taker.settle_status(row_id, attempt, webhook.fields)
        return
    text_in = read_text(webhook.fields)
    if text_in is not None:
        taker.take_late(text_in, at=webhook.at)


def _put_aside(door: str, taker: TextTaker, kept: TextsKept, answer: Callable[[], str]) -> Response:
    webhook = Unstored(door, request.form.to_dict(), request.args.to_dict(), taker.clock.now())
    return _document(answer()) if kept.spool.keep(webhook) else _busy()


def _answer_while_away(kept: TextsKept, text_in: TextIn) -> str:
    try:
        cry = parse(text_in.words).emergency is not None
        return message(kept.words.words(text_in.to, cry=cry))
    except Exception as error:  # it is kept: an answer is not worth losing that
        _log.error("webhook.fault", door=INBOUND, error=type(error).__name__, exc_info=True)
        return message(None)


def _document(body: str) -> Response:
    return Response(body, mimetype="text/xml")


def _unreadable(door: str) -> Response:
    _log.warning("webhook.unreadable", door=door)
    return Response("a field is missing\n", status=400, mimetype="text/plain")


def _busy() -> Response:
    """Ask the provider to come again: it repeats a webhook that was answered with 503."""
    return Response("try again\n", status=503, mimetype="text/plain")
