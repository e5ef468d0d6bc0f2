"""Reads of staff: who somebody is, who is on duty, who is rung at night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow, EstateRow, GridRow
from core.phones import read_number
from core.residents.tables import ResidentRow
from core.sla.hours import is_open
from core.sla.workdays import WorkCalendar
from core.staff.rules import ROLE_WORDS
from core.staff.tables import AbsenceRow, ShiftRow, StaffPhoneRow, StaffRow
from core.wording.ear import name_spoken


def staff_of_phone(session: Session, community_id: int, phone: str | None) -> StaffRow | None:
    """Return the member of staff registered with ``phone``."""
    if phone is None:
        return None
    return session.scalar(
        select(StaffRow)
        .join(StaffPhoneRow, StaffPhoneRow.staff_id == StaffRow.id)
        .where(
            StaffPhoneRow.community_id == community_id,
            StaffPhoneRow.phone == phone,
            StaffRow.left_at.is_(None),
        )
    )


def works_elsewhere(session: Session, community_id: int, phone: str | None) -> bool:
    """Tell whether ``phone`` is registered for the staff of another community."""
    found = session.scalars(
        select(StaffRow.id)
        .join(StaffPhoneRow, StaffPhoneRow.staff_id == StaffRow.id)
        .where(
            StaffPhoneRow.community_id != community_id,
            StaffPhoneRow.phone == phone,
            StaffRow.left_at.is_(None),
        )
        .limit(1)
    ).first()
    return found is not None


def staff_by_id(session: Session, staff_id: int | None) -> StaffRow | None:
    """Return somebody that a row refers to."""
    return session.get(StaffRow, staff_id) if staff_id is not None else None


def staff_by_key(session: Session, community_id: int, key: str) -> StaffRow | None:
    """Return somebody by their key in the community file; None if they left."""
    return session.scalar(
        select(StaffRow).where(
            StaffRow.community_id == community_id,
            StaffRow.key == key,
            StaffRow.left_at.is_(None),
        )
    )


def spoken_name(staff: StaffRow) -> str:
    """Return how residents hear of somebody, with how it is read where that is unusual."""
    return name_spoken(staff.called, staff.reading)


def leader_spoken(session: Session, community_id: int, grid_id: int | None) -> str:
    """Return how residents hear of the leader of a grid 网格长; empty if it has none."""
    grid = session.get(GridRow, grid_id) if grid_id is not None else None
    leader = staff_by_key(session, community_id, grid.leader_key) if grid else None
    return spoken_name(leader) if leader else ""


def leader_slot(session: Session, resident: ResidentRow | None) -> dict[str, str]:
    """Return what a call to a resident says of their grid leader, to be asked for ahead."""
    if resident is None:
        return {}
    return {"leader": leader_spoken(session, resident.community_id, resident.grid_id)}


def staff_of(session: Session, community_id: int) -> Sequence[StaffRow]:
    """Return everybody who works for a community now."""
    return session.scalars(
        select(StaffRow)
        .where(StaffRow.community_id == community_id, StaffRow.left_at.is_(None))
        .order_by(StaffRow.id)
    ).all()


def phone_of(session: Session, staff_id: int) -> str:
    """Return the number by which somebody is texted and rung.

    :raises LookupError: if they have none, which loading refuses.
    """
    phone = session.scalars(
        select(StaffPhoneRow.phone)
        .where(StaffPhoneRow.staff_id == staff_id)
        .order_by(StaffPhoneRow.position, StaffPhoneRow.id)
        .limit(1)
    ).first()
    if phone is None:
        raise LookupError(f"staff {staff_id} has no phone")
    return phone


def find_staff(
    session: Session, community_id: int, words: str, estate_id: int | None = None
) -> Sequence[StaffRow]:
    """Find staff by name, by how they are called, by phone, or by a role word (物业).

    With ``estate_id`` a property contact must serve that estate.
    """
    wanted = words.strip()
    everybody = staff_of(session, community_id)
    named = [row for row in everybody if wanted in (row.name, row.called, row.key)]
    if named:
        return named
    if any(sign.isdigit() for sign in wanted):
        person = staff_of_phone(session, community_id, read_number(wanted))
        return [person] if person else []
    role = ROLE_WORDS.get(wanted.lower())
    if role is None:
        return []
    in_role = [row for row in everybody if role in row.roles]
    estate = session.get(EstateRow, estate_id) if estate_id is not None else None
    if estate is None:
        return in_role
    return [row for row in in_role if not row.estate_keys or estate.key in row.estate_keys]


def on_duty(
    session: Session, community: CommunityRow, now: datetime, calendar: WorkCalendar
) -> list[StaffRow]:
    """Return who is on duty 值班, first to be rung first.

    Shifts that somebody began by 值班 count at any hour; the roster counts in office hours,
    without those who texted 下班.
    """
    office = office_of(community)
    by_shift = _on_shift(session, community.id, now)
    rostered: Iterable[StaffRow] = ()
    if is_open(office, calendar, now):
        weekday = now.astimezone(ZoneInfo(office.zone)).isoweekday()
        # a make-up working day on a weekend has no roster of its own: Monday's people come
        keys = office.roster.get(weekday) or office.roster.get(1, ())
        absent = _absent(session, community.id, now)
        rostered = [row for row in _by_keys(session, community.id, keys) if row.id not in absent]
    return _once([*by_shift, *rostered])


def night_list(session: Session, community: CommunityRow) -> list[StaffRow]:
    """Return who is rung outside office hours, in order."""
    return _by_keys(session, community.id, office_of(community).night_list)


def alarm_list(
    session: Session, community: CommunityRow, now: datetime, calendar: WorkCalendar
) -> list[StaffRow]:
    """Return whom an alarm rings, in order: those on duty, then the night list."""
    return _once([*on_duty(session, community, now, calendar), *night_list(session, community)])


def _on_shift(session: Session, community_id: int, now: datetime) -> Sequence[StaffRow]:
    return session.scalars(
        select(StaffRow)
        .join(ShiftRow, ShiftRow.staff_id == StaffRow.id)
        .where(
            ShiftRow.community_id == community_id,
            ShiftRow.started_at <= now,
            ShiftRow.ended_at.is_(None),
            StaffRow.left_at.is_(None),
        )
        .order_by(ShiftRow.started_at.desc())
    ).all()


def _absent(session: Session, community_id: int, now: datetime) -> set[int]:
    return set(
        session.scalars(
            select(AbsenceRow.staff_id).where(
                AbsenceRow.community_id == community_id,
                AbsenceRow.from_at <= now,
                AbsenceRow.until_at > now,
            )
        )
    )


def _by_keys(session: Session, community_id: int, keys: Iterable[str]) -> list[StaffRow]:
    found = (staff_by_key(session, community_id, key) for key in keys)
    return [row for row in found if row is not None]


def _once(rows: Iterable[StaffRow]) -> list[StaffRow]:
    return list({row.id: row for row in rows}.values())
