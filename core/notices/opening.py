"""Proposing a notice, and the second person's word for each of its stages."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.cases.events import note_event
from core.cases.queries import case_by_id
from core.cases.rules import SERVICE, What
from core.cases.rules import Channel as CaseChannel
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.notices.audience import people_in, telephones_of
from core.notices.opinions import MEMBERS, opinions_of
from core.notices.queries import notice_of_stage, stages_of
from core.notices.rules import Audience, Channel, PhoneState, StageState
from core.notices.tables import NoticePhoneRow, NoticeRow, NoticeStageRow
from core.notices.telling import LONGEST_SPOKEN, LONGEST_TEXT, tell_opener, units, written
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.sla.hours import instant, local_day, next_texting_time
from core.staff.queries import phone_of, staff_by_id, staff_of
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.tasks.locks import lock_community
from core.wording.catalogue import say

_MAY_OPEN = frozenset({Role.DUTY_CLERK, Role.GRID_LEADER, Role.DEPUTY, Role.DIRECTOR})
_CHUNK = 500  # rows in one statement


@dataclass(frozen=True)
class Draft:
    """A notice that could be sent, said back to its opener before it is proposed."""

    words: str
    channel: Channel
    audience: Audience
    phones: int
    members_first: bool
    expires_at: datetime | None


def draft(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    words: str,
    channel: Channel,
    audience: Audience,
    members_first: bool,
    expires_at: datetime | None,
    now: datetime,
) -> Draft:
    """Check everything that a notice needs before it may be proposed.

    :raises Refusal: if the opener may not, nobody is in the audience, it is too long for one
        text, its time is over already, or nobody else could agree to it.
    """
    check_may_open(community, staff)
    if not words:
        raise Refusal("sms.notice.help")
    length = units(written(community, "zh_CN", "text", words=words))
    most = LONGEST_SPOKEN if channel is Channel.CALL else LONGEST_TEXT
    if length > most:
        raise Refusal("sms.notice.too_long", count=str(length - most))
    if expires_at is not None and expires_at <= now:
        raise Refusal("sms.notice.over_already")
    people = people_in(session, community.id, audience, now)
    phones, _ = telephones_of(session, community.id, people, channel)
    if not phones:
        raise Refusal("sms.notice.nobody", who=audience.shown)
    second_person(session, community, staff)
    return Draft(words, channel, audience, len(phones), members_first, expires_at)


def propose(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    drafted: Draft,
    now: datetime,
    case_id: int | None = None,
) -> NoticeRow:
    """Propose a notice; a second person is asked for its first stage."""
    lock_community(session, community.id)
    last = session.scalar(
        select(func.max(NoticeRow.number)).where(NoticeRow.community_id == community.id)
    )
    notice = NoticeRow(
        community_id=community.id,
        number=(last or 0) + 1,
        case_id=case_id,
        words=drafted.words,
        channel=drafted.channel,
        opened_by=staff.id,
        created_at=now,
        expires_at=drafted.expires_at,
    )
    session.add(notice)
    session.flush()
    audiences = [drafted.audience]
    if drafted.members_first:
        members = dataclasses.replace(drafted.audience, group=MEMBERS)
        audiences.insert(0, members)
    for position, audience in enumerate(audiences, start=1):
        session.add(
            NoticeStageRow(
                notice_id=notice.id,
                position=position,
                audience=dataclasses.asdict(audience),
                state=StageState.PROPOSED,
            )
        )
    session.flush()
    ask_for_next_stage(session, notice, now=now)
    return notice


def ask_for_next_stage(session: Session, notice: NoticeRow, *, now: datetime) -> StaffRow:
    """Ask a second person for the stage whose turn it is; returns who is asked.

    :raises Refusal: if one is under way, or none is left.
    """
    stages = stages_of(session, notice.id)
    if any(stage.state in (StageState.RUNNING, StageState.ASKED) for stage in stages):
        raise Refusal("sms.notice.under_way", number=str(notice.number))
    stage = next((row for row in stages if row.state == StageState.PROPOSED), None)
    if stage is None or notice.stopped_at is not None:
        raise Refusal("sms.notice.no_stage", number=str(notice.number))
    community = community_by_id(session, notice.community_id)
    opener = session.get_one(StaffRow, notice.opened_by)
    second = second_person(session, community, opener)
    _note_opinions(session, notice, now)
    people = people_in(session, community.id, audience_of(stage), now)
    phones, _ = telephones_of(session, community.id, people, Channel(notice.channel))
    stage.state, stage.second_id = StageState.ASKED, second.id
    ask(
        session,
        community_id=community.id,
        phone=phone_of(session, second.id),
        kind=QuestionKind.CONFIRM_NOTICE,
        about={"stage_id": stage.id},
        words=written(
            community,
            second.language,
            "confirm",
            name=opener.name,
            number=str(notice.number),
            who=audience_of(stage).shown,
            count=str(len(phones)),
            words=notice.words,
        ),
        now=now,
        purpose="notice_staff",
        key=f"notice-stage:{stage.id}",
    )
    session.flush()
    return second


def agree(session: Session, stage_id: int, staff: StaffRow, *, now: datetime) -> NoticeRow:
    """Let a stage begin: its telephones are written down, and go out at the provider's pace.

    :raises Refusal: if it was settled meanwhile, or they are not the one who was asked.
    """
    stage = _asked(session, stage_id, staff)
    notice = notice_of_stage(session, stage)
    community = community_by_id(session, notice.community_id)
    people = people_in(session, community.id, audience_of(stage), now)
    phones, stage.without_phone = telephones_of(
        session, community.id, people, Channel(notice.channel)
    )
    rows = [
        {
            "notice_id": notice.id,
            "stage_id": stage.id,
            "phone": phone.phone,
            "resident_id": phone.resident_id,
            "channel": phone.channel,
            "state": _state_of(phone.refused, phone.stranger),
        }
        for phone in phones
    ]
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    for start in range(0, len(rows), _CHUNK):
        # whoever had it in an earlier stage does not get it again
        chunk = insert(NoticePhoneRow).values(rows[start : start + _CHUNK])
        session.execute(chunk.on_conflict_do_nothing())
    stage.state, stage.agreed_at = StageState.RUNNING, now
    stage.next_at = next_texting_time(office_of(community), now)
    session.flush()
    tell_opener(session, community, notice, "agreed", now=now, name=staff.name)
    return notice


def disagree(
    session: Session, stage_id: int, staff: StaffRow | None, *, now: datetime
) -> NoticeRow:
    """Let a stage not begin; ``staff`` None: nobody answered in time.

    :raises Refusal: if it was settled meanwhile, or they are not the one who was asked.
    """
    stage = _asked(session, stage_id, staff)
    notice = notice_of_stage(session, stage)
    stage.state, stage.ended_at, stage.next_at = StageState.REFUSED, now, None
    session.flush()
    community = community_by_id(session, notice.community_id)
    second = staff_by_id(session, stage.second_id)
    name = second.name if second else ""
    key = "disagreed" if staff is not None else "silent"
    tell_opener(session, community, notice, key, now=now, name=name)
    return notice


def audience_of(stage: NoticeStageRow) -> Audience:
    """Return whom a stage goes to."""
    return Audience(**stage.audience)


def check_may_open(community: CommunityRow, staff: StaffRow) -> None:
    """Let whoever answers for the office pass.

    :raises Refusal: ``sms.notice.not_allowed``.
    """
    if staff.community_id != community.id or _MAY_OPEN.isdisjoint(staff.roles):
        raise Refusal("sms.notice.not_allowed", name=staff.name)


def second_person(session: Session, community: CommunityRow, opener: StaffRow) -> StaffRow:
    """Return who must agree: the deputy, else the director, else another who may open one.

    :raises Refusal: ``sms.notice.no_second``.
    """
    ranked = sorted(
        (row for row in staff_of(session, community.id) if not _MAY_OPEN.isdisjoint(row.roles)),
        key=lambda row: (Role.DEPUTY not in row.roles, Role.DIRECTOR not in row.roles, row.id),
    )
    second = next((row for row in ranked if row.id != opener.id), None)
    if second is None:
        raise Refusal("sms.notice.no_second")
    return second


def expiry(
    community: CommunityRow, until: tuple[int, int, int] | None, now: datetime
) -> datetime | None:
    """Return the instant of "today 18:00" at the office."""
    if until is None:
        return None
    office, (days, hour, minute) = office_of(community), until
    day = local_day(office, now) + timedelta(days=days)
    midnight = instant(office, day, time())
    return midnight + timedelta(hours=hour, minutes=minute)


def _note_opinions(session: Session, notice: NoticeRow, now: datetime) -> None:
    """Keep on the case how many members were asked and answered, before all others hear of it."""
    found = opinions_of(session, notice)
    case = case_by_id(session, notice.case_id) if notice.case_id is not None else None
    if found is None or case is None or not found.asked:
        return
    words = say(
        "sms.notice.note_opinions",
        "zh_CN",
        number=str(notice.number),
        asked=str(found.asked),
        answered=str(found.answered),
    )
    note_event(
        session,
        case,
        what=What.OPINION,
        actor=SERVICE,
        channel=CaseChannel.SCHEDULER,
        now=now,
        words=words,
    )


def _asked(session: Session, stage_id: int, staff: StaffRow | None) -> NoticeStageRow:
    stage = session.scalars(
        select(NoticeStageRow)
        .where(NoticeStageRow.id == stage_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if stage.state != StageState.ASKED:
        raise Refusal("sms.notice.over", number=str(notice_of_stage(session, stage).number))
    if staff is not None and staff.id != stage.second_id:
        raise Refusal("sms.points.not_yours_to_agree")
    return stage


def _state_of(refused: bool, stranger: bool) -> PhoneState:
    if refused:
        return PhoneState.REFUSED
    return PhoneState.UNREACHABLE if stranger else PhoneState.WAITING
