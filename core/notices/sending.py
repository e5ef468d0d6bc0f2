"""A running notice: so many telephones a second, the stop, the expiry, and the end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.cases.queries import case_by_id
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.notices.opinions import MEMBERS
from core.notices.queries import notice_of_stage, progress_of, stages_of
from core.notices.rules import ENDED, PURPOSE, Channel, PhoneState, StageState, allow
from core.notices.tables import NoticePhoneRow, NoticeRow, NoticeStageRow, PaceRow
from core.notices.telling import tell_opener, written
from core.outbox.operations import enqueue_text
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxRow
from core.reaching.operations import plan_reach
from core.reaching.rules import Manner, Outcome, ReachPurpose, ReachState
from core.reaching.spoken import Aloud
from core.reaching.tables import ReachRow
from core.residents.queries import resident_by_id
from core.sla.hours import next_texting_time
from core.staff.queries import leader_slot

PRIORITY = 3  # after everything that somebody waits for
_LOOK_AGAIN = timedelta(minutes=1)
_MANNER = Manner(most_tries=2, again_minutes=180, optional=True)


@dataclass(frozen=True)
class Rates:
    """How many texts and calls a second the provider takes."""

    texts: float = 10.0
    calls: float = 1.0


def send_due(session: Session, now: datetime, rates: Rates, limit: int = 50) -> int:
    """Hand on as many telephones as the pace allows; return how many, and how many stages ended."""
    done = 0
    stages = session.scalars(
        select(NoticeStageRow)
        .where(NoticeStageRow.state == StageState.RUNNING, NoticeStageRow.next_at <= now)
        .order_by(NoticeStageRow.next_at, NoticeStageRow.id)
        .with_for_update(skip_locked=True)
    ).all()
    for stage in stages:
        done += _send(session, stage, now, rates, limit)
    session.flush()
    return done


def stop_notice(session: Session, notice: NoticeRow, *, now: datetime) -> None:
    """Stop a notice: nothing of it goes out any more but what the provider has already.

    :raises Refusal: if it has ended.
    """
    locked = session.scalars(
        select(NoticeRow).where(NoticeRow.id == notice.id).with_for_update()
    ).one()
    stages = stages_of(session, locked.id)
    if locked.stopped_at is not None or all(stage.state in ENDED for stage in stages):
        raise Refusal("sms.notice.over", number=str(locked.number))
    locked.stopped_at = now
    for stage in stages:
        if stage.state not in ENDED:
            _end(session, stage, StageState.STOPPED, PhoneState.STOPPED, now)
    _stop_calls(session, locked, Outcome.STOPPED, now)


def _send(session: Session, stage: NoticeStageRow, now: datetime, rates: Rates, limit: int) -> int:
    notice = notice_of_stage(session, stage)
    community = community_by_id(session, notice.community_id)
    if notice.expires_at is not None and notice.expires_at <= now:
        _end(session, stage, StageState.EXPIRED, PhoneState.EXPIRED, now)
        _stop_calls(session, notice, Outcome.EXPIRED, now)
        _tell_counts(session, community, notice, "expired", now)
        return 1
    opens_at = next_texting_time(office_of(community), now)
    if opens_at > now:
        stage.next_at = _not_after_the_end(notice, opens_at)
        return 0
    texts, text_again = _hand(session, stage, notice, Channel.TEXT, rates.texts, now, limit)
    calls, call_again = _hand(session, stage, notice, Channel.CALL, rates.calls, now, limit)
    waits = [at for at in (text_again, call_again) if at is not None]
    if waits:
        stage.next_at = max(min(waits), now + timedelta(milliseconds=1))
        return texts + calls
    return texts + calls + _end_if_settled(session, community, stage, notice, now)


def _hand(
    session: Session,
    stage: NoticeStageRow,
    notice: NoticeRow,
    channel: Channel,
    per_second: float,
    now: datetime,
    limit: int,
) -> tuple[int, datetime | None]:
    """Hand on what the pace allows; return how many, and when to go on (None: none is left)."""
    waiting = select(NoticePhoneRow).where(
        NoticePhoneRow.stage_id == stage.id,
        NoticePhoneRow.state == PhoneState.WAITING,
        NoticePhoneRow.channel == channel,
    )
    if session.scalars(waiting.limit(1)).first() is None:
        return 0, None
    pace = _pace(session, channel, now)
    most = limit if channel is Channel.CALL else min(limit, _room(session, per_second, now))
    allowed = allow(pace.used_until, now, per_second=per_second, most=most)
    rows = session.scalars(waiting.order_by(NoticePhoneRow.id).limit(allowed.count)).all()
    community = community_by_id(session, notice.community_id)
    for row in rows:
        row.state = PhoneState.HANDED
        if channel is Channel.TEXT:
            _text(session, community, notice, row, now)
        else:
            _call(session, notice, row, now)
    if rows:
        pace.used_until = allowed.used_until
    session.flush()
    return len(rows), max(pace.used_until, now)


def _text(
    session: Session, community: CommunityRow, notice: NoticeRow, row: NoticePhoneRow, now: datetime
) -> None:
    resident = resident_by_id(session, row.resident_id)
    language = resident.language if resident else "zh_CN"
    sent = enqueue_text(
        session,
        community_id=community.id,
        to=row.phone,
        words=_words(session, community, notice, row, language),
        purpose=PURPOSE,
        key=f"notice:{notice.id}:{row.phone}",
        now=now,
        priority=PRIORITY,
        case_id=notice.case_id,
    )
    row.outbox_id = sent.id if sent else None
    if sent is None:
        row.state = PhoneState.UNREACHABLE


def _words(
    session: Session,
    community: CommunityRow,
    notice: NoticeRow,
    row: NoticePhoneRow,
    language: str,
) -> str:
    """Write it; members who hear of a case first are asked what they think of it."""
    case = case_by_id(session, notice.case_id) if notice.case_id is not None else None
    stage = session.get_one(NoticeStageRow, row.stage_id)
    if case is None or stage.audience["group"] != MEMBERS:
        return written(community, language, "text", words=notice.words)
    words = notice.words.rstrip("。.!！")
    return written(community, language, "text_members", words=words, bare=str(case.number))


def _call(session: Session, notice: NoticeRow, row: NoticePhoneRow, now: datetime) -> None:
    resident = resident_by_id(session, row.resident_id)
    plan_reach(
        session,
        community_id=notice.community_id,
        purpose=ReachPurpose.NOTICE,
        about_id=row.id,
        phone=row.phone,
        about=notice.words,
        resident_id=row.resident_id,
        case_id=notice.case_id,
        now=now,
        manner=_MANNER,
        use_by=notice.expires_at,
        aloud=Aloud(words=notice.words, slots=leader_slot(session, resident)),
    )


def _room(session: Session, per_second: float, now: datetime) -> int:
    """Return how many more may wait to be sent: a machine that fell behind makes no burst."""
    waiting = session.scalar(
        select(func.count()).where(
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.purpose == PURPOSE,
            OutboxRow.not_before <= now,
            OutboxRow.retry_at.is_(None),
        )
    )
    return max(0, math.ceil(per_second) - (waiting or 0))


def _pace(session: Session, channel: Channel, now: datetime) -> PaceRow:
    """Lock the pace of a channel, so that all schedulers together keep it."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    session.execute(
        insert(PaceRow).values(channel=channel, used_until=now).on_conflict_do_nothing()
    )
    return session.get_one(PaceRow, channel, with_for_update=True, populate_existing=True)


