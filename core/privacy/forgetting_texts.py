"""Texts from, to and about a resident who is forgotten, whoever wrote them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.inbound.tables import AnswerRow, InboundTextRow
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxRow
from core.privacy.about import About
from core.privacy.blanks import GONE, blank, of
from core.privacy.keeping import FORGOTTEN
from core.tasks.tables import TaskRow


def forget_texts(session: Session, ends: About, *, name: str, now: datetime) -> None:
    """Forget what was texted; a text of somebody else's open matter keeps its words.

    :param name: texts of no case that name them, such as a keeper's, are forgotten too.
    """
    _forget_what_came(session, ends, name)
    _forget_what_left(session, ends, name, now)
    tasks = or_(
        of(TaskRow.phone, TaskRow.case_id, ends),
        and_(
            TaskRow.community_id == ends.community_id,
            TaskRow.case_id.is_(None),
            TaskRow.words.contains(name, autoescape=True),
        ),
    )
    blank(session, TaskRow, tasks, words=GONE, done_words=FORGOTTEN, phone=None)


def _forget_what_came(session: Session, ends: About, name: str) -> None:
    naming = or_(
        InboundTextRow.words.contains(name, autoescape=True),
        InboundTextRow.reply.contains(name, autoescape=True),
    )
    texts = or_(
        of(InboundTextRow.phone, InboundTextRow.case_id, ends),
        and_(
            InboundTextRow.community_id == ends.community_id,
            InboundTextRow.case_id.is_(None),
            naming,
        ),
    )
    came = session.scalars(select(InboundTextRow.provider_id).where(texts)).all()
    answers = AnswerRow.key.in_([f"sms:{one}" for one in came])
    blank(session, AnswerRow, answers, body=FORGOTTEN)
    theirs = of(InboundTextRow.phone, InboundTextRow.case_id, ends)
    blank(session, InboundTextRow, texts, words=FORGOTTEN, reply=FORGOTTEN, media=[])
    blank(session, InboundTextRow, theirs, phone=None)


def _forget_what_left(session: Session, ends: About, name: str, now: datetime) -> None:
    sent = or_(
        of(OutboxRow.to, OutboxRow.case_id, ends),
        and_(
            OutboxRow.community_id == ends.community_id,
            OutboxRow.case_id.is_(None),
            OutboxRow.body.contains(name, autoescape=True),
        ),
    )
    waiting = and_(sent, OutboxRow.state == OutboxState.QUEUED)
    blank(
        session,
        OutboxRow,
        waiting,
        state=OutboxState.FAILED,
        reason="the resident was forgotten",
        settled_at=now,
    )
    blank(session, OutboxRow, sent, to=FORGOTTEN, body=FORGOTTEN, detail={})
