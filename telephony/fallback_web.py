"""The doors that stay open when the database is gone; signed, since the file names phones."""

from __future__ import annotations

from flask import Blueprint, Response, request

from telephony.fallback import Fallbacks
from telephony.ports import WebhookReader
from telephony.signed import signed


def make_blueprint(fallbacks: Fallbacks, webhooks: WebhookReader, public_url: str) -> Blueprint:
    """Build the doors under /ivr/fallback."""
    blueprint = Blueprint("fallback", __name__, url_prefix="/ivr/fallback")
    lock = signed(webhooks, public_url)

    @blueprint.post("")
    @lock
    def call() -> Response:
        return _document(fallbacks.document(request.form.get("To", "")))

    @blueprint.post("/whisper")
    @lock
    def whisper() -> Response:
        return _document(fallbacks.whisper())

    @blueprint.post("/taken")
    @lock
    def taken() -> Response:
        return _document(fallbacks.taken(request.form.get("Digits", "")))

    @blueprint.post("/end")
    @lock
    def end() -> Response:
        return _document(fallbacks.end())

    return blueprint


def _document(twiml: str) -> Response:
    return Response(twiml, mimetype="text/xml")
