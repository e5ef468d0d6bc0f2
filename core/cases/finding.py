"""The board and the search: what is open by its clock, and what was said, by whom, where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.rules import Access
from core.cases.grams import grams_of, phone_grams, place_grams
from core.cases.rules import CaseStatus, Urgency
from core.cases.tables import CaseGramRow, CaseRow
from core.cases.visibility import cases_in_reach
from core.communities.queries import community_by_id, office_of
from core.communities.tables import EstateRow
from core.phones import read_number
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.understanding.normalise import clean
from core.understanding.places import find_place

PAGE = 50
_MOST_RESIDENTS = 200
_COUNTED = 2_000  # further than this no piece is counted before the rarest is chosen
_NUMBER = re.compile(r"#?\d{1,7}")
_PHONE = re.compile(r"\+?[\d -]{4,16}")
_INITIALS = re.compile(r"[a-z]{2,8}")
_LOCAL_DIGITS = (7, 8)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty: everything."""

    statuses: tuple[str, ...] = ()
    category: str = ""
    urgency: str = ""
    channel: str = ""
    estate_id: int | None = None
    grid_id: int | None = None
    assignee_id: int | None = None
    late: bool = False
    received_from: date | None = None
    received_until: date | None = None  # the day itself is not included


@dataclass(frozen=True)
class Found:
    """One page of cases, and whether there are more."""

    cases: Sequence[CaseRow]
    more: bool


def board(session: Session, access: Access, filters: Filters, *, now: datetime) -> list[CaseRow]:
    """Return what is open: emergencies first, then what is due soonest."""
    open_now = (
        CaseRow.closed_at.is_(None),
        cases_in_reach(access),
        *conditions_of(filters, now),
    )
    urgent = CaseRow.urgency == Urgency.EMERGENCY
    first = session.scalars(
        select(CaseRow).where(*open_now, urgent).order_by(CaseRow.id.desc()).limit(PAGE)
    ).all()
    rest = session.scalars(
        select(CaseRow)
        .where(*open_now, ~urgent)
        .order_by(CaseRow.due_at, CaseRow.id)
        .limit(2 * PAGE)
    ).all()
    return [*first, *rest]


def counts(session: Session, access: Access, *, now: datetime) -> dict[str, int]:
    """Count what is open, late, an emergency, unaccepted, waiting for the resident's word."""
    tests = {
        "open": CaseRow.id.is_not(None),
        "late": CaseRow.due_at < now,
        "emergency": CaseRow.urgency == Urgency.EMERGENCY,
        "unaccepted": CaseRow.status.in_((CaseStatus.RECEIVED, CaseStatus.DISPATCHED)),
        "waiting": CaseRow.status == CaseStatus.AWAITING_CONFIRMATION,
        "mine": CaseRow.assignee_id == access.staff_id,
    }
    columns = [func.count().filter(test).label(name) for name, test in tests.items()]
    row = session.execute(
        select(*columns).where(CaseRow.closed_at.is_(None), cases_in_reach(access))
    ).one()
    return {name: int(row[position]) for position, name in enumerate(tests)}


def newest(
    session: Session,
    access: Access,
    filters: Filters,
    *,
    now: datetime,
    below: int | None = None,
    conditions: Iterable[ColumnElement[bool]] = (),
    limit: int = PAGE,
) -> Found:
    """Return cases newest first; ``below`` is the number where the last page ended."""
    query = select(CaseRow).where(cases_in_reach(access), *conditions_of(filters, now), *conditions)
    if below is not None:
        query = query.where(CaseRow.number < below)
    rows = session.scalars(query.order_by(CaseRow.number.desc()).limit(limit + 1)).all()
    return Found(rows[:limit], len(rows) > limit)


def search(
    session: Session, access: Access, words: str, filters: Filters, *, now: datetime
) -> Found:
    """Find cases by number, telephone, address, name, initials (jgl) or what was said."""
    allowed = and_(cases_in_reach(access), *conditions_of(filters, now))
    ids: dict[int, None] = {}
    for query in _queries(session, access, clean(words)[:200]):
        narrowed = query.where(allowed).limit(PAGE + 1)
        ids |= dict.fromkeys(session.scalars(narrowed))
    chosen = sorted(ids, reverse=True)[: PAGE + 1]
    rows = session.scalars(select(CaseRow).where(CaseRow.id.in_(chosen))).all()
    ordered = sorted(rows, key=lambda row: row.id, reverse=True)
    exact = [row for row in ordered if _NUMBER.fullmatch(words) and row.number == _whole(words)]
    return Found([*exact, *(row for row in ordered if row not in exact)][:PAGE], len(ids) > PAGE)


