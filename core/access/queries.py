"""Reads of access: what somebody may do, and which session a browser is in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from core.access.rules import ENDS_AFTER, IDLE_AFTER, Access, Reach, Right
from core.access.tables import KnownDeviceRow, SignInRow, SignInSessionRow
from core.communities.queries import estates_of, grids_of
from core.phones import read_number
from core.residents.tables import ResidentRow
from core.staff.rules import Role
from core.staff.tables import StaffPhoneRow, StaffRow

_LONGEST_NAME = 64


def access_of(session: Session, staff: StaffRow) -> Access:
    """Return what somebody may see and do now."""
    estates = {row.id for row in estates_of(session, staff.community_id) if _serves(staff, row.key)}
    grids = grids_of(session, staff.community_id)
    own = {row.id for row in grids if row.leader_key == staff.key or row.estate_id in estates}
    known = {role.value for role in Role}
    return Access(
        staff_id=staff.id,
        staff_key=staff.key,
        community_id=staff.community_id,
        roles=frozenset(Role(role) for role in staff.roles if role in known),
        grid_ids=frozenset(own),
    )


def residents_in_reach(access: Access, right: Right = Right.RESIDENTS) -> ColumnElement[bool]:
    """Return the condition under which a resident may be seen."""
    ours = ResidentRow.community_id == access.community_id
    reach = access.reach(right)
    if reach is Reach.ALL:
        return ours
    if reach is Reach.GRID:
        return ours & ResidentRow.grid_id.in_(access.grid_ids)
    return false()


def everything_in(access: Access, right: Right) -> ColumnElement[bool]:
    """Return a condition that holds for everybody who has a right at all."""
    return true() if access.may(right) else false()


def staff_named(session: Session, name: str) -> Sequence[StaffRow]:
    """Return who may mean this name at the door: a telephone number or a staff key."""
    plain = plain_name(name)
    phone = read_number(plain) if any(sign.isdigit() for sign in plain) else None
    conditions = [StaffRow.key == plain]
    if phone is not None:
        holders = select(StaffPhoneRow.staff_id).where(StaffPhoneRow.phone == phone)
        conditions.append(StaffRow.id.in_(holders))
    return session.scalars(
        select(StaffRow)
        .where(or_(*conditions), StaffRow.left_at.is_(None))
        .order_by(StaffRow.id)
        .limit(3)
    ).all()


def plain_name(name: str) -> str:
    """Return a name at the door as it is compared and counted."""
    return name.replace("\x00", "").strip().lower()[:_LONGEST_NAME]


def sign_in_of(session: Session, staff_id: int) -> SignInRow | None:
    """Return how somebody signs in, if they have been given a password."""
    return session.get(SignInRow, staff_id)


def session_of(session: Session, token: str, *, real_now: datetime) -> SignInSessionRow | None:
    """Return the session of a browser while it lasts: 30 minutes idle, twelve hours in all."""
    row = session.scalar(
        select(SignInSessionRow).where(SignInSessionRow.token_hash == hash_token(token))
    )
    if row is None or row.ended_at is not None:
        return None
    if real_now - row.seen_at >= IDLE_AFTER or real_now - row.started_at >= ENDS_AFTER:
        return None
    return row


def sessions_of(session: Session, staff_id: int, *, real_now: datetime) -> list[SignInSessionRow]:
    """Return the sessions that somebody is in now, newest first."""
    rows = session.scalars(
        select(SignInSessionRow)
        .where(
            SignInSessionRow.staff_id == staff_id,
            SignInSessionRow.ended_at.is_(None),
            SignInSessionRow.seen_at > real_now - IDLE_AFTER,
            SignInSessionRow.started_at > real_now - ENDS_AFTER,
        )
        .order_by(SignInSessionRow.id.desc())
    )
    return list(rows)


def device_of(session: Session, token: str, staff_id: int) -> KnownDeviceRow | None:
    """Return the known device of a browser, if this person has signed in there before."""
    if not token:
        return None
    return session.scalar(
        select(KnownDeviceRow).where(
            KnownDeviceRow.token_hash == hash_token(token), KnownDeviceRow.staff_id == staff_id
        )
    )


def hash_token(token: str) -> str:
    """Return how a token is kept: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _serves(staff: StaffRow, estate_key: str) -> bool:
    return Role.GRID_WORKER in staff.roles and estate_key in staff.estate_keys
