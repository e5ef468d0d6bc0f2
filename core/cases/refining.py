"""What is learnt of a case after it was opened: its category, its urgency, its place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.dispatching import dispatch
from core.cases.events import note_event
from core.cases.places import settle_place
from core.cases.queries import last_event_at
from core.cases.rules import SERVICE, Actor, CaseStatus, Category, Urgency, What
from core.cases.tables import CaseRow
from core.residents.queries import resident_by_id, residents_of_phone

_BY_HAND = (What.TRANSFERRED, What.RETURNED, What.ESCALATED, What.REOPENED)


def follows_its_route(session: Session, case: CaseRow) -> bool:
    """Tell whether a route may still move the case: nobody accepted it or gave it on by hand."""
    if case.status != CaseStatus.DISPATCHED or case.urgency == Urgency.EMERGENCY:
        return False
    return last_event_at(session, case.id, *_BY_HAND) is None


def refine_case(
    session: Session,
    case: CaseRow,
    *,
    category: Category | str,
    urgency: Urgency | str,
    summary: str,
    place: str,
    channel: str,
    now: datetime,
    actor: Actor = SERVICE,
) -> None:
    """Fill in what the first words did not tell; what is known is never made less.

    A category replaces only ``other``, an urgency only a lesser one. A case that nobody has
    accepted goes to whom its new route names.
    """
    kind, hurry = Category(category), Urgency(urgency)
    learnt = False
    if case.category == Category.OTHER and kind is not Category.OTHER:
        words = f"{case.category} -> {kind}"
        case.category, case.summary, learnt = kind, summary or case.summary, True
        note_event(
            session, case, what=What.CATEGORY, actor=actor, channel=channel, now=now, words=words
        )
    if hurry < Urgency(case.urgency):
        case.urgency, learnt = hurry, True
    if place and not case.place:
        case.place, learnt = place, True
        _settle_again(session, case)
    if learnt and follows_its_route(session, case):
        dispatch(session, case, now=now)


def _settle_again(session: Session, case: CaseRow) -> None:
    resident = resident_by_id(session, case.resident_id)
    callers = residents_of_phone(session, case.community_id, case.phone)
    settle_place(session, case, [resident] if resident else callers)
