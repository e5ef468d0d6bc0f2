"""Reads of volunteers, their calls and zones; and who fits a case, nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.cases.tables import CaseRow
from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.residents.operations import is_opted_out
from core.residents.queries import text_phone
from core.residents.tables import ResidentRow
from core.staff.where import is_within
from core.volunteers.rules import CallState, InvitationState, distance, is_free
from core.volunteers.tables import InvitationRow, VolunteerCallRow, VolunteerRow, ZoneRow

GROUP = "volunteer"
_LIVE = (CallState.OPEN, CallState.FULL)


def call_of_case(session: Session, case_id: int) -> VolunteerCallRow | None:
    """Return the newest call for volunteers of a case."""
    return session.scalars(
        select(VolunteerCallRow)
        .where(VolunteerCallRow.case_id == case_id)
        .order_by(VolunteerCallRow.id.desc())
        .limit(1)
    ).first()


def call_by_id(session: Session, call_id: int) -> VolunteerCallRow | None:
    """Return the call that a question names."""
    return session.get(VolunteerCallRow, call_id)


def is_live(call: VolunteerCallRow) -> bool:
    """Tell whether a call still waits for hands, or for its end."""
    return call.state in _LIVE


def invitations_of(session: Session, call_id: int) -> Sequence[InvitationRow]:
    """Return everybody who was asked, in the order of asking."""
    return session.scalars(
        select(InvitationRow).where(InvitationRow.call_id == call_id).order_by(InvitationRow.id)
    ).all()


def coming(session: Session, call_id: int) -> list[ResidentRow]:
    """Return who accepted, first come first."""
    return people_who(session, call_id, InvitationState.ACCEPTED)


def people_who(session: Session, call_id: int, state: InvitationState) -> list[ResidentRow]:
    """Return whose invitation stands so: accepted, came, absent; first answered first."""
    rows = session.scalars(
        select(InvitationRow)
        .where(InvitationRow.call_id == call_id, InvitationRow.state == state)
        .order_by(InvitationRow.answered_at, InvitationRow.id)
    ).all()
    return [session.get_one(ResidentRow, row.resident_id) for row in rows]


def who_fits(
    session: Session, community: CommunityRow, case: CaseRow, words: str, now: datetime
) -> list[ResidentRow]:
    """Return the volunteers who could come now, nearest first; never the resident themselves."""
    at = now.astimezone(ZoneInfo(office_of(community).zone)).replace(tzinfo=None)
    details = {
        row.resident_id: row
        for row in session.scalars(
            select(VolunteerRow).where(
                VolunteerRow.community_id == community.id, VolunteerRow.left_at.is_(None)
            )
        )
    }
    everybody = session.scalars(
        select(ResidentRow)
        .where(ResidentRow.community_id == community.id, ResidentRow.left_at.is_(None))
        .order_by(ResidentRow.id)
    )
    fitting = [
        (_distance(person, details.get(person.id), case), person)
        for person in everybody
        if GROUP in person.groups
        and person.id != case.resident_id
        and _fits(details.get(person.id), words, at)
        and _may_be_texted(session, community.id, person)
    ]
    return [person for _, person in sorted(fitting, key=lambda pair: (pair[0], pair[1].id))]


def zones_of(session: Session, case: CaseRow) -> Sequence[ZoneRow]:
    """Return the zones in which a case lies."""
    rows = session.scalars(
        select(ZoneRow)
        .where(ZoneRow.estate_id == case.estate_id, ZoneRow.left_at.is_(None))
        .order_by(ZoneRow.id)
    ).all()
    return [row for row in rows if is_within(case.place, row.place)]


def calls_due(now: datetime) -> Select[int]:
    """Find whether a next wave is due."""
    return select(VolunteerCallRow.id).where(
        VolunteerCallRow.state == CallState.OPEN, VolunteerCallRow.next_at <= now
    )


def _distance(person: ResidentRow, detail: VolunteerRow | None, case: CaseRow) -> int:
    near = detail is not None and person.estate_id == case.estate_id
    if near and detail and any(is_within(case.place, zone) for zone in detail.zones):
        return 0
    return distance(
        person.estate_id,
        person.place,
        person.grid_id,
        estate=case.estate_id,
        place=case.place,
        of_grid=case.grid_id,
    )


def _fits(detail: VolunteerRow | None, words: str, at: datetime) -> bool:
    if detail is None:
        return True
    able = not detail.skills or any(skill in words for skill in detail.skills)
    return able and is_free(detail.weekdays, detail.begins, detail.ends, at)


def _may_be_texted(session: Session, community_id: int, person: ResidentRow) -> bool:
    phone = text_phone(session, person.id)
    return phone is not None and not is_opted_out(session, community_id, phone)
