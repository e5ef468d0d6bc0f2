"""Codes from an authenticator: TOTP, RFC 6238, with six digits each thirty seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

_STEP_SECONDS = 30
_DIGITS = 6
_SECRET_BYTES = 20
_DRIFT = (0, -1, 1)  # steps; a telephone's clock is rarely exact


def new_secret() -> str:
    """Make a secret, in the base 32 that authenticators read."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def code_at(secret: str, step: int) -> str:
    """Return the code of one step (test vector: RFC 6238, appendix B, 59 seconds).

    >>> code_at(base64.b32encode(b"12345678901234567890").decode(), 1)
    '287082'
    """
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def step_of(now: datetime) -> int:
    """Return the step that an instant lies in."""
    return int(now.timestamp()) // _STEP_SECONDS


def matching_step(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """Return the step whose code this is; None if it is none, or one used already.

    :param after: the last step that was accepted; a code serves once.
    """
    present = step_of(now)
    for drift in _DRIFT:
        step = present + drift
        if step > after and hmac.compare_digest(code_at(secret, step), code):
            return step
    return None
