"""Reminders, the close, and the result on its way to every household and to the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.cases.events import note_event
from core.cases.queries import case_by_id
from core.cases.rules import SERVICE, Channel, What
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.consultations.asking import PURPOSE, question_keys, remind_by_text, ring_household
from core.consultations.opening import set_next
from core.consultations.queries import count_of, households_of, phones_of_household
from core.consultations.rules import RULES, State, split, verdict
from core.consultations.tables import AnswerRow, ConsultationRow, HouseholdRow
from core.consultations.telling import (
    STAFF_LANGUAGE,
    count_slots,
    result_words,
    rooms_words,
    spoken_result,
    subject_of,
    verdict_words,
    written,
)
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.questions.operations import close_asked
from core.reaching.operations import plan_reach, stop_reaching
from core.reaching.queries import unfollowed
from core.reaching.rules import Manner, Outcome, ReachPurpose
from core.reaching.spoken import Aloud
from core.residents.queries import resident_by_id
from core.sla.hours import next_texting_time
from core.staff.queries import leader_slot, phone_of, staff_by_id
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say


def step_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Remind, list for the door, or close, whatever is due; return how many were touched."""
    rows = session.scalars(
        select(ConsultationRow)
        .where(ConsultationRow.state == State.OPEN, ConsultationRow.next_at <= now)
        .order_by(ConsultationRow.next_at, ConsultationRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _step(session, row, now)
    return len(rows)


def close_now(session: Session, consultation: ConsultationRow, *, now: datetime) -> None:
    """Close before its time.

    :raises Refusal: ``sms.consultation.over``.
    """
    _close(session, _locked(session, consultation), now)


def call_off(session: Session, consultation: ConsultationRow, *, now: datetime) -> None:
    """Call a question off: nothing of it counts, and nobody is asked any more.

    :raises Refusal: ``sms.consultation.over``.
    """
    locked = _locked(session, consultation)
    locked.state, locked.closed_at = State.CALLED_OFF, now
    set_next(locked)
    _ask_nobody(session, locked, now)


def silent_households(session: Session, consultation: ConsultationRow) -> list[HouseholdRow]:
    """Return the households that have not answered."""
    return [row for row in households_of(session, consultation.id) if not row.answer]


def _step(session: Session, consultation: ConsultationRow, now: datetime) -> None:
    community = community_by_id(session, consultation.community_id)
    if consultation.closes_at <= now:
        _close(session, consultation, now)
        return
    if consultation.remind_at is not None and consultation.remind_at <= now:
        consultation.remind_at = None
        for household in silent_households(session, consultation):
            ring_household(session, consultation, household, most_tries=2, now=now)
    if consultation.door_at is not None and consultation.door_at <= now:
        consultation.door_at = None
        _list_for_the_door(session, community, consultation, now)
    set_next(consultation)
    session.flush()


def _list_for_the_door(
    session: Session, community: CommunityRow, consultation: ConsultationRow, now: datetime
) -> None:
    silent = silent_households(session, consultation)
    if not silent:
        return
    for household in silent:
        remind_by_text(session, community, consultation, household, now=now)
    _task(
        session,
        community,
        consultation,
        "task_door",
        households=silent,
        due_at=consultation.closes_at,
        now=now,
    )


def _locked(session: Session, consultation: ConsultationRow) -> ConsultationRow:
    row = session.scalars(
        select(ConsultationRow)
        .where(ConsultationRow.id == consultation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.state != State.OPEN:
        raise Refusal("sms.consultation.over", number=str(row.number))
    return row


def _close(session: Session, consultation: ConsultationRow, now: datetime) -> None:
    community = community_by_id(session, consultation.community_id)
    counted = count_of(session, consultation)
    found = verdict(RULES[consultation.rule], counted)
    consultation.state, consultation.closed_at = State.CLOSED, now
    consultation.result = {
        **{name: int(number) for name, number in count_slots(counted).items()},
        "area_asked": counted.area_asked,
        "area_agree": counted.area_agree,
        "area_disagree": counted.area_disagree,
        "enough_take_part": found.enough_take_part,
        "enough_agree": found.enough_agree,
        "carried": found.carries,
        "last_answer": session.scalar(
            select(func.max(AnswerRow.id)).where(AnswerRow.consultation_id == consultation.id)
        )
        or 0,
    }
    set_next(consultation)
    households = households_of(session, consultation.id)
    if found.carries and consultation.total_fen is not None:
        shares = split(consultation.total_fen, len(households))
        for household, share in zip(households, shares, strict=True):
            household.share_fen = share
    session.flush()
    _ask_nobody(session, consultation, now)
    _tell_everybody(session, community, consultation, households, now)
    _tell_staff(session, community, consultation, now)


def _ask_nobody(session: Session, consultation: ConsultationRow, now: datetime) -> None:
    close_asked(session, question_keys(consultation), now)
    for household in households_of(session, consultation.id):
        stop_reaching(session, ReachPurpose.CONSULTATION, household.id, now=now)


def _tell_everybody(
    session: Session,
    community: CommunityRow,
    consultation: ConsultationRow,
    households: Sequence[HouseholdRow],
    now: datetime,
) -> None:
    for household in households:
        household.told = _tell(session, community, consultation, household, now)
    at_door = [household for household in households if household.told == "door"]
    if at_door:
        _task(
            session, community, consultation, "task_tell", households=at_door, due_at=None, now=now
        )


def _tell(
    session: Session,
    community: CommunityRow,
    consultation: ConsultationRow,
    household: HouseholdRow,
    now: datetime,
) -> str:
    """Tell one household: by text to whoever answered, else to its first mobile, else by call."""
    phones = phones_of_household(session, household.id)
    answered = [row for row in phones if row.phone == household.voice]
    for row in (*answered, *phones):
        if row.mobile:
            language = _language_of(session, row.resident_id)
            enqueue_text(
                session,
                community_id=community.id,
                to=row.phone,
                words=result_words(community, consultation, household, language=language),
                purpose=PURPOSE,
                key=f"consultation-result:{household.id}",
                now=now,
                not_before=next_texting_time(office_of(community), now),
                case_id=consultation.case_id,
            )
            return "text"
    if not phones:
        return "door"
    plan_reach(
        session,
        community_id=community.id,
        purpose=ReachPurpose.RESULT,
        about_id=household.id,
        phone=phones[0].phone,
        about=subject_of(consultation),
        resident_id=phones[0].resident_id,
        case_id=consultation.case_id,
        manner=Manner(most_tries=3),
        now=now,
        aloud=Aloud(
            words=spoken_result(
                consultation, household, _language_of(session, phones[0].resident_id)
            ),
            slots=leader_slot(session, resident_by_id(session, phones[0].resident_id)),
        ),
    )
    return "call"


def _language_of(session: Session, resident_id: int | None) -> str:
    resident = resident_by_id(session, resident_id)
    return resident.language if resident else STAFF_LANGUAGE


def _tell_staff(
    session: Session, community: CommunityRow, consultation: ConsultationRow, now: datetime
) -> None:
    result = consultation.result or {}
    slots = {
        "number": str(consultation.number),
        "what": subject_of(consultation),
        "verdict": verdict_words(result["carried"], STAFF_LANGUAGE),
        **{name: str(result[name]) for name in ("asked", "agree", "disagree", "silent")},
    }
    staff = staff_by_id(session, consultation.opened_by)
    if staff is not None and staff.left_at is None:
        enqueue_text(
            session,
            community_id=community.id,
            to=phone_of(session, staff.id),
            words=written(community, staff.language, "result_staff", **slots),
            purpose="consultation_staff",
            key=f"consultation-closed:{consultation.id}",
            now=now,
        )
    case = case_by_id(session, consultation.case_id) if consultation.case_id else None
    if case is not None:
        note_event(
            session,
            case,
            what=What.NOTE,
            actor=SERVICE,
            channel=Channel.SCHEDULER,
            now=now,
            words=say("sms.consultation.note_result", STAFF_LANGUAGE, **slots),
        )


def follow_results(session: Session, now: datetime, limit: int = 50) -> int:
    """Let a person tell those whom our calls about a result did not reach; return how many."""
    rows = unfollowed(session, ReachPurpose.RESULT, limit)
    for row in rows:
        row.followed_at = now
        if row.outcome not in (Outcome.ANSWERED, Outcome.PERSON):
            _report_untold(session, session.get_one(HouseholdRow, row.about_id), now=now)
    session.flush()
    return len(rows)


def _report_untold(session: Session, household: HouseholdRow, *, now: datetime) -> None:
    consultation = session.get_one(ConsultationRow, household.consultation_id)
    community = community_by_id(session, consultation.community_id)
    household.told = "door"
    _task(
        session,
        community,
        consultation,
        "task_tell",
        households=[household],
        due_at=None,
        now=now,
        key=f"consultation:{consultation.id}:untold:{household.id}",
    )


def _task(
    session: Session,
    community: CommunityRow,
    consultation: ConsultationRow,
    wording: str,
    *,
    households: Sequence[HouseholdRow],
    due_at: datetime | None,
    now: datetime,
    key: str | None = None,
) -> None:
    owner = staff_by_id(session, consultation.opened_by)
    open_task(
        session,
        community=community,
        kind=TaskKind.TELL_RESIDENT if wording == "task_tell" else TaskKind.AT_THE_DOOR,
        words=say(
            f"sms.consultation.{wording}",
            STAFF_LANGUAGE,
            number=str(consultation.number),
            what=subject_of(consultation),
            count=str(len(households)),
            rooms=rooms_words(households, STAFF_LANGUAGE),
            room=rooms_words(households[:1], STAFF_LANGUAGE),
        ),
        now=now,
        key=key or f"consultation:{consultation.id}:{wording}",
        due_at=due_at,
        owner=owner if owner is not None and owner.left_at is None else None,
        case_id=consultation.case_id,
    )
