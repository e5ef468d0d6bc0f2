"""Signatures of webhooks: what a provider signs with our token, told from a forgery."""

from __future__ import annotations

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


class TokenSignatures:
    """Signs and checks webhooks with one token, as Twilio's API defines it.

    :raises ValueError: for a blank token, since an empty one makes every forgery genuine.
    """

    def __init__(self, auth_token: str) -> None:
        if not auth_token.strip():
            raise ValueError("webhooks cannot be checked with a blank token")
        self._validator = RequestValidator(auth_token)

    def is_genuine(self, url: str, fields: Mapping[str, str], signature: str | None) -> bool:
        """Tell whether ``signature`` is ours for this address and these fields; never raises."""
        if not signature or not signature.isascii():
            return False
        try:
            return bool(self._validator.validate(url, fields, signature))
        except (ValueError, TypeError, AttributeError):
            # An address with an impossible port, a lone surrogate: nobody genuine sends these.
            return False

    def sign(self, url: str, fields: Mapping[str, str]) -> str:
        """Return the signature that a genuine webhook to ``url`` carries."""
        return str(self._validator.compute_signature(url, fields))