def _end_if_settled(
    session: Session,
    community: CommunityRow,
    stage: NoticeStageRow,
    notice: NoticeRow,
    now: datetime,
) -> int:
    found = progress_of(session, notice, stage.id)
    if found.settled < found.phones:
        stage.next_at = _not_after_the_end(notice, _look_again(session, stage, now))
        return 0
    _end(session, stage, StageState.DONE, None, now)
    more = any(row.state == StageState.PROPOSED for row in stages_of(session, notice.id))
    _tell_counts(session, community, notice, "stage_done" if more else "done", now)
    return 1


def _not_after_the_end(notice: NoticeRow, at: datetime) -> datetime:
    return at if notice.expires_at is None else min(at, notice.expires_at)


def _look_again(session: Session, stage: NoticeStageRow, now: datetime) -> datetime:
    """Return when the end may have come: after the next try of a call, or soon for texts."""
    mine = select(NoticePhoneRow.id).where(NoticePhoneRow.stage_id == stage.id)
    next_try = session.scalar(
        select(func.min(ReachRow.next_at)).where(
            ReachRow.purpose == ReachPurpose.NOTICE,
            ReachRow.about_id.in_(mine),
            ReachRow.state != ReachState.ENDED,
        )
    )
    return max(next_try, now) + _LOOK_AGAIN if next_try is not None else now + _LOOK_AGAIN


def _end(
    session: Session,
    stage: NoticeStageRow,
    state: StageState,
    phones: PhoneState | None,
    now: datetime,
) -> None:
    stage.state, stage.ended_at, stage.next_at = state, now, None
    if phones is not None:
        session.execute(
            update(NoticePhoneRow)
            .where(NoticePhoneRow.stage_id == stage.id, NoticePhoneRow.state == PhoneState.WAITING)
            .values(state=phones)
            .execution_options(synchronize_session="fetch")
        )
    session.flush()


def _stop_calls(session: Session, notice: NoticeRow, outcome: Outcome, now: datetime) -> None:
    mine = select(NoticePhoneRow.id).where(NoticePhoneRow.notice_id == notice.id)
    session.execute(
        update(ReachRow)
        .where(
            ReachRow.purpose == ReachPurpose.NOTICE,
            ReachRow.about_id.in_(mine),
            ReachRow.state != ReachState.ENDED,
        )
        .values(state=ReachState.ENDED, outcome=outcome, next_at=None, settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _tell_counts(
    session: Session, community: CommunityRow, notice: NoticeRow, key: str, now: datetime
) -> None:
    found = progress_of(session, notice)
    names = ("phones", "reached", "heard", "refused", "unreachable")
    slots = {name: str(getattr(found, name)) for name in names}
    tell_opener(session, community, notice, key, now=now, **slots)
