"""Who may use the desk: the browser of this machine, and no page but the desk's own."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Request, Response, request
from flask.typing import ResponseReturnValue

_View = ParamSpec("_View")
# A proxy on this machine would make every caller look local; these headers give it away.
_PROXIED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
_OWN_HEADER = "X-Linli-Desk"  # a page of another origin cannot send it without our leave
_OWN_SITES = ("same-origin", "none", None)


def for_the_desk(
    is_allowed: Callable[[], bool],
) -> Callable[[Callable[_View, ResponseReturnValue]], Callable[_View, ResponseReturnValue]]:
    """Let only this machine's browser through, and only while ``is_allowed`` (a demo)."""

    def guard(view: Callable[_View, ResponseReturnValue]) -> Callable[_View, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: _View.args, **kwargs: _View.kwargs) -> ResponseReturnValue:
            if not (_is_local(request) and _is_own(request) and is_allowed()):
                return Response(
                    "The desk is for a demo community, on this machine only.\n",
                    status=403,
                    mimetype="text/plain",
                )
            return view(*args, **kwargs)

        guarded.is_desk = True  # type: ignore[attr-defined]  # read by the test on routes
        return guarded

    return guard


def _is_local(asked: Request) -> bool:
    if any(header in asked.headers for header in _PROXIED):
        return False
    # The name in the address counts too: another site's name could be pointed at this machine.
    return _is_loopback(asked.remote_addr) and _is_loopback(urlsplit(f"//{asked.host}").hostname)


def _is_own(asked: Request) -> bool:
    if asked.method == "GET":
        return True
    origin = asked.headers.get("Origin")
    return (
        asked.is_json
        and _OWN_HEADER in asked.headers
        and asked.headers.get("Sec-Fetch-Site") in _OWN_SITES
        and (origin is None or urlsplit(origin).netloc == asked.host)
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
