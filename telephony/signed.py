"""The lock on every webhook door: forged, unsigned or unreadable gets 403, never 500."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec
from urllib.parse import urlsplit

import structlog
from flask import Request, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from telephony.ports import WebhookReader
from telephony.refusals import note_refusal

_FORM = "application/x-www-form-urlencoded"
_HEADER = "X-Twilio-Signature"
_SETTINGS = "X-Twilio-Webhooks-Signature-Settings"  # a shared key's id and algorithm
_View = ParamSpec("_View")
_log = structlog.get_logger(__name__)


def signed(
    webhooks: WebhookReader, public_url: str
) -> Callable[[Callable[_View, ResponseReturnValue]], Callable[_View, ResponseReturnValue]]:
    """Let only genuine webhooks through to the decorated view.

    ``public_url`` is the address under which the provider reaches us, path prefix included.
    """

    def guard(
        view: Callable[_View, ResponseReturnValue],
    ) -> Callable[_View, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: _View.args, **kwargs: _View.kwargs) -> ResponseReturnValue:
            reason = _refused(webhooks, public_url)
            if reason:
                _log.warning("webhook.refused", door=request.path, reason=reason)
                note_refusal("webhook", reason)
                return Response("forbidden\n", status=403, mimetype="text/plain")
            return view(*args, **kwargs)

        guarded.is_signed = True  # type: ignore[attr-defined] # read by the test on routes
        return guarded

    return guard


def _refused(webhooks: WebhookReader, public_url: str) -> str:
    """Say why a webhook is not let in; nothing if it is genuine."""
    if request.method == "POST" and not _is_form(request):
        return "no form"  # a JSON body is not covered by the signature over the form's fields
    signature = request.headers.get(_HEADER)
    if not signature:
        return "unsigned"
    try:
        fields = request.form if request.method == "POST" else {}
    except RequestEntityTooLarge:
        return "too large"
    url, settings = signed_url(public_url, raw_target(request)), request.headers.get(_SETTINGS, "")
    if webhooks.is_genuine(url, fields, signature, settings=settings):
        return ""
    return "forged by shared key" if settings else "forged"


def _is_form(asked: Request) -> bool:
    return asked.mimetype == _FORM or (not asked.mimetype and not asked.content_length)


def raw_target(asked: Request) -> str:
    """Return path and query as they came over the wire.

    ``request.url`` would be decoded and encoded again: %2F, %3A and Chinese in a query come out
    otherwise than the provider signed them.
    """
    raw = str(asked.environ.get("RAW_URI") or asked.environ.get("REQUEST_URI") or "")
    if raw.startswith(("http://", "https://")):
        parts = urlsplit(raw)
        raw = parts._replace(scheme="", netloc="").geturl() or "/"
    if raw:
        return raw
    query = asked.query_string.decode("latin-1")
    return asked.script_root + asked.path + (f"?{query}" if query else "")


def signed_url(public_url: str, target: str) -> str:
    """Put the public address before the raw path, once, also where it has a path of its own.

    >>> signed_url("https://line.example/linli/", "/sms/inbound")
    'https://line.example/linli/sms/inbound'
    >>> signed_url("https://line.example/linli", "/linli/sms/inbound")
    'https://line.example/linli/sms/inbound'
    """
    base = public_url.rstrip("/")
    prefix = urlsplit(base).path
    if prefix and (target == prefix or target.startswith((prefix + "/", prefix + "?"))):
        target = target.removeprefix(prefix)
    return base + target
