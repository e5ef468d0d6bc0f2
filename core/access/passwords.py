"""Passwords: argon2id, and first ones that can be read out over a counter."""

from __future__ import annotations

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.access.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from core.errors import Refusal

# OWASP's second choice for argon2id: 19 MiB, two passes, one lane; about 30 ms here.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
_GROUPS, _GROUP = 3, 4


def hash_password(password: str) -> str:
    """Hash a password that somebody chose."""
    return _HASHER.hash(password)


def matches(hashed: str, password: str) -> bool:
    """Tell whether this is the password; an unknown account costs the same time."""
    try:
        return _HASHER.verify(hashed or _nobodys(), password[:LONGEST_PASSWORD]) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def new_first_password() -> str:
    """Make a first password of twelve letters and digits in three groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def check_new(password: str, *, names: tuple[str, ...]) -> None:
    """Let a password of one's own pass.

    :raises Refusal: if it is too short, too long, or only a name or number of the person.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("console.sign_in.too_short", least=str(SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise Refusal("console.sign_in.too_long", most=str(LONGEST_PASSWORD))
    plain = password.lower()
    if len(set(plain)) < 5 or any(name and name.lower() in plain for name in names):
        raise Refusal("console.sign_in.too_easy")


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe())
