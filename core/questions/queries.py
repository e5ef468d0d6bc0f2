"""Reads of the questions on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.questions.rules import OFFERS, YIELDING
from core.questions.tables import QuestionRow


def open_question(
    session: Session, community_id: int, phone: str | None, now: datetime
) -> QuestionRow | None:
    """Return what an answer from this phone belongs to: what was asked last, else an offer."""
    return next(iter(answerable(session, community_id, phone, now)), None)


def answerable(
    session: Session, community_id: int, phone: str | None, now: datetime
) -> list[QuestionRow]:
    """Return everything that an answer may belong to, the likeliest first.

    A digit that the first has no use for belongs to the next.
    """
    live = _live(session, community_id, phone, now)
    newest_first = sorted(live, key=lambda row: (row.opened_at or row.asked_at, row.id))[::-1]
    return sorted(newest_first, key=lambda row: row.kind in YIELDING)


def blocking_question(
    session: Session, community_id: int, phone: str, now: datetime
) -> QuestionRow | None:
    """Return the question that keeps the next one waiting; an offer does not."""
    live = _live(session, community_id, phone, now)
    return next((row for row in live if row.kind not in OFFERS), None)


def _live(
    session: Session, community_id: int, phone: str | None, now: datetime
) -> Sequence[QuestionRow]:
    if phone is None:
        return []
    return session.scalars(
        select(QuestionRow)
        .where(
            QuestionRow.community_id == community_id,
            QuestionRow.phone == phone,
            QuestionRow.state == "open",
            or_(QuestionRow.lapses_at.is_(None), QuestionRow.lapses_at > now),
        )
        .order_by(QuestionRow.id.desc())
    ).all()


def last_lapsed(session: Session, community_id: int, phone: str) -> QuestionRow | None:
    """Return the question that lapsed last on this phone, for a digit that came too late."""
    return session.scalars(
        select(QuestionRow)
        .where(
            QuestionRow.community_id == community_id,
            QuestionRow.phone == phone,
            QuestionRow.state.in_(("lapsed", "open")),
        )
        .order_by(QuestionRow.settled_at.desc().nulls_last(), QuestionRow.id.desc())
        .limit(1)
    ).first()


def questions_about_case(session: Session, phone: str, case_id: int) -> list[QuestionRow]:
    """Return the live questions (open or waiting) on a phone about one case."""
    rows = session.scalars(
        select(QuestionRow).where(
            QuestionRow.phone == phone, QuestionRow.state.in_(("open", "waiting"))
        )
    ).all()
    return [row for row in rows if row.about.get("case_id") == case_id]
