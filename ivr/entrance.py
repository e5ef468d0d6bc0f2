"""One transaction for each webhook of a call, and an answer for whoever is on the line."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Response, request
from sqlalchemy.orm import Session

from core.db import AWAY, Database
from core.inbound.operations import store_answer, take_key
from ivr import doors
from ivr.doors import Doors, UnknownCall, Webhook
from telephony import twiml
from telephony.spool import Spool, Unstored

_log = structlog.get_logger(__name__)
_LONG_SECONDS = 2.0

Door = Callable[[Doors, Session, Webhook], str]
Fallback = Callable[[str], str]  # the number that was rung → what its caller hears

# Doors at which somebody is on the line: they hear an answer, whatever happens to us.
HEARD: dict[str, Door] = {
    "inbound": doors.inbound,
    "turn": doors.turn,
    "recorded": doors.recorded,
    "dialled": doors.dialled,
    "duty": doors.duty,
    "answered": doors.answered,
}
# Doors at which the provider only reports.
TOLD: dict[str, Door] = {
    "recording": doors.recording,
    "machine": doors.machine,
    "status": doors.status,
}
_PREFIX = "ivr."


@dataclass(frozen=True)
class Entrance:
    """What stands between a genuine webhook and its door."""

    database: Database
    doors: Doors
    fallback: Fallback
    spool: Spool

    def heard(self, name: str) -> Response:
        """Answer somebody on the line; they hear an answer, whatever happens to us."""
        webhook, began = _webhook(), time.monotonic()
        try:
            return _document(self._answer(name, webhook))
        except Exception as error:
            _log.exception("call.failed", door=name, error=type(error).__name__)
            # to wait for a locked database once more would outlast the provider's patience
            has_waited = isinstance(error, AWAY) and time.monotonic() - began > _LONG_SECONDS
            if has_waited:
                return _document(self._without(name, webhook))
            return _document(self._apologise(name, webhook))

    def told(self, name: str) -> Response:
        """Take a report; one that cannot be kept at all is asked for again."""
        webhook = _webhook()
        try:
            return _document(self._answer(name, webhook))
        except Exception as error:
            _log.exception("call.report_failed", door=name, error=type(error).__name__)
            if not isinstance(error, UnknownCall) and self._keep(name, webhook):
                return _document(twiml.empty())
            return Response("later\n", status=503, mimetype="text/plain")

    def take_late(self, webhook: Unstored) -> None:
        """Take in a webhook that was put aside; whoever was on the line then heard the fallback."""
        try:
            name = webhook.door.removeprefix(_PREFIX)
            self._answer(name, Webhook(fields=webhook.fields, asked=webhook.asked))
        except UnknownCall:
            _log.warning("call.late_unknown", door=webhook.door)  # no call, so nothing to keep

    def _answer(self, name: str, webhook: Webhook) -> str:
        key = webhook.key(name)
        door = HEARD.get(name) or TOLD[name]
        with self.database.transaction() as session:
            earlier = take_key(session, key, self.doors.clock.now())
            if earlier is not None:
                return earlier
            document = door(self.doors, session, webhook)
            store_answer(session, key, document)
        return document

    def _apologise(self, name: str, webhook: Webhook) -> str:
        try:
            with self.database.transaction() as session:
                return doors.apologise(self.doors, session, webhook)
        except Exception as error:
            _log.error("call.fallback", error=type(error).__name__)
            return self._without(name, webhook)

    def _without(self, name: str, webhook: Webhook) -> str:
        """Answer without the database; whoever was rung and pressed 1 is connected all the same."""
        self._keep(name, webhook)
        if "staff" in webhook.asked:
            return twiml.bridge() if webhook.digit == "1" else twiml.hang_up()
        return self.fallback(webhook.fields.get("To", ""))

    def _keep(self, name: str, webhook: Webhook) -> bool:
        at = self.doors.clock.now()
        return self.spool.keep(Unstored(_PREFIX + name, webhook.fields, webhook.asked, at))


def _webhook() -> Webhook:
    return Webhook(fields=request.form.to_dict(), asked=request.args.to_dict())


def _document(document: str) -> Response:
    return Response(document or twiml.empty(), mimetype="text/xml")
