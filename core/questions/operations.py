"""One open question a phone: asking, answering, lapsing; the others wait unsent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.outbox.operations import enqueue_text
from core.questions.queries import blocking_question
from core.questions.rules import OFFERS, QuestionKind, lapses_after
from core.questions.tables import QuestionRow


def ask(
    session: Session,
    *,
    community_id: int,
    phone: str,
    kind: QuestionKind,
    about: dict[str, Any],
    words: str,
    now: datetime,
    purpose: str,
    key: str,
    urgent: bool = False,
    case_id: int | None = None,
    not_before: datetime | None = None,
) -> QuestionRow:
    """Ask a phone by text: at once if nothing is open there, else when that is settled.

    ``words`` are the signed text. An ``urgent`` question supersedes the open one, which then
    waits and is asked again. ``key`` makes the asking idempotent.
    """
    earlier = session.scalar(select(QuestionRow).where(QuestionRow.key == key))
    if earlier is not None:
        return earlier
    question = QuestionRow(
        community_id=community_id,
        key=key,
        phone=phone,
        kind=kind,
        about={**about, "case_id": case_id, "purpose": purpose}
        | ({"not_before": not_before.isoformat()} if not_before else {}),
        words=words,
        urgent=urgent,
        state="waiting",
        asked_at=now,
        answer="",
    )
    session.add(question)
    session.flush()
    current = blocking_question(session, community_id, phone, now)
    if current is None or urgent:
        if current is not None:
            _set_aside(session, current)
        _open(session, question, now)
    return question


def ask_in_reply(
    session: Session,
    *,
    community_id: int,
    phone: str,
    kind: QuestionKind,
    about: dict[str, Any],
    words: str,
    now: datetime,
    case_id: int | None = None,
) -> QuestionRow:
    """Open a question whose words are the reply itself; what was open waits meanwhile.

    An offer leaves what is open as it is.
    """
    current = blocking_question(session, community_id, phone, now)
    if current is not None and kind not in OFFERS:
        _set_aside(session, current)
    question = QuestionRow(
        community_id=community_id,
        phone=phone,
        kind=kind,
        about={**about, "case_id": case_id, "purpose": "reply"},
        words=words,
        urgent=False,
        state="open",
        asked_at=now,
        opened_at=now,
        lapses_at=now + lapses_after(kind),
        answer="",
    )
    session.add(question)
    session.flush()
    return question


def settle(session: Session, question: QuestionRow, answer: str, now: datetime) -> None:
    """Note the answer and let the next waiting question be asked."""
    _end(session, question, "answered", now, answer)


def drop(session: Session, question: QuestionRow, now: datetime) -> None:
    """End a question that no longer matters, and let the next one be asked."""
    _end(session, question, "dropped", now, "")


def close_asked(session: Session, beginning: str, now: datetime) -> None:
    """Let every live question whose key begins so lapse: its matter was decided."""
    rows = session.scalars(
        select(QuestionRow)
        .where(
            QuestionRow.key.startswith(beginning, autoescape=True),
            QuestionRow.state.in_(("open", "waiting")),
        )
        .order_by(QuestionRow.id)
    ).all()
    for row in rows:
        _end(session, row, "lapsed" if row.state == "open" else "dropped", now, "")


def lapse_due(session: Session, now: datetime, limit: int) -> list[QuestionRow]:
    """Lapse what nobody answered in time; returns the lapsed, for their owners to act on."""
    rows = session.scalars(
        select(QuestionRow)
        .where(QuestionRow.state == "open", QuestionRow.lapses_at <= now)
        .order_by(QuestionRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _end(session, row, "lapsed", now, "")
    return list(rows)


def _end(session: Session, question: QuestionRow, state: str, now: datetime, answer: str) -> None:
    question.state, question.settled_at, question.answer = state, now, answer
    session.flush()
    following = session.scalars(
        select(QuestionRow)
        .where(
            QuestionRow.community_id == question.community_id,
            QuestionRow.phone == question.phone,
            QuestionRow.state == "waiting",
        )
        .order_by(QuestionRow.urgent.desc(), QuestionRow.id)
        .limit(1)
    ).first()
    nothing_open = blocking_question(session, question.community_id, question.phone, now) is None
    if following is not None and nothing_open:
        _open(session, following, now)


def _set_aside(session: Session, question: QuestionRow) -> None:
    """Let a superseded question wait; it is asked again under a new key."""
    question.state, question.opened_at, question.lapses_at = "waiting", None, None
    question.about = {**question.about, "asked_before": question.about.get("asked_before", 0) + 1}
    session.flush()


def _open(session: Session, question: QuestionRow, now: datetime) -> None:
    about = question.about
    not_before = about.get("not_before")
    sends_at = max(now, datetime.fromisoformat(not_before)) if not_before else now
    question.state, question.opened_at = "open", sends_at
    question.lapses_at = sends_at + lapses_after(QuestionKind(question.kind))
    session.flush()
    enqueue_text(
        session,
        community_id=question.community_id,
        to=question.phone,
        words=question.words,
        purpose=about.get("purpose", "question"),
        key=f"question:{question.id}:{about.get('asked_before', 0)}",
        now=now,
        priority=0 if question.urgent else 2,
        not_before=sends_at,
        case_id=about.get("case_id"),
    )
