"""Counting failed tries at the door, by address, by device and by account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.access.queries import plain_name
from core.access.rules import TRIES_WITHIN, Tries
from core.access.tables import KnownDeviceRow, SignInTryRow


def note_failure(
    session: Session,
    name: str,
    source: str,
    device: KnownDeviceRow | None,
    *,
    real_now: datetime,
) -> None:
    """Keep one failed try."""
    session.add(
        SignInTryRow(
            at=real_now,
            name=plain_name(name),
            source=source,
            device_id=device.id if device else None,
        )
    )
    session.flush()


def tries_of(
    session: Session,
    name: str,
    source: str,
    device: KnownDeviceRow | None,
    *,
    real_now: datetime,
) -> Tries:
    """Count the failed tries that bear on one more."""
    strangers = (SignInTryRow.name == plain_name(name), SignInTryRow.device_id.is_(None))
    last = session.scalar(select(func.max(SignInTryRow.at)).where(*strangers))
    return Tries(
        of_source=_count(session, SignInTryRow.source == source, real_now=real_now),
        of_device=_count(session, SignInTryRow.device_id == device.id, real_now=real_now)
        if device
        else 0,
        of_strangers=_count(session, *strangers, real_now=real_now),
        since_last_stranger=None if last is None else real_now - last,
    )


def forget_old_tries(session: Session, *, real_now: datetime) -> None:
    """Delete what no longer counts."""
    session.execute(delete(SignInTryRow).where(SignInTryRow.at < real_now - 4 * TRIES_WITHIN))


def _count(session: Session, *conditions: ColumnElement[bool], real_now: datetime) -> int:
    found = session.scalar(
        select(func.count())
        .select_from(SignInTryRow)
        .where(SignInTryRow.at > real_now - TRIES_WITHIN, *conditions)
    )
    return found or 0
