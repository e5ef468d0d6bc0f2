"""Opening a consultation: its households, its closing, its texts and first calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.cases.events import note_event
from core.cases.queries import case_by_id
from core.cases.rules import Actor, What
from core.cases.tables import CaseRow
from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.consultations.asking import ask_by_text, ring_household
from core.consultations.households import Found, households_at
from core.consultations.queries import households_of
from core.consultations.reading import Matter
from core.consultations.rules import RULES, State, yuan
from core.consultations.tables import ConsultationRow, HouseholdPhoneRow, HouseholdRow
from core.consultations.telling import LONGEST_TEXT, question_words, units
from core.errors import Refusal
from core.phones import PhoneKind
from core.residents.operations import is_opted_out
from core.residents.queries import line_of
from core.sla.hours import closing_time, local_day, next_calling_time, next_opening
from core.sla.queries import calendar_of
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.staff.where import Where
from core.tasks.locks import lock_community
from core.wording.catalogue import say

DAYS = 3  # that households have, where the opener names none
_MOST_DAYS = 30
_REMIND_AFTER = timedelta(hours=24)
_DOOR_BEFORE = timedelta(hours=28)  # the afternoon before the closing day
_MAY_OPEN = frozenset(
    {Role.DUTY_CLERK, Role.GRID_WORKER, Role.GRID_LEADER, Role.DEPUTY, Role.DIRECTOR}
)


@dataclass(frozen=True)
class Draft:
    """A consultation that could be opened: said back to its opener before it is."""

    where: Where
    matter: Matter
    households: Sequence[Found]
    total_fen: int | None
    closes_at: datetime
    text: str  # as a household will read it


def draft(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    where: Where,
    matter: Matter,
    now: datetime,
) -> Draft:
    """Check everything that a consultation needs before it may be asked.

    :raises Refusal: if the opener may not, nobody lives there, the costs do not add up, an area
        is needed and not known, or the text would be longer than one.
    """
    check_may_open(community, staff)
    households = households_at(session, where)
    if not households:
        raise Refusal("sms.consultation.nobody", where=where.shown)
    if not matter.words:
        raise Refusal("sms.consultation.help")
    days = DAYS if matter.days is None else matter.days
    if not 1 <= days <= _MOST_DAYS:
        raise Refusal("sms.consultation.bad_days", most=str(_MOST_DAYS))
    closes_at = _closes_at(session, community, now, days)
    words = question_words(community, matter.words, closes_at, now, again=True)
    if units(words) > LONGEST_TEXT:
        raise Refusal("sms.consultation.too_long", count=str(units(words) - LONGEST_TEXT))
    if RULES[matter.rule].by_area and any(not household.area for household in households):
        rooms = " ".join(household.room for household in households if not household.area)
        raise Refusal("sms.consultation.area_missing", rooms=rooms)
    return Draft(
        where=where,
        matter=matter,
        households=households,
        total_fen=_total(matter, len(households)),
        closes_at=closes_at,
        text=question_words(community, matter.words, closes_at, now),
    )


def open_consultation(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    drafted: Draft,
    case: CaseRow | None,
    channel: str,
    now: datetime,
) -> ConsultationRow:
    """Ask the households of a draft; each mobile by text, those with only a landline by call."""
    lock_community(session, community.id)
    calendar, office = calendar_of(session, community), office_of(community)
    remind_at = next_calling_time(office, calendar, now + _REMIND_AFTER)
    door_at = next_opening(office, calendar, drafted.closes_at - _DOOR_BEFORE)
    consultation = ConsultationRow(
        community_id=community.id,
        number=_next_number(session, community.id),
        case_id=case.id if case else None,
        where=drafted.where.shown,
        words=drafted.matter.words,
        rule=drafted.matter.rule,
        total_fen=drafted.total_fen,
        state=State.OPEN,
        opened_by=staff.id,
        opened_at=now,
        closes_at=drafted.closes_at,
        remind_at=remind_at if remind_at < drafted.closes_at else None,
        door_at=max(door_at, now) if door_at < drafted.closes_at else now,
    )
    session.add(consultation)
    session.flush()
    for found in drafted.households:
        _add_household(session, consultation, drafted.where, found, now)
    session.flush()
    _ask_everybody(session, community, consultation, now)
    set_next(consultation)
    _note_on_case(session, consultation, staff, channel, now)
    return consultation


def check_may_open(community: CommunityRow, staff: StaffRow) -> None:
    """Let whoever answers for the office pass.

    :raises Refusal: ``sms.consultation.not_allowed``.
    """
    if staff.community_id != community.id or _MAY_OPEN.isdisjoint(staff.roles):
        raise Refusal("sms.consultation.not_allowed", name=staff.name)


def set_next(consultation: ConsultationRow) -> None:
    """Note when the scheduler has something to do about a consultation."""
    steps = (consultation.remind_at, consultation.door_at, consultation.closes_at)
    waiting = [at for at in steps if at is not None]
    consultation.next_at = min(waiting) if consultation.state == State.OPEN else None


def _closes_at(session: Session, community: CommunityRow, now: datetime, days: int) -> datetime:
    """Return when the office closes on the last day; on a day off, when it would on a Monday."""
    office = office_of(community)
    day = local_day(office, now) + timedelta(days=days)
    return closing_time(office, calendar_of(session, community), day)


def _total(matter: Matter, households: int) -> int | None:
    if matter.each_fen is None:
        return matter.total_fen
    total = matter.each_fen * households
    if matter.total_fen not in (None, total):
        raise Refusal(
            "sms.consultation.bad_sum",
            each=yuan(matter.each_fen),
            households=str(households),
            sum=yuan(total),
            total=yuan(matter.total_fen or 0),
        )
    return total


def _next_number(session: Session, community_id: int) -> int:
    last = session.scalar(
        select(func.max(ConsultationRow.number)).where(ConsultationRow.community_id == community_id)
    )
    return (last or 0) + 1


def _add_household(
    session: Session, consultation: ConsultationRow, where: Where, found: Found, now: datetime
) -> None:
    household = HouseholdRow(
        consultation_id=consultation.id,
        estate_id=where.estate.id,
        place=found.place,
        area=found.area,
    )
    session.add(household)
    session.flush()
    for row in found.phones:
        if _may_be_asked(session, consultation.community_id, row.phone):
            session.add(
                HouseholdPhoneRow(
                    household_id=household.id,
                    phone=row.phone,
                    mobile=row.kind == PhoneKind.MOBILE,
                    resident_id=row.resident_id,
                )
            )
    del now


def _may_be_asked(session: Session, community_id: int, phone: str) -> bool:
    """Leave out who wants no surveys, and where a stranger answers: they are asked at the door."""
    line = line_of(session, community_id, phone)
    is_wrong = line is not None and line.wrong_number_at is not None
    return not is_wrong and not is_opted_out(session, community_id, phone)


def _ask_everybody(
    session: Session, community: CommunityRow, consultation: ConsultationRow, now: datetime
) -> None:
    for household in households_of(session, consultation.id):
        if not ask_by_text(session, community, consultation, household, now=now):
            ring_household(session, consultation, household, most_tries=3, now=now)


def _note_on_case(
    session: Session, consultation: ConsultationRow, staff: StaffRow, channel: str, now: datetime
) -> None:
    case = case_by_id(session, consultation.case_id) if consultation.case_id else None
    if case is None:
        return
    words = say(
        "sms.consultation.note_opened",
        "zh_CN",
        number=str(consultation.number),
        where=consultation.where,
        words=consultation.words,
    )
    note_event(
        session,
        case,
        what=What.NOTE,
        actor=Actor(staff.key, staff.id),
        channel=channel,
        now=now,
        words=words,
    )
    if case.assignee_id == staff.id:
        case.progressed_at = now
