"""How a household is asked: its mobiles by text, its landline, or all who stay silent, by call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.consultations.queries import households_of_phone, phones_of_household
from core.consultations.tables import ConsultationRow, HouseholdPhoneRow, HouseholdRow
from core.consultations.telling import question_words
from core.outbox.operations import enqueue_text
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.reaching.operations import plan_reach
from core.reaching.rules import Manner, ReachPurpose
from core.reaching.spoken import Aloud
from core.residents.queries import resident_by_id
from core.sla.hours import next_texting_time
from core.staff.queries import leader_slot
from core.wording.ear import digits_spoken

DOOR_ALOUD = ("voice.neighbours.consult_door",)
PURPOSE = "consultation"  # of texts in the outbox


def question_key(consultation: ConsultationRow, phone: str) -> str:
    """Name the question on a phone; those of one consultation begin alike."""
    return f"{question_keys(consultation)}{phone}"


def question_keys(consultation: ConsultationRow) -> str:
    """Return what the keys of all its questions begin with."""
    return f"consultation:{consultation.id}:"


def ask_by_text(
    session: Session,
    community: CommunityRow,
    consultation: ConsultationRow,
    household: HouseholdRow,
    *,
    now: datetime,
) -> bool:
    """Text the question to every mobile of a household; False if it has none.

    A phone that answers for two households is asked once.
    """
    mobiles = [row for row in phones_of_household(session, household.id) if row.mobile]
    for row in mobiles:
        ask(
            session,
            community_id=community.id,
            phone=row.phone,
            kind=QuestionKind.CONSULTATION,
            about={"consultation_id": consultation.id},
            words=question_words(
                community,
                consultation.words,
                consultation.closes_at,
                now,
                language=_language(session, row.resident_id),
            ),
            now=now,
            purpose=PURPOSE,
            key=question_key(consultation, row.phone),
            case_id=consultation.case_id,
            not_before=next_texting_time(office_of(community), now),
        )
    return bool(mobiles)


def remind_by_text(
    session: Session,
    community: CommunityRow,
    consultation: ConsultationRow,
    household: HouseholdRow,
    *,
    now: datetime,
) -> None:
    """Remind the mobiles of a household that has not answered yet."""
    for row in phones_of_household(session, household.id):
        if row.mobile:
            words = question_words(
                community,
                consultation.words,
                consultation.closes_at,
                now,
                language=_language(session, row.resident_id),
                again=True,
            )
            enqueue_text(
                session,
                community_id=community.id,
                to=row.phone,
                words=words,
                purpose=PURPOSE,
                key=f"consultation-reminder:{consultation.id}:{row.phone}",
                now=now,
                not_before=next_texting_time(office_of(community), now),
                case_id=consultation.case_id,
            )


def ring_household(
    session: Session,
    consultation: ConsultationRow,
    household: HouseholdRow,
    *,
    most_tries: int,
    now: datetime,
) -> None:
    """Ring the first telephone of a household in the calling windows, until it closes."""
    phones = phones_of_household(session, household.id)
    if phones:
        plan_reach(
            session,
            community_id=consultation.community_id,
            purpose=ReachPurpose.CONSULTATION,
            about_id=household.id,
            phone=phones[0].phone,
            about=consultation.words,
            resident_id=phones[0].resident_id,
            case_id=consultation.case_id,
            manner=Manner(most_tries=most_tries),
            now=now,
            use_by=consultation.closes_at,
            aloud=_aloud(session, consultation, household, phones[0]),
        )


def _aloud(
    session: Session,
    consultation: ConsultationRow,
    household: HouseholdRow,
    phone: HouseholdPhoneRow,
) -> Aloud:
    """Name the question, who rings, and the door if the telephone belongs to several households."""
    leader = leader_slot(session, resident_by_id(session, phone.resident_id))
    if len(households_of_phone(session, consultation.id, phone.phone)) < 2:
        return Aloud(words=consultation.words, slots=leader)
    language = _language(session, phone.resident_id)
    room = digits_spoken(household.place.rpartition("-")[2], language)
    return Aloud(words=consultation.words, slots={"room": room, **leader}, keys=DOOR_ALOUD)


def _language(session: Session, resident_id: int) -> str:
    resident = resident_by_id(session, resident_id)
    return resident.language if resident else "zh_CN"
