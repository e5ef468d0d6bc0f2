"""Reads of consultations, and the recount of what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.consultations.rules import (
    RULES,
    Answer,
    Cast,
    Count,
    Standing,
    State,
    Why,
    count,
    recount,
    verdict,
)
from core.consultations.tables import AnswerRow, ConsultationRow, HouseholdPhoneRow, HouseholdRow


def consultation_by_number(
    session: Session, community_id: int, number: int, *, lock: bool = False
) -> ConsultationRow | None:
    """Return the consultation that staff call 协商7."""
    query = select(ConsultationRow).where(
        ConsultationRow.community_id == community_id, ConsultationRow.number == number
    )
    return session.scalar(query.with_for_update() if lock else query)


def consultation_by_id(session: Session, consultation_id: int) -> ConsultationRow | None:
    """Return the consultation that a row refers to."""
    return session.get(ConsultationRow, consultation_id)


def consultations_of(session: Session, community_id: int) -> Sequence[ConsultationRow]:
    """Return every consultation of a community, newest last."""
    return session.scalars(
        select(ConsultationRow)
        .where(ConsultationRow.community_id == community_id)
        .order_by(ConsultationRow.number)
    ).all()


def households_of(session: Session, consultation_id: int) -> Sequence[HouseholdRow]:
    """Return the households that were asked, door by door."""
    return session.scalars(
        select(HouseholdRow)
        .where(HouseholdRow.consultation_id == consultation_id)
        .order_by(HouseholdRow.id)
    ).all()


def household_by_id(session: Session, household_id: int) -> HouseholdRow | None:
    """Return the household that a row refers to."""
    return session.get(HouseholdRow, household_id)


def phones_of_household(session: Session, household_id: int) -> Sequence[HouseholdPhoneRow]:
    """Return the telephones of a household, mobiles first."""
    rows = session.scalars(
        select(HouseholdPhoneRow).where(HouseholdPhoneRow.household_id == household_id)
    ).all()
    return sorted(rows, key=lambda row: (not row.mobile, row.resident_id, row.phone))


def households_of_phone(
    session: Session, consultation_id: int, phone: str
) -> Sequence[HouseholdRow]:
    """Return the households of a consultation that a telephone may answer for."""
    return session.scalars(
        select(HouseholdRow)
        .join(HouseholdPhoneRow, HouseholdPhoneRow.household_id == HouseholdRow.id)
        .where(HouseholdRow.consultation_id == consultation_id, HouseholdPhoneRow.phone == phone)
        .order_by(HouseholdRow.id)
    ).all()


def newest_of_phone(session: Session, community_id: int, phone: str) -> ConsultationRow | None:
    """Return the last consultation in which a telephone was asked."""
    return session.scalars(
        select(ConsultationRow)
        .join(HouseholdRow, HouseholdRow.consultation_id == ConsultationRow.id)
        .join(HouseholdPhoneRow, HouseholdPhoneRow.household_id == HouseholdRow.id)
        .where(ConsultationRow.community_id == community_id, HouseholdPhoneRow.phone == phone)
        .order_by(ConsultationRow.id.desc())
        .limit(1)
    ).first()


def answers_of(session: Session, consultation_id: int) -> Sequence[AnswerRow]:
    """Return every answer that ever came, counted or not, in order."""
    return session.scalars(
        select(AnswerRow).where(AnswerRow.consultation_id == consultation_id).order_by(AnswerRow.id)
    ).all()


def standing_of(household: HouseholdRow) -> Standing | None:
    """Return the ballot of a household as it stands."""
    return Standing(Answer(household.answer), household.voice) if household.answer else None


def count_of(session: Session, consultation: ConsultationRow) -> Count:
    """Count the ballots as they stand."""
    rows = households_of(session, consultation.id)
    standings = {row.id: found for row in rows if (found := standing_of(row)) is not None}
    return count({row.id: row.area for row in rows}, standings)


def recount_of(session: Session, consultation: ConsultationRow) -> Count:
    """Count anew from every answer that ever came."""
    rows = households_of(session, consultation.id)
    return count({row.id: row.area for row in rows}, recounted(session, consultation))


def recounted(session: Session, consultation: ConsultationRow) -> Mapping[int, Standing]:
    """Return each household's ballot as it follows from every answer that ever came."""
    rows = households_of(session, consultation.id)
    last = (consultation.result or {}).get("last_answer")
    casts = [
        Cast(row.household_id, row.phone, Answer(row.answer), row.at)
        for row in answers_of(session, consultation.id)
        if (row.id <= last if last is not None else row.why != Why.LATE)  # also once called off
    ]
    asked = [row.id for row in rows]
    return recount(casts, households=asked, closes_at=consultation.closes_at)


def carries_now(session: Session, consultation: ConsultationRow) -> bool:
    """Tell whether it would carry if it closed now."""
    return verdict(RULES[consultation.rule], count_of(session, consultation)).carries


def is_open(consultation: ConsultationRow) -> bool:
    """Tell whether ballots are still taken, the closing instant apart."""
    return consultation.state == State.OPEN


def anything_due(now: datetime) -> Select[int]:
    """Find whether a consultation is to be reminded of, or closed."""
    return select(ConsultationRow.id).where(
        ConsultationRow.state == State.OPEN, ConsultationRow.next_at <= now
    )
