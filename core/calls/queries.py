"""Reads of calls and recordings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calls.rules import GO_ON_WITHIN
from core.calls.tables import CallRow, RecordingRow
from core.cases.rules import CaseStatus, Channel
from core.cases.tables import CaseRow


def call_by_id(session: Session, call_id: int) -> CallRow | None:
    """Return a call, locked until the transaction ends: two webhooks of it may come at once."""
    return session.get(CallRow, call_id, with_for_update=True)


def call_of_provider_id(session: Session, provider_id: str) -> CallRow | None:
    """Return a call by the provider's name for it, locked until the transaction ends."""
    return session.scalar(
        select(CallRow).where(CallRow.provider_id == provider_id).with_for_update()
    )


def ended_provider_ids(session: Session, provider_ids: Collection[str]) -> frozenset[str]:
    """Return those of the provider's names that belong to calls which we know to have ended."""
    found = session.scalars(
        select(CallRow.provider_id).where(
            CallRow.provider_id.in_(provider_ids), CallRow.ended_at.is_not(None)
        )
    )
    return frozenset(name for name in found if name)


def recordings_of_call(session: Session, call_id: int) -> Sequence[RecordingRow]:
    """Return what was recorded in a call, oldest first."""
    return session.scalars(
        select(RecordingRow).where(RecordingRow.call_id == call_id).order_by(RecordingRow.id)
    ).all()


def recordings_of_case(session: Session, case_id: int) -> Sequence[RecordingRow]:
    """Return what was recorded for a case, oldest first, without the silent ones."""
    return session.scalars(
        select(RecordingRow)
        .where(RecordingRow.case_id == case_id, RecordingRow.status.not_in(("absent", "failed")))
        .order_by(RecordingRow.id)
    ).all()


def draft_to_go_on(
    session: Session, *, community_id: int, phone: str | None, now: datetime
) -> CaseRow | None:
    """Return the draft that this phone's last broken call left, if it is fresh.

    A hidden number is keyed by its call alone, so it is never offered one.
    """
    if phone is None:
        return None
    return session.scalars(
        select(CaseRow)
        .where(
            CaseRow.community_id == community_id,
            CaseRow.phone == phone,
            CaseRow.status == CaseStatus.DRAFT,
            CaseRow.channel == Channel.CALL,
            CaseRow.opened_at >= now - GO_ON_WITHIN,
        )
        .order_by(CaseRow.id.desc())
        .limit(1)
    ).first()
