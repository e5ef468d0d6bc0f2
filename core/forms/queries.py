"""Reads of the form's codes and of what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.forms.rules import WITHIN
from core.forms.tables import FormCodeRow, FormFileRow, FormReportRow


def code_by_words(session: Session, code: str) -> FormCodeRow | None:
    """Return the code that stands in an address, unless it was ended."""
    return session.scalar(
        select(FormCodeRow).where(FormCodeRow.code == code, FormCodeRow.ended_at.is_(None))
    )


def code_of_place(
    session: Session, community_id: int, estate_id: int, place: str
) -> FormCodeRow | None:
    """Return the code of a place, if one was made."""
    return session.scalar(
        select(FormCodeRow).where(
            FormCodeRow.community_id == community_id,
            FormCodeRow.estate_id == estate_id,
            FormCodeRow.place == place,
        )
    )


def report_by_link(session: Session, link: str) -> FormReportRow | None:
    """Return what was sent, by the link to its progress."""
    return session.scalar(select(FormReportRow).where(FormReportRow.link == link))


def report_by_key(session: Session, key: str) -> FormReportRow | None:
    """Return what was sent by one form."""
    return session.scalar(select(FormReportRow).where(FormReportRow.key == key))


def files_of_case(session: Session, case_id: int) -> Sequence[FormFileRow]:
    """Return the photos and voice notes of a case, without their content."""
    rows = session.execute(
        select(FormFileRow.id, FormFileRow.kind, FormFileRow.media_type)
        .where(FormFileRow.case_id == case_id)
        .order_by(FormFileRow.id)
    )
    return [FormFileRow(id=row.id, kind=row.kind, media_type=row.media_type) for row in rows]


def sent_lately(
    session: Session, community_id: int, source: str, phone: str | None, *, now: datetime
) -> tuple[int, int]:
    """Count what came from one sender within ten minutes, and for one telephone in a day."""
    of_source = select(func.count()).where(
        FormReportRow.source == source, FormReportRow.at > now - WITHIN
    )
    of_phone = select(func.count()).where(
        FormReportRow.community_id == community_id,
        FormReportRow.phone == phone,
        FormReportRow.at > now - timedelta(days=1),
    )
    first = session.scalar(of_source) or 0
    return first, (session.scalar(of_phone) or 0) if phone else 0
