"""The four digits with which a resident may hear their points: set face to face, keyed later."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from core.errors import Refusal
from core.residents.rules import PIN_LENGTH
from core.residents.tables import ResidentPinRow, ResidentRow

_MOST_WRONG = 5  # of ten thousand: then the office sets another
_HASHER = PasswordHasher()


def set_pin(session: Session, *, resident: ResidentRow, pin: str, now: datetime) -> None:
    """Set what a resident keyed before the eyes of the office; it opens nothing but a number.

    :raises Refusal: ``sms.points.bad_pin`` for what is not four digits, or four of the same.
    """
    is_whole = len(pin) == PIN_LENGTH and pin.isascii() and pin.isdigit()
    if not is_whole or len(set(pin)) == 1:
        raise Refusal("sms.points.bad_pin")
    row = session.get(ResidentPinRow, resident.id) or ResidentPinRow(resident_id=resident.id)
    row.pin_hash, row.wrong_tries, row.set_at = _HASHER.hash(pin), 0, now
    session.add(row)
    session.flush()


def remove_pin(session: Session, *, resident: ResidentRow) -> None:
    """Forget a resident's digits."""
    row = session.get(ResidentPinRow, resident.id)
    if row is not None:
        session.delete(row)
        session.flush()


def has_pin(session: Session, resident_id: int) -> bool:
    """Tell whether somebody's digits are asked for: they have some, and nobody guessed at them."""
    row = session.get(ResidentPinRow, resident_id)
    return row is not None and row.wrong_tries < _MOST_WRONG


def take_pin(session: Session, *, resident_id: int, keyed: str) -> bool:
    """Tell whether the digits are right; wrong ones are counted over all calls."""
    row = session.get(ResidentPinRow, resident_id, with_for_update=True, populate_existing=True)
    if row is None or row.wrong_tries >= _MOST_WRONG:
        return False
    try:
        _HASHER.verify(row.pin_hash, keyed)
    except VerifyMismatchError:
        row.wrong_tries += 1
    else:
        row.wrong_tries = 0
    session.flush()
    return row.wrong_tries == 0
