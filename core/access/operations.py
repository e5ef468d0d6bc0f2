"""Signing in: a password, a second proof, a session; and signing out everywhere."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.access import totp
from core.access.guessing import forget_old_tries, note_failure, tries_of
from core.access.passwords import check_new, hash_password, matches, new_first_password
from core.access.queries import device_of, hash_token, sign_in_of, staff_named
from core.access.rules import CODE_LASTS, CODE_TRIES, FIRST_PASSWORD_LASTS, must_wait
from core.access.tables import KnownDeviceRow, SignInRow, SignInSessionRow
from core.communities.queries import community_by_id, display_name
from core.outbox.operations import enqueue_text
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.wording.catalogue import text

_TOKEN_BYTES = 32
_MOST_CODES = 3  # texted in one session
_CODE_DIGITS = 6
_LONGEST_BROWSER = 200


@dataclass(frozen=True)
class Knock:
    """Somebody at the door: what they typed, and where from."""

    name: str
    password: str
    source: str
    browser: str = ""
    device_token: str = ""


@dataclass(frozen=True)
class Begun:
    """What came of the password: a session's token, or the wording of why not."""

    token: str = ""
    staff_id: int | None = None
    refusal: str = ""


def give_first_password(session: Session, staff: StaffRow, *, real_now: datetime) -> str:
    """Make a first password: good for 24 hours and for one sign-in; the old one ends.

    Returns it; it is kept as a hash alone. Every session of theirs ends.
    """
    password = new_first_password()
    row = sign_in_of(session, staff.id)
    if row is None:
        row = SignInRow(staff_id=staff.id)
        session.add(row)
    row.password_hash = hash_password(password)
    row.first_until = real_now + FIRST_PASSWORD_LASTS
    row.changed_at = real_now
    sign_out_everywhere(session, staff.id, real_now=real_now)
    return password


def begin_sign_in(session: Session, knock: Knock, *, real_now: datetime) -> Begun:
    """Compare a password; the session that begins still wants the second proof.

    Never says whether the name or the password was wrong.
    """
    forget_old_tries(session, real_now=real_now)
    people = staff_named(session, knock.name)
    for staff in people:
        device = device_of(session, knock.device_token, staff.id)
        tries = tries_of(session, knock.name, knock.source, device, real_now=real_now)
        if must_wait(tries, known_device=device is not None):
            return Begun(refusal="console.sign_in.wait")
        row = sign_in_of(session, staff.id)
        if row is not None and _is_right(row, knock.password, real_now):
            proofs = tries_of(session, proof_name(staff.id), "", device, real_now=real_now)
            if must_wait(proofs, known_device=device is not None):
                return Begun(refusal="console.sign_in.wait")
            return Begun(token=_begin(session, staff, row, knock, real_now), staff_id=staff.id)
    if not people:
        matches("", knock.password)  # as slow as for somebody who is there
        tries = tries_of(session, knock.name, knock.source, None, real_now=real_now)
        if must_wait(tries, known_device=False):
            return Begun(refusal="console.sign_in.wait")
    device = device_of(session, knock.device_token, people[0].id) if people else None
    note_failure(session, knock.name, knock.source, device, real_now=real_now)
    return Begun(refusal="console.sign_in.wrong")


