"""The doors of calls: check, de-duplicate, read, act, answer."""

from __future__ import annotations

import functools

from flask import Blueprint, Response

from core.db import Database
from ivr.entrance import HEARD, TOLD, Entrance
from telephony.ports import WebhookReader
from telephony.signed import signed
from telephony.speech.store import Speaker


def make_blueprint(
    *,
    entrance: Entrance,
    database: Database,
    webhooks: WebhookReader,
    speaker: Speaker,
    public_url: str,
) -> Blueprint:
    """Build the doors under /ivr."""
    blueprint = Blueprint("ivr", __name__, url_prefix="/ivr")
    lock = signed(webhooks, public_url)
    for name in HEARD:
        view = lock(functools.partial(entrance.heard, name))
        blueprint.add_url_rule(f"/{name}", name, view, methods=["POST"])
    for name in TOLD:
        view = lock(functools.partial(entrance.told, name))
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
