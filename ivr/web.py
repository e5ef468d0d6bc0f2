"""The doors of calls: check, de-duplicate, read, act, answer."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import AWAY, Database
from core.inbound.operations import store_answer, take_key
from ivr import doors
from ivr.doors import Doors, Webhook
from ivr.rendering import Renderer
from telephony import twiml
from telephony.ports import WebhookReader
from telephony.signed import signed
from telephony.speech.store import Speaker

_log = structlog.get_logger(__name__)
_LONG_SECONDS = 2.0

Door = Callable[[Doors, Session, Webhook], str]
Fallback = Callable[[str], str]  # the number that was rung → what its caller hears

# Doors at which somebody is on the line: they hear an answer, whatever happens to us.
_HEARD: dict[str, Door] = {
    "inbound": doors.inbound,
    "turn": doors.turn,
    "recorded": doors.recorded,
    "dialled": doors.dialled,
    "duty": doors.duty,
    "answered": doors.answered,
}
# Doors at which the provider only reports: it is told to come again.
_TOLD: dict[str, Door] = {
    "recording": doors.recording,
    "machine": doors.machine,
    "status": doors.status,
}


def make_blueprint(
    *,
    database: Database,
    clock: Clock,
    real_clock: Clock,
    webhooks: WebhookReader,
    speaker: Speaker,
    public_url: str,
    fallback: Fallback,
) -> Blueprint:
    """Build the doors under /ivr; ``fallback`` answers a call when nothing else can."""
    del real_clock  # every door lives by the community's clock
    blueprint = Blueprint("ivr", __name__, url_prefix="/ivr")
    lock = signed(webhooks, public_url)
    entrance = _Entrance(database, Doors(Renderer(speaker, public_url), clock), fallback)
    for name, door in _HEARD.items():
        view = lock(functools.partial(entrance.heard, name, door))
        blueprint.add_url_rule(f"/{name}", name, view, methods=["POST"])
    for name, door in _TOLD.items():
        view = lock(functools.partial(entrance.told, name, door))
        blueprint.add_url_rule(f"/{name}", name, view, methods=["POST"])

    @blueprint.get("/audio/<name>.wav")
    def audio(name: str) -> Response:
        sound = speaker.audio(database, name)
        if sound is None:
            return Response(status=404)
        kept = Response(sound.content, mimetype=sound.media_type)
        kept.headers["Cache-Control"] = "private, max-age=86400"
        return kept

    return blueprint


@dataclass(frozen=True)
class _Entrance:
    """One transaction for each webhook, and an answer for whoever is on the line."""

    database: Database
    doors: Doors
    fallback: Fallback

    def heard(self, name: str, door: Door) -> Response:
        """Answer somebody on the line; they hear an answer, whatever happens to us."""
        webhook, began = _webhook(), time.monotonic()
        try:
            return _document(self._answer(name, door, webhook))
        except Exception as error:
            _log.exception("call.failed", door=name, error=type(error).__name__)
            # to wait for a locked database once more would outlast the provider's patience
            has_waited = isinstance(error, AWAY) and time.monotonic() - began > _LONG_SECONDS
            return _document(self._without(webhook) if has_waited else self._apologise(webhook))

    def told(self, name: str, door: Door) -> Response:
        """Take a report; one that cannot be kept is asked for again."""
        try:
            return _document(self._answer(name, door, _webhook()))
        except Exception as error:
            _log.exception("call.report_failed", door=name, error=type(error).__name__)
            return Response("later\n", status=503, mimetype="text/plain")

    def _answer(self, name: str, door: Door, webhook: Webhook) -> str:
        key = webhook.key(name)
        with self.database.transaction() as session:
            earlier = take_key(session, key, self.doors.clock.now())
            if earlier is not None:
                return earlier
            document = door(self.doors, session, webhook)
            store_answer(session, key, document)
        return document

    def _apologise(self, webhook: Webhook) -> str:
        try:
            with self.database.transaction() as session:
                return doors.apologise(self.doors, session, webhook)
        except Exception as error:
            _log.error("call.fallback", error=type(error).__name__)
            return self._without(webhook)

    def _without(self, webhook: Webhook) -> str:
        """Answer without the database; whoever was rung and pressed 1 is connected all the same."""
        if "staff" in webhook.asked:
            return twiml.bridge() if webhook.digit == "1" else twiml.hang_up()
        return self.fallback(webhook.fields.get("To", ""))


def _webhook() -> Webhook:
    return Webhook(fields=request.form.to_dict(), asked=request.args.to_dict())


def _document(document: str) -> Response:
    return Response(document or twiml.empty(), mimetype="text/xml")
