"""Reads of notices, and how far each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.notices.rules import Channel, PhoneState, Progress, StageState
from core.notices.tables import NoticePhoneRow, NoticeRow, NoticeStageRow
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxRow
from core.reaching.rules import Outcome, ReachPurpose, ReachState
from core.reaching.tables import ReachRow
from core.residents.operations import is_opted_out

_OF_TEXT = {
    OutboxState.SENT: "reached",
    OutboxState.DELIVERED: "reached",
    OutboxState.FAILED: "unreachable",
    OutboxState.TASK: "expired",
    OutboxState.UNKNOWN: "unknown",
}
_OF_CALL = {
    Outcome.ANSWERED: "heard",
    Outcome.PERSON: "reached",
    Outcome.SILENCE: "reached",
    Outcome.HANG_UP: "reached",
    Outcome.REFUSED: "refused",
    Outcome.STOPPED: "stopped",
    Outcome.EXPIRED: "expired",
}
_CALLED_OFF = frozenset({"stopped", "expired", "refused"})  # what a text was called off for


def notice_by_number(session: Session, community_id: int, number: int) -> NoticeRow | None:
    """Return the notice that staff call 通知5."""
    return session.scalar(
        select(NoticeRow).where(NoticeRow.community_id == community_id, NoticeRow.number == number)
    )


def notices_of(session: Session, community_id: int) -> Sequence[NoticeRow]:
    """Return every notice of a community, newest last."""
    return session.scalars(
        select(NoticeRow).where(NoticeRow.community_id == community_id).order_by(NoticeRow.number)
    ).all()


def stages_of(session: Session, notice_id: int) -> Sequence[NoticeStageRow]:
    """Return the stages of a notice, in order."""
    return session.scalars(
        select(NoticeStageRow)
        .where(NoticeStageRow.notice_id == notice_id)
        .order_by(NoticeStageRow.position)
    ).all()


def notice_of_stage(session: Session, stage: NoticeStageRow) -> NoticeRow:
    """Return the notice of a stage."""
    return session.get_one(NoticeRow, stage.notice_id)


def notice_of_phone(session: Session, phone_id: int) -> NoticeRow | None:
    """Return the notice that a call is about."""
    row = session.get(NoticePhoneRow, phone_id)
    return session.get(NoticeRow, row.notice_id) if row is not None else None


def is_wanted(session: Session, row: OutboxRow, now: datetime) -> str:
    """Return why a text of a notice may not go any more: stopped, expired, refused, or nothing.

    Whoever opts out while it runs does not get it.
    """
    phone = session.scalars(
        select(NoticePhoneRow).where(NoticePhoneRow.outbox_id == row.id)
    ).first()
    notice = session.get(NoticeRow, phone.notice_id) if phone is not None else None
    if notice is None or notice.stopped_at is not None:
        return "stopped"
    if notice.expires_at is not None and notice.expires_at <= now:
        return "expired"
    return "refused" if is_opted_out(session, notice.community_id, row.to) else ""


def progress_of(session: Session, notice: NoticeRow, stage_id: int | None = None) -> Progress:
    """Count the telephones of a notice, or of one stage of it."""
    mine = [NoticePhoneRow.notice_id == notice.id]
    if stage_id is not None:
        mine.append(NoticePhoneRow.stage_id == stage_id)
    counts: Counter[str] = Counter()
    texts = (
        select(NoticePhoneRow.state, OutboxRow.state, OutboxRow.reason, func.count())
        .outerjoin(OutboxRow, OutboxRow.id == NoticePhoneRow.outbox_id)
        .where(*mine, NoticePhoneRow.channel == Channel.TEXT)
        .group_by(NoticePhoneRow.state, OutboxRow.state, OutboxRow.reason)
    )
    for state, sent, reason, number in session.execute(texts):
        counts[_name_of_text(state, sent, reason)] += number
    about = (ReachRow.about_id == NoticePhoneRow.id) & (ReachRow.purpose == ReachPurpose.NOTICE)
    calls = (
        select(NoticePhoneRow.state, ReachRow.state, ReachRow.outcome, func.count())
        .outerjoin(ReachRow, about)
        .where(*mine, NoticePhoneRow.channel == Channel.CALL)
        .group_by(NoticePhoneRow.state, ReachRow.state, ReachRow.outcome)
    )
    for state, reach, outcome, number in session.execute(calls):
        counts[_name_of_call(state, reach, outcome)] += number
    heard = counts.pop("heard", 0)
    counts["reached"] += heard
    return Progress(phones=sum(counts.values()), heard=heard, **counts)


def stages_due(now: datetime) -> Select[int]:
    """Find whether a notice has something to send, or to end."""
    return select(NoticeStageRow.id).where(
        NoticeStageRow.state == StageState.RUNNING, NoticeStageRow.next_at <= now
    )


def _name_of_text(state: str, sent: str | None, reason: str | None) -> str:
    if state != PhoneState.HANDED or sent is None:
        return _name_of_phone(state)
    if sent == OutboxState.FAILED and reason in _CALLED_OFF:
        return reason
    return _OF_TEXT.get(OutboxState(sent), "under_way")


def _name_of_call(state: str, reach: str | None, outcome: str | None) -> str:
    if state != PhoneState.HANDED or reach is None:
        return _name_of_phone(state)
    if reach != ReachState.ENDED:
        return "under_way"
    return _OF_CALL.get(Outcome(outcome or Outcome.FAILED), "unreachable")


def _name_of_phone(state: str) -> str:
    return "under_way" if state == PhoneState.HANDED else state
