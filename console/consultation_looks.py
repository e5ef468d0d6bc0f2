"""What the pages show of a consultation, and which ones somebody may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.services import Visit
from core.access.rules import Reach, Right
from core.cases.queries import case_by_id
from core.communities.queries import grid_of_place
from core.consultations.operations import Draft, collected
from core.consultations.paying import Collected
from core.consultations.queries import (
    answers_of,
    count_of,
    households_of,
    phones_of_household,
    recount_of,
)
from core.consultations.rules import RULES, Count, Verdict, verdict
from core.consultations.tables import AnswerRow, ConsultationRow, HouseholdPhoneRow, HouseholdRow
from core.consultations.telling import subject_of
from core.staff.tables import StaffRow


@dataclass(frozen=True)
class Line:
    """One consultation in a list."""

    row: ConsultationRow
    what: str
    count: Count
    carries: bool


@dataclass(frozen=True)
class Home:
    """One household: its telephones, and every answer that ever came for it."""

    row: HouseholdRow
    phones: Sequence[HouseholdPhoneRow]
    answers: Sequence[AnswerRow]


@dataclass(frozen=True)
class Look:
    """One consultation with everything that stands behind its result."""

    line: Line
    recount: Count
    verdict: Verdict
    homes: Sequence[Home]
    strays: Sequence[AnswerRow]  # answers for doors that were not asked
    money: Collected | None
    people: Mapping[int, str]
    case_number: int | None

    @property
    def agrees(self) -> bool:
        """Tell whether the count from every answer that came says the same."""
        return self.recount == self.line.count


def in_reach(session: Session, visit: Visit, row: ConsultationRow) -> bool:
    """Tell whether somebody may see it: all of them, or those of households of their grids."""
    reach = visit.access.reach(Right.CONSULTATIONS)
    if row.community_id != visit.access.community_id or reach is Reach.NONE:
        return False
    if reach is Reach.ALL or row.opened_by == visit.access.staff_id:
        return True
    homes = households_of(session, row.id)
    return _any_of_ours(session, visit, ((home.estate_id, home.place) for home in homes))


def may_ask(session: Session, visit: Visit, drafted: Draft) -> bool:
    """Tell whether somebody may ask these households: all of them are in reach."""
    if visit.access.reach(Right.CONSULTATIONS) is Reach.ALL:
        return True
    estate = drafted.where.estate.id
    return all(
        _any_of_ours(session, visit, [(estate, household.place)])
        for household in drafted.households
    )


def lines_of(session: Session, rows: Iterable[ConsultationRow]) -> list[Line]:
    """Return what a list shows of each."""
    return [_line(session, row) for row in rows]


def look_at(session: Session, visit: Visit, row: ConsultationRow) -> Look:
    """Return everything that the page of one shows."""
    line, answers = _line(session, row), answers_of(session, row.id)
    case = case_by_id(session, row.case_id) if row.case_id is not None else None
    people = select(StaffRow).where(StaffRow.community_id == visit.access.community_id)
    return Look(
        line=line,
        recount=recount_of(session, row),
        verdict=verdict(RULES[row.rule], line.count),
        homes=[
            Home(
                home,
                phones_of_household(session, home.id),
                [answer for answer in answers if answer.household_id == home.id],
            )
            for home in households_of(session, row.id)
        ],
        strays=[answer for answer in answers if answer.household_id is None],
        money=collected(session, row) if row.total_fen is not None else None,
        people={person.id: person.name for person in session.scalars(people)},
        case_number=case.number if case else None,
    )


def _line(session: Session, row: ConsultationRow) -> Line:
    counted = count_of(session, row)
    return Line(row, subject_of(row), counted, verdict(RULES[row.rule], counted).carries)


def _any_of_ours(session: Session, visit: Visit, places: Iterable[tuple[int, str]]) -> bool:
    buildings = {(estate, place.partition("-")[0]) for estate, place in places}
    grids = (grid_of_place(session, estate, building) for estate, building in buildings)
    return any(grid is not None and grid.id in visit.access.grid_ids for grid in grids)
