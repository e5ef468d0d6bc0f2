"""Welfare calls 平安电话: three tries, the named contact, the grid leader at the door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.phones import shown
from core.reaching.operations import plan_reach
from core.reaching.queries import unfollowed
from core.reaching.rules import Manner, Outcome, ReachPurpose
from core.reaching.spoken import Aloud
from core.residents.queries import resident_by_id, ring_phone
from core.residents.tables import ResidentRow
from core.sla.hours import local_day
from core.staff.queries import leader_slot
from core.standing.planning import plan_welfare
from core.standing.queries import doors_done
from core.standing.rules import (
    CONTACT_AGAIN_MINUTES,
    CONTACT_TRIES,
    DOOR_WITHIN,
    WELFARE_AGAIN_MINUTES,
    WELFARE_TRIES,
    RoundState,
)
from core.standing.tables import WelfareRoundRow, WelfareRow
from core.standing.telling import STAFF_LANGUAGE, written
from core.tasks.alerts import address_words
from core.tasks.operations import finish_task, open_task
from core.tasks.people import grid_leader
from core.tasks.queries import task_by_key
from core.tasks.rules import SERVICE, TaskKind, TaskState
from core.wording.catalogue import say
from core.wording.ear import name_spoken

_TRIES = Manner(most_tries=WELFARE_TRIES, again_minutes=WELFARE_AGAIN_MINUTES, agreed=True)
_CONTACT = Manner(most_tries=CONTACT_TRIES, again_minutes=CONTACT_AGAIN_MINUTES, agreed=True)
CONTACT_ALOUD = ("voice.neighbours.contact",)


def begin_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Begin the rounds that are due; returns how many."""
    rows = session.scalars(
        select(WelfareRow)
        .where(WelfareRow.left_at.is_(None), WelfareRow.next_at <= now)
        .order_by(WelfareRow.next_at, WelfareRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _begin(session, row, now)
        plan_welfare(session, row, now)
    session.flush()
    return len(rows)


def follow_welfare(session: Session, now: datetime, limit: int = 50) -> int:
    """Climb from the tries to the contact, and from there to the door; returns how many."""
    tries = unfollowed(session, ReachPurpose.WELFARE, limit)
    for row in tries:
        row.followed_at = now
        if row.outcome not in (Outcome.ANSWERED, Outcome.PERSON):
            _to_contact(session, session.get_one(WelfareRoundRow, row.about_id), now)
    contacts = unfollowed(session, ReachPurpose.WELFARE_CONTACT, limit)
    for row in contacts:
        row.followed_at = now
        _to_door(session, session.get_one(WelfareRoundRow, row.about_id), now)
    session.flush()
    return len(tries) + len(contacts)


def say_safe(session: Session, round_id: int, *, said_by: str, now: datetime) -> None:
    """Note that somebody is well; whoever was on the way to the door is told."""
    row = session.get_one(WelfareRoundRow, round_id, with_for_update=True)
    if row.state == RoundState.SAFE:
        return
    row.state, row.settled_at, row.said_by = RoundState.SAFE, now, said_by
    task = task_by_key(session, door_key(row))
    if task is not None and task.state == TaskState.OPEN:
        words = say("sms.standing.safe_after_all", STAFF_LANGUAGE)
        finish_task(session, task, actor=SERVICE, words=words, now=now)
    session.flush()


def settle_doors(session: Session, now: datetime, limit: int = 50) -> int:
    """End the rounds at whose door somebody was; returns how many."""
    rows = session.scalars(
        select(WelfareRoundRow).where(WelfareRoundRow.id.in_(doors_done(now))).limit(limit)
    ).all()
    for row in rows:
        task = task_by_key(session, door_key(row))
        if task is not None:
            row.state, row.settled_at = RoundState.SAFE, task.done_at or now
            row.said_by = task.done_by
    session.flush()
    return len(rows)


def door_key(row: WelfareRoundRow) -> str:
    """Return the key of the task that sends the grid leader to the door."""
    return f"welfare:{row.id}:door"


def welfare_of(session: Session, row: WelfareRoundRow) -> tuple[WelfareRow, ResidentRow]:
    """Return whose welfare call a round is."""
    welfare = session.get_one(WelfareRow, row.welfare_id)
    return welfare, session.get_one(ResidentRow, welfare.resident_id)


def round_by_id(session: Session, round_id: int) -> WelfareRoundRow | None:
    """Return the round that a call names."""
    return session.get(WelfareRoundRow, round_id)


def _begin(session: Session, welfare: WelfareRow, now: datetime) -> None:
    community = community_by_id(session, welfare.community_id)
    today = local_day(office_of(community), now)
    known = select(WelfareRoundRow.id).where(
        WelfareRoundRow.welfare_id == welfare.id, WelfareRoundRow.on == today
    )
    resident = resident_by_id(session, welfare.resident_id)
    if resident is None or resident.left_at is not None or session.scalar(known) is not None:
        return
    row = WelfareRoundRow(welfare_id=welfare.id, on=today, state=RoundState.CALLING, began_at=now)
    session.add(row)
    session.flush()
    phone = ring_phone(session, resident.id)
    if phone is None:
        _to_contact(session, row, now)
        return
    plan_reach(
        session,
        community_id=community.id,
        purpose=ReachPurpose.WELFARE,
        about_id=row.id,
        phone=phone,
        about=say("sms.standing.welfare", STAFF_LANGUAGE, called=resident.called),
        resident_id=resident.id,
        now=now,
        manner=_TRIES,
    )


def _to_contact(session: Session, row: WelfareRoundRow, now: datetime) -> None:
    if row.state != RoundState.CALLING:
        return
    welfare, resident = welfare_of(session, row)
    if welfare.contact_phone is None:
        _to_door(session, row, now)
        return
    community = community_by_id(session, welfare.community_id)
    row.state, row.contact_at = RoundState.CONTACT, now
    enqueue_text(
        session,
        community_id=community.id,
        to=welfare.contact_phone,
        words=written(community, STAFF_LANGUAGE, "contact", called=resident.called),
        purpose="reply",  # at once: somebody may be lying there
        key=f"welfare:{row.id}:contact",
        now=now,
        priority=1,
    )
    plan_reach(
        session,
        community_id=community.id,
        purpose=ReachPurpose.WELFARE_CONTACT,
        about_id=row.id,
        phone=welfare.contact_phone,
        about=say("sms.standing.welfare", STAFF_LANGUAGE, called=resident.called),
        now=now,
        manner=_CONTACT,
        aloud=Aloud(
            slots={
                "called": name_spoken(resident.called, resident.reading),
                **leader_slot(session, resident),
            },
            keys=CONTACT_ALOUD,
        ),
    )


def _to_door(session: Session, row: WelfareRoundRow, now: datetime) -> None:
    if row.state not in (RoundState.CALLING, RoundState.CONTACT):
        return
    welfare, resident = welfare_of(session, row)
    community = community_by_id(session, welfare.community_id)
    row.state, row.door_at = RoundState.DOOR, now
    open_task(
        session,
        community=community,
        kind=TaskKind.AT_THE_DOOR,
        words=_door_words(session, community, welfare, resident),
        now=now,
        key=door_key(row),
        due_at=now + DOOR_WITHIN,
        owner=grid_leader(session, community.id, resident.grid_id),
        phone=ring_phone(session, resident.id),
        urgency="P1",
    )
    session.flush()


def _door_words(
    session: Session, community: CommunityRow, welfare: WelfareRow, resident: ResidentRow
) -> str:
    contact = shown(welfare.contact_phone, office_of(community).area_code)
    return say(
        "sms.standing.task_door",
        STAFF_LANGUAGE,
        called=resident.called,
        where=address_words(session, resident.estate_id, resident.place),
        contact=f"{welfare.contact_name}{contact}" or say("sms.standing.nobody", STAFF_LANGUAGE),
    )
