"""Ballots: every answer that comes is kept, and counted if it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.consultations.asking import PURPOSE, question_key
from core.consultations.queries import (
    households_of,
    households_of_phone,
    phones_of_household,
    standing_of,
)
from core.consultations.rules import Answer, Cast, State, Why, judge
from core.consultations.tables import AnswerRow, ConsultationRow, HouseholdPhoneRow, HouseholdRow
from core.consultations.telling import (
    STAFF_LANGUAGE,
    answer_words,
    question_words,
    subject_of,
    written,
)
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.questions.operations import ask_in_reply, settle
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.reaching.operations import stop_reaching
from core.reaching.rules import ReachPurpose
from core.residents.queries import resident_by_id
from core.sla.hours import next_texting_time
from core.staff.tables import StaffRow


@dataclass(frozen=True)
class Taken:
    """What became of an answer, and for which household it was."""

    why: Why
    household: HouseholdRow | None


def answer_by_phone(
    session: Session,
    *,
    consultation: ConsultationRow,
    phone: str | None,
    answer: Answer,
    channel: str,
    words: str,
    now: datetime,
    household_id: int | None = None,
) -> Taken:
    """Take an answer from a telephone.

    ``household_id`` says for which household, where the telephone answers for several; of a
    telephone that answers for none the answer is kept and not counted.
    """
    locked = _lock(session, consultation)
    found = households_of_phone(session, locked.id, phone) if phone is not None else []
    household = next((row for row in found if household_id in (None, row.id)), None)
    return _take(
        session,
        locked,
        household,
        Cast(household.id if household else None, phone or "", answer, now),
        channel=channel,
        words=words,
    )


def answer_at_door(
    session: Session,
    *,
    consultation: ConsultationRow,
    staff: StaffRow,
    room: str,
    answer: Answer,
    words: str,
    now: datetime,
) -> Taken:
    """Take an answer that a member of staff collected at the door 上门.

    :raises Refusal: if the room was not asked, or several of that number were; kept all the same
        by the caller of :func:`keep_stray`.
    """
    locked = _lock(session, consultation)
    household = find_household(session, locked, room)
    cast = Cast(household.id, None, answer, now)
    return _take(session, locked, household, cast, channel="door", words=words, staff=staff)


def keep_stray(
    session: Session,
    *,
    consultation: ConsultationRow,
    staff: StaffRow | None,
    place: str,
    answer: Answer,
    words: str,
    now: datetime,
) -> None:
    """Keep an answer for a door that was not asked; it counts for nothing."""
    session.add(
        AnswerRow(
            consultation_id=consultation.id,
            place=place,
            at=now,
            staff_id=staff.id if staff else None,
            channel="door",
            answer=answer,
            why=Why.NOT_ASKED,
            words=words,
        )
    )
    session.flush()


def find_household(session: Session, consultation: ConsultationRow, room: str) -> HouseholdRow:
    """Return the household of a room (402) or a whole address (3-2-402).

    :raises Refusal: ``sms.consultation.unknown_room`` or ``several_rooms``.
    """
    rows = [
        row
        for row in households_of(session, consultation.id)
        if row.place == room or row.place.endswith(f"-{room}")
    ]
    if not rows:
        raise Refusal("sms.consultation.unknown_room", room=room, number=str(consultation.number))
    if len(rows) > 1:
        raise Refusal(
            "sms.consultation.several_rooms", room=room, rooms=" ".join(row.place for row in rows)
        )
    return rows[0]


def _lock(session: Session, consultation: ConsultationRow) -> ConsultationRow:
    """Let answers and the close of one consultation come one after the other."""
    return session.scalars(
        select(ConsultationRow)
        .where(ConsultationRow.id == consultation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _take(
    session: Session,
    consultation: ConsultationRow,
    household: HouseholdRow | None,
    cast: Cast,
    *,
    channel: str,
    words: str,
    staff: StaffRow | None = None,
) -> Taken:
    if household is not None:
        session.refresh(household)  # another answer may have come while we waited for the lock
    why = judge(
        standing_of(household) if household else None,
        cast,
        asked=household is not None,
        closes_at=consultation.closes_at,
        is_open=consultation.state == State.OPEN,
    )
    kept = AnswerRow(
        consultation_id=consultation.id,
        household_id=cast.household,
        place=household.place if household else "",
        at=cast.at,
        phone=cast.voice,
        staff_id=staff.id if staff else None,
        channel=channel,
        answer=cast.answer,
        why=why,
        words=words,
    )
    session.add(kept)
    if why is Why.COUNTED and household is not None:
        before = household.voice
        household.answer, household.voice = cast.answer, cast.voice
        household.answered_at = cast.at
        _ask_no_more(session, consultation, household, cast)
        if staff is not None:
            session.flush()
            _tell_of_door(session, consultation, household, kept, before)
    session.flush()
    return Taken(why, household)


def _ask_no_more(
    session: Session, consultation: ConsultationRow, household: HouseholdRow, cast: Cast
) -> None:
    """Free the telephones of a household from a question that one of them answered."""
    stop_reaching(session, ReachPurpose.CONSULTATION, household.id, now=cast.at)
    phones = select(HouseholdPhoneRow.phone).where(HouseholdPhoneRow.household_id == household.id)
    for phone in session.scalars(phones).all():
        theirs = households_of_phone(session, consultation.id, phone)
        if all(row.answer for row in theirs):
            _free(session, consultation, phone, cast)
    if cast.voice:
        _let_change(session, consultation, cast.voice, cast.at)


def _free(session: Session, consultation: ConsultationRow, phone: str, cast: Cast) -> None:
    key = question_key(consultation, phone)
    question = session.scalar(select(QuestionRow).where(QuestionRow.key == key))
    if question is not None and question.state in ("open", "waiting"):
        digit = "1" if cast.answer is Answer.AGREE else "2"
        settle(session, question, digit, cast.at)


def _tell_of_door(
    session: Session,
    consultation: ConsultationRow,
    household: HouseholdRow,
    kept: AnswerRow,
    before: str | None,
) -> None:
    """Tell a household what was entered for it: a wrong room, or a forged number, shows at once.

    ``before`` is the telephone whose answer it replaces.
    """
    community = community_by_id(session, consultation.community_id)
    at = next_texting_time(office_of(community), kept.at)
    mobiles = [row for row in phones_of_household(session, household.id) if row.mobile]
    mobiles.sort(key=lambda row: row.phone != before)
    if not mobiles or at >= consultation.closes_at:
        return
    resident = resident_by_id(session, mobiles[0].resident_id)
    language = resident.language if resident else STAFF_LANGUAGE
    enqueue_text(
        session,
        community_id=community.id,
        to=mobiles[0].phone,
        words=written(
            community,
            language,
            "door_told",
            what=subject_of(consultation),
            answer=answer_words(kept.answer, language),
        ),
        purpose=PURPOSE,
        key=f"consultation-door:{kept.id}",
        now=kept.at,
        not_before=at,
        case_id=consultation.case_id,
    )
    _let_change(session, consultation, mobiles[0].phone, kept.at)


def _let_change(session: Session, consultation: ConsultationRow, phone: str, now: datetime) -> None:
    """Leave a door open: a telephone may change what stands for its household by one digit."""
    key = f"{question_key(consultation, phone)}:change"
    if session.scalar(select(QuestionRow.id).where(QuestionRow.key == key)) is not None:
        return
    community = community_by_id(session, consultation.community_id)
    offer = ask_in_reply(
        session,
        community_id=community.id,
        phone=phone,
        kind=QuestionKind.CONSULTATION_CHANGE,
        about={"consultation_id": consultation.id},
        words=question_words(community, consultation.words, consultation.closes_at, now),
        now=now,
        case_id=consultation.case_id,
    )
    offer.key = key
