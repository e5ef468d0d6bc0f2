"""Residents who have only a landline: what others get as a text is told to them by a call."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_call
from core.outbox.tables import OutboxRow
from core.phones import shown
from core.points.queries import redemption_by_id, reward_of
from core.points.rules import RedemptionState
from core.points.tables import RedemptionRow
from core.residents.hearing import hearing_of
from core.residents.queries import ring_phone
from core.residents.tables import ResidentRow
from core.sla.hours import next_calling_time, own_window_of
from core.sla.queries import calendar_of
from core.sound.spoken import want_sentences
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say
from core.wording.ear import digits_spoken

CODE_ALOUD = ("voice.points.code",)
PURPOSE = "reservation"  # of the call, see core.calls.rules.CallPurpose
_STAFF_LANGUAGE = "zh_CN"
_UNTIL_THEY_HUNG_UP = timedelta(minutes=5)


def announce_by_call(
    session: Session, *, community: CommunityRow, redemption: RedemptionRow, now: datetime
) -> None:
    """Ring the registered landline about a reservation: its code, and 2 lets it go.

    Whoever ordered it by telephone may have forged the number; the one who answers has it.
    """
    resident = session.get_one(ResidentRow, redemption.resident_id)
    phone = ring_phone(session, resident.id)
    if phone is None:
        return
    hearing = hearing_of(session, community.id, phone)
    slots = {"code": digits_spoken(redemption.code, hearing.language)}
    want_sentences(
        session, CODE_ALOUD, slots, language=hearing.language, pace=hearing.pace, now=now
    )
    enqueue_call(
        session,
        community_id=community.id,
        to=phone,
        purpose=PURPOSE,
        about=_words(session, redemption, phone),
        detail={"redemption_id": redemption.id},
        key=f"points:announced:{redemption.id}",
        now=now,
        not_before=next_calling_time(
            office_of(community),
            calendar_of(session, community),
            now + _UNTIL_THEY_HUNG_UP,
            own_window_of(resident.call_from, resident.call_until),
        ),
    )


def report_unannounced(session: Session, row: OutboxRow, *, now: datetime) -> None:
    """Let a person tell somebody whom our call did not reach."""
    redemption = redemption_by_id(session, int(row.detail["redemption_id"]))
    if redemption is None or redemption.state != RedemptionState.RESERVED:
        return
    open_task(
        session,
        community=community_by_id(session, row.community_id),
        kind=TaskKind.TELL_RESIDENT,
        words=_words(session, redemption, row.to),
        now=now,
        key=f"points:unannounced:{redemption.id}",
        phone=row.to,
    )


def _words(session: Session, redemption: RedemptionRow, phone: str) -> str:
    resident = session.get_one(ResidentRow, redemption.resident_id)
    office = office_of(community_by_id(session, redemption.community_id))
    return say(
        "sms.points.task_announce",
        _STAFF_LANGUAGE,
        name=resident.name,
        number_to_ring=shown(phone, office.area_code),
        reward=reward_of(session, redemption).name,
        code=redemption.code,
    )
