"""One time of a standing order: its case opens, the resident is asked, and answers or does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.closing import withdraw_case
from core.cases.events import note_event
from core.cases.opening import open_case
from core.cases.rules import OPEN, RESIDENT, SERVICE, Actor, Category, Channel, Urgency, What
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.phones import PhoneKind
from core.questions.operations import ask, close_asked
from core.questions.rules import QuestionKind
from core.reaching.operations import plan_reach, stop_reaching
from core.reaching.queries import unfollowed
from core.reaching.rules import Manner, Outcome, ReachPurpose
from core.reaching.spoken import Aloud
from core.residents.operations import is_opted_out
from core.residents.queries import phones_of, resident_by_id
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.sla.hours import (
    after_office_minutes,
    closing_time,
    local_day,
    next_opening,
    next_texting_time,
)
from core.sla.queries import calendar_of
from core.staff.queries import leader_slot
from core.standing.planning import plan_order
from core.standing.rules import RunState
from core.standing.tables import StandingOrderRow, StandingRunRow
from core.standing.telling import STAFF_LANGUAGE, named_day, written
from core.tasks.operations import finish_task, open_task
from core.tasks.queries import task_by_key
from core.tasks.rules import TaskKind, TaskState
from core.wording.catalogue import say
from core.wording.ear import date_spoken, name_spoken

PURPOSE = "standing"
_CALL_AFTER_TEXT = timedelta(hours=2)
STANDING_ALOUD = (
    "voice.callback.yourself",
    "voice.neighbours.who_doubt",
    "voice.neighbours.standing",
)
_VITAL_WAITS_MINUTES = 240  # of office time; all others wait until the next working day closes


def open_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Open what is due, each time once; returns how many were opened."""
    orders = session.scalars(
        select(StandingOrderRow)
        .where(StandingOrderRow.left_at.is_(None), StandingOrderRow.opens_at <= now)
        .order_by(StandingOrderRow.opens_at, StandingOrderRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for order in orders:
        _open(session, order, now)
        plan_order(session, order, now)
    session.flush()
    return len(orders)


def miss_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Give to a person what nobody confirmed in time; returns how many."""
    runs = session.scalars(
        select(StandingRunRow)
        .where(StandingRunRow.state == RunState.ASKED, StandingRunRow.answer_by <= now)
        .order_by(StandingRunRow.answer_by, StandingRunRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for run in runs:
        _settle(session, run, RunState.MISSED, "", now)
        _ask_a_person(session, run, "task_missed", now)
    session.flush()
    return len(runs)


def follow_calls(session: Session, now: datetime, limit: int = 50) -> int:
    """Let a person ask where a call met a stranger, or somebody who wants a person."""
    rows = unfollowed(session, ReachPurpose.STANDING, limit)
    for row in rows:
        row.followed_at = now
        run = session.get_one(StandingRunRow, row.about_id)
        if run.state == RunState.ASKED and row.outcome in (Outcome.PERSON, Outcome.WRONG_NUMBER):
            _settle(session, run, RunState.PERSON, Channel.CALL, now)
            _ask_a_person(session, run, "task_person", now)
    session.flush()
    return len(rows)


def answer_run(
    session: Session,
    run_id: int,
    digit: int,
    *,
    channel: str,
    now: datetime,
    told_by: Actor | None = None,
) -> RunState:
    """Take 1 as always, 2 not this time, 3 a person; returns where it stands.

    An answer after the first changes nothing, unless ``told_by`` of the staff brings a later
    word of the resident.
    """
    run = session.scalars(
        select(StandingRunRow)
        .where(StandingRunRow.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    wanted = _BY_DIGIT[digit]
    if told_by is None and run.state not in (RunState.ASKED, RunState.MISSED):
        return RunState(run.state)
    case = session.get_one(CaseRow, run.case_id)
    _settle(session, run, wanted, channel, now)
    if wanted is RunState.PERSON:
        _ask_a_person(session, run, "task_person", now)
        return wanted
    _ask_nobody(session, run, now)
    if wanted is RunState.SKIPPED:
        _withdraw(session, case, channel, now, told_by or RESIDENT)
    else:
        _note(session, case, "note_confirmed", channel, now, told_by or SERVICE)
    return wanted


def run_by_id(session: Session, run_id: int) -> StandingRunRow | None:
    """Return the run that a question or a call names."""
    return session.get(StandingRunRow, run_id)


def order_of(session: Session, run: StandingRunRow) -> StandingOrderRow:
    """Return what a run is one time of."""
    return session.get_one(StandingOrderRow, run.order_id)


_BY_DIGIT = {1: RunState.CONFIRMED, 2: RunState.SKIPPED, 3: RunState.PERSON}


def _open(session: Session, order: StandingOrderRow, now: datetime) -> None:
    community = community_by_id(session, order.community_id)
    resident = resident_by_id(session, order.resident_id)
    if resident is None or resident.left_at is not None or not order.falls_on:
        return
    serves_on = order.serves_on or order.falls_on
    phones = _phones(session, community, resident)
    case = open_case(
        session,
        community=community,
        channel=Channel.SCHEDULER,
        words=say(
            "sms.standing.case_words",
            STAFF_LANGUAGE,
            what=order.name,
            day=f"{serves_on.month}月{serves_on.day}日",
        ),
        now=now,
        phone=phones[0].phone if phones else None,
        resident=resident,
        category=Category.ERRAND,
        urgency=Urgency.SAME_DAY if order.vital else Urgency.NORMAL,
        summary=order.name,
        entered_by=SERVICE,
    )
    run = StandingRunRow(
        order_id=order.id,
        falls_on=order.falls_on,
        serves_on=serves_on,
        case_id=case.id,
        state=RunState.ASKED,
        opened_at=now,
        answer_by=_answer_by(session, community, order, now),
    )
    session.add(run)
    session.flush()
    if phones:
        _ask(session, community, order, run, resident, phones, now)
    else:
        run.answer_by = now  # nobody can be rung: a person asks at once


def _ask(
    session: Session,
    community: CommunityRow,
    order: StandingOrderRow,
    run: StandingRunRow,
    resident: ResidentRow,
    phones: Sequence[ResidentPhoneRow],
    now: datetime,
) -> None:
    """Text their mobile, and ring who has none, or does not answer the text."""
    first = phones[0]
    is_mobile = first.kind == PhoneKind.MOBILE
    text_at = next_texting_time(office_of(community), now)
    if is_mobile:
        ask(
            session,
            community_id=community.id,
            phone=first.phone,
            kind=QuestionKind.STANDING,
            about={"run_id": run.id},
            words=written(
                community,
                resident.language,
                "ask",
                what=order.name,
                day=named_day(community, run.serves_on, now, resident.language),
            ),
            now=now,
            purpose=PURPOSE,
            key=f"standing:{run.id}:ask",
            case_id=run.case_id,
            not_before=text_at,
        )
    plan_reach(
        session,
        community_id=community.id,
        purpose=ReachPurpose.STANDING,
        about_id=run.id,
        phone=first.phone,
        about=order.name,
        resident_id=resident.id,
        case_id=run.case_id,
        now=now,
        at=text_at + _CALL_AFTER_TEXT if is_mobile else now,
        manner=Manner(most_tries=3, again_minutes=60 if order.vital else 120),
        use_by=run.answer_by,
        aloud=Aloud(
            slots={
                "called": name_spoken(resident.called, resident.reading),
                "matter": order.name,
                "day": date_spoken(run.serves_on, resident.language),
                **leader_slot(session, resident),
            },
            keys=STANDING_ALOUD,
        ),
    )


def _phones(
    session: Session, community: CommunityRow, resident: ResidentRow
) -> Sequence[ResidentPhoneRow]:
    rows = phones_of(session, resident.id)
    return [row for row in rows if not is_opted_out(session, community.id, row.phone)]


def _answer_by(
    session: Session, community: CommunityRow, order: StandingOrderRow, now: datetime
) -> datetime:
    office, calendar = office_of(community), calendar_of(session, community)
    if order.vital:
        return after_office_minutes(office, calendar, now, _VITAL_WAITS_MINUTES)
    tomorrow = next_opening(office, calendar, now + timedelta(hours=12))
    return closing_time(office, calendar, local_day(office, tomorrow))


def _settle(
    session: Session, run: StandingRunRow, state: RunState, channel: str, now: datetime
) -> None:
    run.state, run.channel, run.settled_at = state, channel, now
    stop_reaching(session, ReachPurpose.STANDING, run.id, now=now)
    if state is RunState.MISSED:
        return  # a digit that comes late is still an answer
    close_asked(session, f"standing:{run.id}:", now)
    session.flush()


def _ask_a_person(session: Session, run: StandingRunRow, wording: str, now: datetime) -> None:
    order = order_of(session, run)
    community = community_by_id(session, order.community_id)
    case = session.get_one(CaseRow, run.case_id)
    resident = resident_by_id(session, order.resident_id)
    open_task(
        session,
        community=community,
        kind=TaskKind.CALL_BACK,
        words=say(
            f"sms.standing.{wording}",
            STAFF_LANGUAGE,
            called=resident.called if resident else "",
            what=order.name,
            day=f"{run.serves_on.month}月{run.serves_on.day}日",
        ),
        now=now,
        key=f"standing:{run.id}:{wording}",
        case_id=case.id,
        phone=case.phone,
        urgency=Urgency.SAME_DAY if order.vital else Urgency.NORMAL,
    )


def _ask_nobody(session: Session, run: StandingRunRow, now: datetime) -> None:
    """End what a person had to ask: the resident has said it meanwhile."""
    words = say("sms.standing.said_meanwhile", STAFF_LANGUAGE)
    for wording in ("task_missed", "task_person"):
        task = task_by_key(session, f"standing:{run.id}:{wording}")
        if task is not None and task.state == TaskState.OPEN:
            finish_task(session, task, actor=SERVICE, words=words, now=now)


def _withdraw(session: Session, case: CaseRow, channel: str, now: datetime, told_by: Actor) -> None:
    words = say("sms.standing.note_skipped", STAFF_LANGUAGE)
    try:
        withdraw_case(session, case, channel=channel, now=now, words=words, told_by=told_by)
    except Refusal:  # it was done or closed meanwhile; the words stand on it all the same
        _note(session, case, "note_skipped", channel, now, SERVICE)


def _note(
    session: Session, case: CaseRow, wording: str, channel: str, now: datetime, told_by: Actor
) -> None:
    words = say(f"sms.standing.{wording}", STAFF_LANGUAGE)
    if case.status in OPEN:
        note_event(
            session, case, what=What.NOTE, actor=told_by, channel=channel, now=now, words=words
        )
