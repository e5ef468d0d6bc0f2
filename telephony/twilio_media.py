"""Fetches recordings and pictures, and hands our credentials to nobody but the provider.

No address is followed that nobody named beforehand: a forged one would make us fetch for others
what only this machine can reach. The provider itself answers for a picture with the address of
its store, so that one step is allowed to hosts on a list, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from telephony.ports import DeliveryFailed, Media
from telephony.twilio_http import BoundedSession, TooLarge

LARGEST_MEDIA = 20 * 1024 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ODD = re.compile(r"[\\\s\x00-\x1f@]")  # read one way by us and another way by a client
_KINDS = frozenset({"audio", "image", "video"})
_SCRIPTS = frozenset({"image/svg+xml"})  # a picture that a browser runs as a page
_PORTS = {"http": 80, "https": 443}


class MediaDoor:
    """Fetches from the provider's own host; a store of its own is asked without our name.

    :param hosts: where the provider keeps pictures (``name`` or ``name:port``).
    """

    def __init__(
        self,
        session: BoundedSession,
        *,
        base: str,
        auth: tuple[str, str],
        hosts: Collection[str] = (),
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._session = session
        self._base = base
        self._auth = auth

    def fetch(self, url: str) -> Media:
        """Fetch one recording or picture.

        :raises DeliveryFailed: if it is not the provider's, too large, or not there (yet).
        """
        if not is_at(self._base, url):
            raise DeliveryFailed("not at the provider's address", retryable=False)
        for _ in range(_MOST_REDIRECTS + 1):
            auth = self._auth if is_at(self._base, url) else None
            answer, content = self._ask(url, auth)
            if answer.status_code not in _REDIRECTS:
                return _media(answer, content)
            url = urljoin(url, answer.headers.get("Location", ""))
            if not may_follow(self._base, url, self._hosts):
                raise DeliveryFailed("redirected to where we do not go", retryable=False)
        raise DeliveryFailed("redirected too often", retryable=False)

    def _ask(self, url: str, auth: tuple[str, str] | None) -> tuple[requests.Response, bytes]:
        try:
            return self._session.ask("GET", url, limit=LARGEST_MEDIA, auth=auth or _nobody)
        except TooLarge as error:
            raise DeliveryFailed("larger than 20 MB", retryable=False) from error
        except requests.RequestException as error:
            # Asking again for media does no harm, so its fate is never "unknown".
            raise DeliveryFailed("media not reached", retryable=True, down=True) from error


def is_at(base: str, url: str) -> bool:
    """Tell whether ``url`` has the scheme, host and port of ``base``.

    >>> is_at("https://api.example.org", "https://api.example.org/2010-04-01/Recordings/RE1")
    True
    >>> is_at("https://api.example.org", "https://api.example.org@evil.example/RE1")
    False
    """
    return not _ODD.search(url) and _origin(url) == _origin(base) is not None


def may_follow(base: str, url: str, hosts: Collection[str]) -> bool:
    """Tell whether a redirect may be followed: home, or to a host on the list and as safely.

    >>> stores = {"files.example.org"}
    >>> may_follow("https://api.example.org", "https://files.example.org/ME1", stores)
    True
    >>> may_follow("https://api.example.org", "http://files.example.org/ME1", stores)
    False
    >>> may_follow("https://api.example.org", "https://169.254.169.254/latest", stores)
    False
    """
    if is_at(base, url):
        return True
    origin = None if _ODD.search(url) else _origin(url)
    if origin is None or origin[0] not in ("https", urlsplit(base).scheme):
        return False
    scheme, host, port = origin
    return (host if port == _PORTS[scheme] else f"{host}:{port}") in hosts


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, (parts.hostname or "").lower(), port) if parts.hostname else None


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no credentials; without it a session would look into the user's netrc for some."""
    return request


def _media(answer: requests.Response, content: bytes) -> Media:
    if answer.status_code == 200:
        said = answer.headers.get("Content-Type", "application/octet-stream")
        media_type = said.partition(";")[0].strip().lower()
        if media_type in _SCRIPTS or media_type.partition("/")[0] not in _KINDS:
            raise DeliveryFailed("neither a sound nor a picture", retryable=False)
        return Media(content=content, media_type=media_type)
    # 404: a recording is announced some moments before it can be fetched.
    retryable = answer.status_code in (401, 404, 408, 425, 429) or answer.status_code >= 500
    down = answer.status_code in (401, 429) or answer.status_code >= 500
    raise DeliveryFailed(f"media: {answer.status_code}", retryable=retryable, down=down)
