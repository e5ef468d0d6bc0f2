"""Signatures of webhooks: what a provider signs with our token or key, told from a forgery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

_ALGORITHMS = frozenset({HMAC_SHA1, HMAC_SHA256})


@dataclass(frozen=True)
class SigningKeys:
    """What webhooks may be signed with, while one thing takes over from another.

    :param tokens: account tokens; the first is ours, the others are still or already believed.
    :param shared: the provider's shared keys, by id. A webhook names the one it was signed with
        in ``X-Twilio-Webhooks-Signature-Settings`` (Twilio, "Sign webhooks with shared keys").
    """

    tokens: Sequence[str]
    shared: Mapping[str, str] = field(default_factory=dict)


class TokenSignatures:
    """Signs and checks webhooks as Twilio's API defines it.

    :raises ValueError: for a blank token, since an empty one makes every forgery genuine.
    """

    def __init__(self, keys: str | SigningKeys) -> None:
        given = SigningKeys((keys,)) if isinstance(keys, str) else keys
        if not given.tokens or not all(
            key.strip() for key in (*given.tokens, *given.shared.values())
        ):
            raise ValueError("webhooks cannot be checked with a blank token")
        self._by_token = tuple(RequestValidator(token) for token in given.tokens)
        self._shared = {name: RequestValidator(secret) for name, secret in given.shared.items()}

    def is_genuine(
        self, url: str, fields: Mapping[str, str], signature: str | None, *, settings: str = ""
    ) -> bool:
        """Tell whether ``signature`` is ours for this address and these fields; never raises.

        :param settings: how it says it was signed; empty is the account's token.
        """
        if not signature or not signature.isascii():
            return False
        algorithm, keys = self._signed_with(settings)
        try:
            return any(key.validate(url, fields, signature, algorithm) for key in keys)
        except (ValueError, TypeError, AttributeError):
            # An address with an impossible port, a lone surrogate: nobody genuine sends these.
            return False

    def sign(self, url: str, fields: Mapping[str, str]) -> str:
        """Return the signature that a genuine webhook to ``url`` carries."""
        return str(self._by_token[0].compute_signature(url, fields))

    def _signed_with(self, settings: str) -> tuple[str, Sequence[RequestValidator]]:
        """Return the algorithm and the keys in question; no key for one that we do not know."""
        if not settings.strip():
            return HMAC_SHA1, self._by_token
        said = dict(_pair(part) for part in settings.split(","))
        algorithm, key = said.get("algorithm", HMAC_SHA1), self._shared.get(said.get("key", ""))
        if algorithm not in _ALGORITHMS or key is None:
            return HMAC_SHA1, ()
        return algorithm, (key,)


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip()
