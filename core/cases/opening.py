"""Opening a case: its number, its clock, its place, its route, its alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.clocks import desk_of
from core.cases.dispatching import ask_who_it_is, dispatch
from core.cases.emergencies import alarm_about, is_doubted, same_emergency
from core.cases.events import note_event
from core.cases.notes import add_repeat
from core.cases.places import settle_place
from core.cases.rules import (
    RESIDENT,
    SERVICE,
    Actor,
    CaseStatus,
    Category,
    Channel,
    Urgency,
    What,
)
from core.cases.tables import CaseRow
from core.cases.whose import ask_whose_it_is
from core.communities.operations import next_case_number
from core.communities.tables import CommunityRow
from core.residents.queries import residents_of_phone
from core.residents.tables import ResidentRow
from core.sla.hours import due
from core.staff.queries import staff_of_phone
from core.tasks.locks import lock_community


@dataclass(frozen=True)
class _Said:
    """What is known of a case when it begins."""

    channel: str
    words: str
    phone: str | None
    resident: ResidentRow | None
    category: Category
    urgency: Urgency
    danger: str
    place: str
    summary: str
    estate_id: int | None


def open_case(  # noqa: PLR0913 - every channel opens a case here, each with what it knows
    session: Session,
    *,
    community: CommunityRow,
    channel: Channel | str,
    words: str,
    now: datetime,
    phone: str | None,
    resident: ResidentRow | None = None,
    category: Category | str = Category.OTHER,
    urgency: Urgency | str = Urgency.NORMAL,
    danger: str = "",
    place: str = "",
    summary: str = "",
    call_id: int | None = None,
    entered_by: Actor | None = None,
    draft: bool = False,
    borrowed: bool = False,
    estate_id: int | None = None,
) -> CaseRow:
    """Open a case from what somebody said, in any channel, and set everything going.

    It gets a number, a due time and a person responsible, who is alerted. ``phone`` None is a
    hidden number. A phone that is nobody's, or several people's, makes a task to find out whose
    case it is; those who share it are asked by text, unless it was ``borrowed`` for a neighbour.
    An emergency raises the alarm at once; a further cry from the same phone is kept on the same
    case, which is returned. A ``draft`` waits for :func:`complete_draft`.
    """
    kind, hurry = Category(category), Urgency(urgency)
    said = _Said(channel, words, phone, resident, kind, hurry, danger, place, summary, estate_id)
    actor = entered_by or RESIDENT
    if said.urgency is Urgency.EMERGENCY and phone is not None:
        # twenty cries may come in twenty transactions at once; all but the first wait here
        lock_community(session, community.id)
        known = same_emergency(
            session, community_id=community.id, phone=phone, danger=danger, now=now
        )
        if known is not None:
            _repeat(session, known, said, actor, now)
            return known
    case = _begin(session, community, said, now)
    what = What.STARTED if draft else What.RECEIVED
    opened_by_call = f"call {call_id}" if draft and call_id is not None else words
    note_event(
        session, case, what=what, actor=actor, channel=channel, now=now, words=opened_by_call
    )
    if not draft:
        _receive(session, case, now, borrowed=borrowed)
    elif said.urgency is Urgency.EMERGENCY:
        alarm_about(session, case, words=words, now=now)
    return case


def complete_draft(session: Session, case: CaseRow, *, words: str, now: datetime) -> None:
    """Turn a draft into a received case; one that is completed already stays as it is.

    The recorder's action, its callback and the call's end all come here, in any order. The
    clock runs from the moment at which the draft began.
    """
    if case.status != CaseStatus.DRAFT:
        return
    case.status = CaseStatus.RECEIVED
    case.words = words or case.words
    note_event(
        session,
        case,
        what=What.RECEIVED,
        actor=SERVICE,
        channel=case.channel,
        now=now,
        words=case.words,
    )
    _receive(session, case, now)


def _begin(session: Session, community: CommunityRow, said: _Said, now: datetime) -> CaseRow:
    desk = desk_of(session, community.id)
    promised = due(desk.office, desk.calendar, now)
    case = CaseRow(
        community_id=community.id,
        number=next_case_number(session, community.id),
        status=CaseStatus.DRAFT,
        category=said.category,
        urgency=said.urgency,
        danger=said.danger,
        channel=said.channel,
        resident_id=said.resident.id if said.resident else None,
        phone=said.phone,
        words=said.words,
        summary=said.summary,
        place=said.place,
        estate_id=said.estate_id,
        opened_at=now,
        received_on=promised.received_on,
        first_due_at=promised.due_at,
        due_at=promised.due_at,
        provisional=promised.provisional,
    )
    callers = residents_of_phone(session, community.id, said.phone)
    settle_place(session, case, [said.resident] if said.resident else callers)
    session.add(case)
    session.flush()  # its events need its id
    return case


def _receive(session: Session, case: CaseRow, now: datetime, *, borrowed: bool = False) -> None:
    case.status = CaseStatus.RECEIVED
    dispatch(session, case, now=now)
    if case.urgency == Urgency.EMERGENCY:
        alarm_about(session, case, words=case.words, now=now)
    if case.resident_id is None and _is_somebody_unknown(session, case):
        ask_who_it_is(session, case, now=now)
        if not borrowed:
            sharers = residents_of_phone(session, case.community_id, case.phone)
            ask_whose_it_is(session, case, sharers=sharers, now=now)


def _is_somebody_unknown(session: Session, case: CaseRow) -> bool:
    """Tell whether a phone is to be asked about: not a hidden one, nor one of our own staff's."""
    if case.phone is None:
        return False
    return staff_of_phone(session, case.community_id, case.phone) is None


def _repeat(session: Session, case: CaseRow, said: _Said, actor: Actor, now: datetime) -> None:
    if said.danger and case.danger in ("", "other"):
        case.danger = said.danger
    if said.place and not case.place:
        case.place = said.place
    if is_doubted(session, case):
        case.danger = said.danger
    add_repeat(
        session,
        case,
        words=said.words,
        channel=said.channel,
        now=now,
        actor=actor,
        is_sure=True,
    )