def text_code(
    session: Session,
    row: SignInSessionRow,
    staff: StaffRow,
    *,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Text a code of six digits to the registered phone; False for a landline or the fourth."""
    if row.codes_sent >= _MOST_CODES:
        return False
    code = str(secrets.randbelow(10**_CODE_DIGITS)).zfill(_CODE_DIGITS)
    community = community_by_id(session, staff.community_id)
    sent = enqueue_text(
        session,
        community_id=community.id,
        to=phone_of(session, staff.id),
        words=text(
            "sms.console.code",
            staff.language,
            community=display_name(community, staff.language),
            code=code,
        ),
        purpose="code",
        key=f"sign_in:{row.id}:{row.codes_sent}",
        now=now,
        priority=1,
    )
    if sent is None:
        return False
    row.code_hash, row.code_until, row.code_tries = hash_token(code), real_now + CODE_LASTS, 0
    row.codes_sent += 1
    session.flush()
    return True


def prove(session: Session, row: SignInSessionRow, code: str, *, real_now: datetime) -> bool:
    """Take the second proof: a code of the authenticator, or the one that was texted.

    The fifth wrong one ends the session; wrong ones count against the next sessions too, so that
    whoever has the password cannot go through all the codes.
    """
    plain = "".join(sign for sign in code if sign.isdigit())
    sign_in = session.get_one(SignInRow, row.staff_id, with_for_update=True)
    if _is_code(row, sign_in, plain, real_now):
        row.proved_at, row.code_hash = real_now, ""
        session.flush()
        return True
    row.code_tries += 1
    note_failure(session, proof_name(row.staff_id), row.source, None, real_now=real_now)
    if row.code_tries >= CODE_TRIES:
        row.ended_at = real_now
    session.flush()
    return False


def proof_name(staff_id: int) -> str:
    """Return under which name wrong second proofs of somebody are counted."""
    return f"proof:{staff_id}"


def know_device(session: Session, staff_id: int, *, real_now: datetime) -> str:
    """Remember the browser of somebody who proved who they are; returns its token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(KnownDeviceRow(staff_id=staff_id, token_hash=hash_token(token), since=real_now))
    session.flush()
    return token


def is_own_password(session: Session, staff_id: int, typed: str, *, real_now: datetime) -> bool:
    """Tell whether somebody who is signed in knows their password of now, before it is changed.

    Whoever has none yet (a first password opens once) has nothing to know. Wrong ones count with
    the second proofs, so that an unattended screen is no place to guess.
    """
    row = session.get_one(SignInRow, staff_id, with_for_update=True)
    if not row.password_hash:
        return True
    tries = tries_of(session, proof_name(staff_id), "", None, real_now=real_now)
    if not must_wait(tries, known_device=False) and matches(row.password_hash, typed.strip()):
        return True
    note_failure(session, proof_name(staff_id), "", None, real_now=real_now)
    return False


def choose_password(
    session: Session, staff: StaffRow, password: str, *, real_now: datetime
) -> None:
    """Set a password of one's own.

    :raises Refusal: if it is too short or too easy.
    """
    phone = phone_of(session, staff.id)
    check_new(password, names=(staff.key, staff.name, phone[-8:]))
    row = session.get_one(SignInRow, staff.id)
    row.password_hash, row.first_until, row.changed_at = hash_password(password), None, real_now
    session.flush()


def offer_authenticator(session: Session, staff_id: int) -> str:
    """Return the secret for the QR code; it counts once a code of it came back."""
    row = session.get_one(SignInRow, staff_id)
    if row.totp_since is not None or not row.totp_secret:
        row.totp_secret, row.totp_since, row.totp_step = totp.new_secret(), None, 0
        session.flush()
    return row.totp_secret


def confirm_authenticator(
    session: Session, staff_id: int, code: str, *, real_now: datetime
) -> bool:
    """Take the first code of an authenticator; from now on it is asked instead of a text."""
    row = session.get_one(SignInRow, staff_id, with_for_update=True)
    step = totp.matching_step(row.totp_secret, code.strip(), now=real_now, after=row.totp_step)
    if step is None:
        return False
    row.totp_since, row.totp_step = real_now, step
    session.flush()
    return True


def forget_authenticator(session: Session, staff_id: int) -> None:
    """Ask by text again: the telephone with the authenticator is lost."""
    row = sign_in_of(session, staff_id)
    if row is not None:
        row.totp_secret, row.totp_since, row.totp_step = "", None, 0
        session.flush()


def sign_out(session: Session, row: SignInSessionRow, *, real_now: datetime) -> None:
    """End one session."""
    row.ended_at = real_now
    session.flush()


def sign_out_everywhere(session: Session, staff_id: int, *, real_now: datetime) -> int:
    """End every session of somebody and forget their devices; returns how many ended."""
    session.execute(delete(KnownDeviceRow).where(KnownDeviceRow.staff_id == staff_id))
    ended = session.execute(
        update(SignInSessionRow)
        .where(SignInSessionRow.staff_id == staff_id, SignInSessionRow.ended_at.is_(None))
        .values(ended_at=real_now)
    )
    return int(getattr(ended, "rowcount", 0))


def _is_right(row: SignInRow, password: str, real_now: datetime) -> bool:
    if row.first_until is not None and row.first_until <= real_now:
        return False
    return matches(row.password_hash, password.strip())


def _begin(
    session: Session, staff: StaffRow, row: SignInRow, knock: Knock, real_now: datetime
) -> str:
    if row.first_until is not None:
        row.password_hash, row.first_until = "", None  # a first password opens once
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        SignInSessionRow(
            staff_id=staff.id,
            token_hash=hash_token(token),
            started_at=real_now,
            seen_at=real_now,
            source=knock.source,
            browser=knock.browser[:_LONGEST_BROWSER],
        )
    )
    session.flush()
    return token


def _is_code(row: SignInSessionRow, sign_in: SignInRow, code: str, real_now: datetime) -> bool:
    if len(code) != _CODE_DIGITS:
        return False
    if sign_in.totp_since is not None:
        step = totp.matching_step(sign_in.totp_secret, code, now=real_now, after=sign_in.totp_step)
        if step is not None:
            sign_in.totp_step = step
            return True
    waits = row.code_until is not None and real_now < row.code_until
    return waits and bool(row.code_hash) and hmac.compare_digest(row.code_hash, hash_token(code))
