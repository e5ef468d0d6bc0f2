"""How we speak to the provider over HTTP: with time limits, and without writing bodies to a log."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.timeout import Timeout

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LARGEST_ANSWER = 4 * 1024 * 1024
_PIECE = 64 * 1024


class TooLarge(Exception):
    """An answer is longer than we take."""


class BoundedSession(requests.Session):
    """A session that never waits longer than 15 s for an answer, follows no redirect by itself."""

    def __init__(self, base: str, *, total_seconds: float = TOTAL_SECONDS) -> None:
        super().__init__()
        self._total_seconds = total_seconds
        self.trust_env = urlsplit(base).hostname not in _LOOPBACK  # a proxy never reaches those
        self.headers["Accept-Encoding"] = "identity"  # lets a limit count what is really sent
        self.mount("http://", HTTPAdapter(max_retries=0))
        self.mount("https://", HTTPAdapter(max_retries=0))

    def ask(
        self, method: str, url: str, *, limit: int, **how: Any
    ) -> tuple[requests.Response, bytes]:
        """Ask, and read the whole answer within the time.

        :raises requests.RequestException: if it fails or lasts too long.
        :raises TooLarge: if the answer is longer than ``limit`` bytes.
        """
        ends = time.monotonic() + self._total_seconds
        timeout: Any = Timeout(
            connect=min(CONNECT_SECONDS, self._total_seconds), total=self._total_seconds
        )
        with self.request(
            method, url, timeout=timeout, stream=True, allow_redirects=False, **how
        ) as answer:
            return answer, _read(answer, limit=limit, ends=ends)


class QuietHttpClient(HttpClient):  # type: ignore[misc] # the SDK has no types
    """What the SDK sends with; its own client has no time limit and logs addresses and numbers."""

    def __init__(self, session: BoundedSession) -> None:
        super().__init__(logger=None, is_async=False, timeout=TOTAL_SECONDS)
        self._session = session

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours holds for every request
        allow_redirects: bool = False,  # noqa: ARG002 - never with our credentials
    ) -> Response:
        """Send one request of the SDK."""
        answer, content = self._session.ask(
            method,
            url,
            limit=_LARGEST_ANSWER,
            params=params,
            data=data,
            headers=headers,
            auth=auth,
        )
        return Response(answer.status_code, content.decode("utf-8", "replace"), answer.headers)


def _read(answer: requests.Response, *, limit: int, ends: float) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise requests.exceptions.ContentDecodingError("we asked for plain content")
    content = bytearray()
    try:
        # read1 gives what one look at the socket gives; read would wait for a whole piece, and
        # the time-out of a socket starts anew with every byte: a trickle would never end.
        while piece := answer.raw.read1(_PIECE, decode_content=False):
            content += piece
            if len(content) > limit:
                raise TooLarge
            if time.monotonic() > ends:
                raise requests.ReadTimeout("the answer takes too long")
    except ReadTimeoutError as error:
        raise requests.ReadTimeout("the answer stopped") from error
    except HTTPError as error:
        raise requests.ConnectionError("the answer broke off") from error
    return bytes(content)