def conditions_of(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions of what somebody narrowed the list to."""
    wanted: list[tuple[bool, ColumnElement[bool]]] = [
        (bool(filters.statuses), CaseRow.status.in_(filters.statuses)),
        (bool(filters.category), CaseRow.category == filters.category),
        (bool(filters.urgency), CaseRow.urgency == filters.urgency),
        (bool(filters.channel), CaseRow.channel == filters.channel),
        (filters.estate_id is not None, CaseRow.estate_id == filters.estate_id),
        (filters.grid_id is not None, CaseRow.grid_id == filters.grid_id),
        (filters.assignee_id is not None, CaseRow.assignee_id == filters.assignee_id),
        (filters.late, CaseRow.closed_at.is_(None) & (CaseRow.due_at < now)),
    ]
    found = [condition for holds, condition in wanted if holds]
    if filters.received_from is not None:
        found.append(CaseRow.received_on >= filters.received_from)
    if filters.received_until is not None:
        found.append(CaseRow.received_on < filters.received_until)
    return found


def _queries(session: Session, access: Access, words: str) -> list[Select[int]]:
    """Return one query for each way in which the words may be meant, newest first."""
    community_id = access.community_id
    found: list[Select[int]] = []
    if not words:
        return found
    if _NUMBER.fullmatch(words):
        found.append(_newest(CaseRow.number == _whole(words)))
    if _PHONE.fullmatch(words):
        found += _by_phone(session, community_id, words)
    place = find_place(words)
    ends = place_grams(place)[:1] if place else ()
    if words.isdecimal() and 3 <= len(words) <= 4:
        ends = (f"@{words}",)
    if ends:
        found.append(_with_grams(session, community_id, ends))
    residents = _residents(session, community_id, words)
    if residents:
        found.append(_newest(CaseRow.resident_id.in_(residents)))
    grams = grams_of(words)
    if grams and place is None:
        found.append(_with_grams(session, community_id, grams))
    return found


def _newest(condition: ColumnElement[bool]) -> Select[int]:
    return select(CaseRow.id).where(condition).order_by(CaseRow.id.desc())


def _by_phone(session: Session, community_id: int, words: str) -> list[Select[int]]:
    digits = re.sub(r"\D", "", words)
    office = office_of(community_by_id(session, community_id))
    local = f"{office.area_code}{digits}" if len(digits) in _LOCAL_DIGITS else words
    number = read_number(local)
    if number is not None and len(digits) >= _LOCAL_DIGITS[0]:
        return [_newest(CaseRow.phone == number)]
    tail = phone_grams(digits)
    if not tail:
        return []
    ends_so = CaseRow.phone.endswith(digits, autoescape=True)
    return [_with_grams(session, community_id, tail).where(ends_so)]


def _residents(session: Session, community_id: int, words: str) -> Sequence[int]:
    """Return the ids of residents who are called so, spelled so, or ring from such a number."""
    tests: list[ColumnElement[bool]] = [
        func.lower(ResidentRow.name).contains(words, autoescape=True),
        func.lower(ResidentRow.called).contains(words, autoescape=True),
    ]
    if _INITIALS.fullmatch(words):
        tests.append(ResidentRow.initials.startswith(words))
    digits = re.sub(r"\D", "", words)
    if _PHONE.fullmatch(words) and len(digits) >= 4:
        ending = ResidentPhoneRow.phone.endswith(digits, autoescape=True)
        tests.append(ResidentRow.id.in_(select(ResidentPhoneRow.resident_id).where(ending)))
    return session.scalars(
        select(ResidentRow.id)
        .where(ResidentRow.community_id == community_id, or_(*tests))
        .limit(_MOST_RESIDENTS)
    ).all()


def _with_grams(session: Session, community_id: int, grams: Sequence[str]) -> Select[int]:
    """Return the query for the cases that have every piece, begun from the rarest one."""
    ordered = sorted(grams, key=lambda gram: _how_often(session, community_id, gram))
    rarest, others = ordered[0], ordered[1:6]
    first = aliased(CaseGramRow)
    # Ordered by the piece's column, not the case's: SQLite else sorts all that have the piece.
    query = (
        select(first.case_id)
        .join(CaseRow, first.case_id == CaseRow.id)
        .where(first.community_id == community_id, first.gram == rarest)
        .order_by(first.case_id.desc())
    )
    for gram in others:
        more = aliased(CaseGramRow)
        query = query.where(
            select(more.case_id)
            .where(
                more.community_id == community_id,
                more.gram == gram,
                more.case_id == first.case_id,
            )
            .exists()
        )
    return query


def _how_often(session: Session, community_id: int, gram: str) -> int:
    few = (
        select(CaseGramRow.case_id)
        .where(CaseGramRow.community_id == community_id, CaseGramRow.gram == gram)
        .limit(_COUNTED)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(few)) or 0


def _whole(words: str) -> int:
    return int(words.lstrip("#"))


def estate_names(session: Session, community_id: int) -> dict[int, str]:
    """Return the names of a community's estates by id, of those that ended too."""
    rows = session.execute(
        select(EstateRow.id, EstateRow.name).where(EstateRow.community_id == community_id)
    )
    return {row.id: row.name for row in rows}
