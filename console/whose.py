"""Whose standing order or welfare call it is, and what the checks have against it."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.asked import number, words
from console.resident_pages import residents_like
from console.services import Visit
from core.access.queries import residents_in_reach
from core.access.rules import Right
from core.cases.tables import CaseRow
from core.errors import Refusal
from core.loading.problems import BadFile
from core.residents.tables import ResidentRow
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow

_MOST_LIKE = 5


def named_resident(session: Session, visit: Visit, case: CaseRow | None) -> ResidentRow | None:
    """Return the resident that is named, or whose case it is, if they are in reach."""
    wanted = number("resident") or (case.resident_id if case is not None else None)
    return session.scalar(
        select(ResidentRow).where(
            ResidentRow.id == (wanted or 0),
            ResidentRow.left_at.is_(None),
            residents_in_reach(visit.access, Right.STANDING),
        )
    )


def typed_resident(session: Session, visit: Visit) -> ResidentRow:
    """Return the one resident whom the words of the field "who" name.

    :raises Refusal: if they name nobody, or several.
    """
    who = words("who", 60)
    rows = session.scalars(
        select(ResidentRow)
        .where(
            residents_in_reach(visit.access, Right.STANDING),
            ResidentRow.left_at.is_(None),
            *residents_like(who),
        )
        .limit(_MOST_LIKE)
    ).all()
    if not who or not rows:
        raise Refusal("console.standing.who_needed")
    if len(rows) > 1:
        names = " ".join(f"{row.name}{row.place}" for row in rows)
        raise Refusal("console.standing.which_of", names=names)
    return rows[0]


def acting_staff(session: Session, visit: Visit) -> StaffRow:
    """Return who sits at the desk."""
    return staff_by_id(session, visit.access.staff_id) or abort(404)


def objections(visit: Visit, wrong: BadFile) -> str:
    """Write what the checks have against what was typed, a line each."""
    return "\n".join(
        f"{visit.words.name('entry', one.where.rpartition('.')[2].rpartition(' ')[2])}:"
        f" {one.said(visit.words.language)}"
        for one in wrong.problems
    )
