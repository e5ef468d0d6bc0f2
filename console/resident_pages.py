"""The register of residents: finding, looking, changing; health notes only when asked for."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from console.asked import number, tidy, words
from console.case_looks import lines_of
from console.exporting import Sheet, download
from console.routes import Route
from console.services import Visit
from core.access.queries import residents_in_reach
from core.access.rules import Reach, Right
from core.audit.queries import newest_deeds
from core.audit.rules import Deed
from core.cases.finding import Filters, newest
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, estates_of, grids_of, office_of
from core.errors import Refusal
from core.loading.lists import COLUMNS
from core.loading.rebuilding import Raw, raw_residents
from core.loading.register import end_resident, new_key, write_residents, wrong_entries
from core.phones import shown
from core.points.queries import balance_of
from core.residents.queries import line_of, phones_of
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.understanding.normalise import clean

_PAGE = 100
_ID = "<int(max=2147483647):resident_id>"
_LISTED = re.compile(r"[,，;；、\s]+")
_FIELDS = ("name", "called", "place", "language", "call_from", "call_until")
_LISTS = ("phones", "groups", "consents")


class ResidentPages:
    """Pages about residents."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/residents", self.residents, Right.RESIDENTS),
            Route("GET", "/residents/new", self.new_resident, Right.EDIT_RESIDENTS),
            Route("POST", "/residents/new", self.add_resident, Right.EDIT_RESIDENTS),
            Route("GET", f"/residents/{_ID}", self.resident, Right.RESIDENTS),
            Route("POST", f"/residents/{_ID}", self.save_resident, Right.EDIT_RESIDENTS),
            Route("POST", f"/residents/{_ID}/left", self.end_resident, Right.EDIT_RESIDENTS),
            Route("POST", f"/residents/{_ID}/health", self.read_health, Right.HEALTH),
            Route("POST", f"/residents/{_ID}/needs", self.save_health, Right.HEALTH),
            Route(
                "GET",
                "/residents/export.<any(xlsx, csv):kind>",
                self.export_residents,
                Right.EXPORT_RESIDENTS,
            ),
        ]

    def residents(self, visit: Visit) -> ResponseReturnValue:
        """List residents, or find them."""
        asked, grid_id = words("q", 100), number("grid")
        with visit.reading() as session:
            rows = session.scalars(
                select(ResidentRow)
                .where(
                    residents_in_reach(visit.access),
                    ResidentRow.left_at.is_(None),
                    *_narrowed(asked, grid_id),
                    ResidentRow.id > (number("after") or 0),
                )
                .order_by(ResidentRow.id)
                .limit(_PAGE + 1)
            ).all()
            shown_rows = rows[:_PAGE]
            phones = _phones(session, [row.id for row in shown_rows])
            choices = _choices(session, visit)
        last = shown_rows[-1].id if len(rows) > _PAGE else None
        return visit.page(
            "residents.html",
            residents=shown_rows,
            phones=phones,
            asked=asked,
            grid_id=grid_id,
            after=last,
            **choices,
        )

    def resident(
        self, visit: Visit, resident_id: int, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one resident."""
        return self._resident(visit, resident_id, problem=problem, status=status)

    def read_health(self, visit: Visit, resident_id: int) -> ResponseReturnValue:
        """Show the health notes; the log keeps who read them."""
        with visit.writing() as session:
            row = _one(session, visit, resident_id, Right.HEALTH)
            visit.note(session, Deed.READ_HEALTH, "resident", row.key)
        return self._resident(visit, resident_id, with_health=True)

    def save_health(self, visit: Visit, resident_id: int) -> ResponseReturnValue:
        """Change the health notes."""
        with visit.reading() as session:
            row = _one(session, visit, resident_id, Right.HEALTH)
            entry = _entry(session, visit, row)
        entry["needs"] = _listed("needs")
        problem = self._write(visit, entry)
        if problem:
            return self._resident(visit, resident_id, problem=problem, status=422)
        return visit.go("resident", said="saved", resident_id=resident_id)

    def save_resident(self, visit: Visit, resident_id: int) -> ResponseReturnValue:
        """Change one resident."""
        with visit.reading() as session:
            row = _one(session, visit, resident_id, Right.EDIT_RESIDENTS)
            entry = {**_entry(session, visit, row), **_given()}
        problem = self._write(visit, _without_empty(entry))
        if problem:
            return self._resident(visit, resident_id, problem=problem, status=422)
        return visit.go("resident", said="saved", resident_id=resident_id)

    def new_resident(
        self, visit: Visit, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Ask for a new resident."""
        with visit.reading() as session:
            choices = _choices(session, visit)
        return visit.page("resident_new.html", status, problem=problem, entry=_given(), **choices)

    def add_resident(self, visit: Visit) -> ResponseReturnValue:
        """Add one."""
        entry = _without_empty(_given())
        with visit.reading() as session:
            entry["key"] = new_key(
                session, visit.access.community_id, str(entry.get("name", "")), set()
            )
        problem = self._write(visit, entry)
        if problem:
            return self.new_resident(visit, problem, 422)
        return visit.go("residents", said="saved", q=entry["name"])

    def end_resident(self, visit: Visit, resident_id: int) -> ResponseReturnValue:
        """Mark a resident as left."""
        with visit.writing() as session:
            row = _one(session, visit, resident_id, Right.EDIT_RESIDENTS)
            end_resident(session, row, now=visit.now)
            visit.note(session, Deed.ENDED, "resident", row.key, before={"name": row.name})
        return visit.go("residents", said="left")

    def export_residents(self, visit: Visit, kind: str) -> ResponseReturnValue:
        """Give the residents in reach as a spreadsheet that can be read in again."""
        with_needs = visit.may(Right.HEALTH)
        columns = [name for name in COLUMNS if name != "needs" or with_needs]
        with visit.writing() as session:
            ids = session.scalars(
                select(ResidentRow.id).where(
                    residents_in_reach(visit.access, Right.EXPORT_RESIDENTS),
                    ResidentRow.left_at.is_(None),
                )
            ).all()
            community = community_by_id(session, visit.access.community_id)
            estates = {row.id: row.name for row in estates_of(session, community.id)}
            rows = raw_residents(session, community.id, estates=estates, ids=ids or [0])
            area_code = office_of(community).area_code
            after = {"lines": len(rows), "health": with_needs}
            visit.note(session, Deed.EXPORTED, "residents", kind, after=after)
        lines = [[_cell(row, name, area_code) for name in columns] for row in rows]
        heading = [COLUMNS[name][0] for name in columns]
        return download(Sheet(visit.words.t("nav.residents"), heading, lines), kind, "residents")

    def _write(self, visit: Visit, entry: Raw) -> str:
        """Write one entry; return what is wrong with it, or nothing."""
        try:
            with visit.writing() as session:
                community = community_by_id(session, visit.access.community_id)
                wrong = wrong_entries(session, community, [entry])
                if wrong:
                    return "\n".join(
                        f"{problem.where.partition(' ')[2] or problem.where}:"
                        f" {problem.said(visit.words.language)}"
                        for problems in wrong.values()
                        for problem in problems
                    )
                (written,) = write_residents(session, community, [entry], now=visit.now)
                _is_ours(visit, written.resident)
                what = Deed.ADDED if written.is_new else Deed.CHANGED
                visit.note(
                    session,
                    what,
                    "resident",
                    written.resident.key,
                    before=written.before,
                    after=written.after,
                )
        except Refusal as refusal:
            return visit.explain(refusal)
        return ""

    def _resident(
        self,
        visit: Visit,
        resident_id: int,
        *,
        problem: str = "",
        status: int = 200,
        with_health: bool = False,
    ) -> ResponseReturnValue:
        with visit.reading() as session:
            row = _one(session, visit, resident_id, Right.RESIDENTS)
            entry = _entry(session, visit, row)
            phones = phones_of(session, row.id)
            lines = [line_of(session, row.community_id, link.phone) for link in phones]
            cases = newest(
                session,
                visit.access,
                Filters(),
                now=visit.now,
                conditions=[CaseRow.resident_id == row.id],
                limit=20,
            ).cases
            seen = {
                "row": row,
                "entry": {**entry, **(_given() if problem else {})},
                "phones": phones,
                "wishes": [line for line in lines if line is not None],
                "lines": lines_of(session, visit, cases),
                "balance": balance_of(session, row) if visit.may(Right.POINTS) else None,
                "deeds": newest_deeds(
                    session,
                    row.community_id,
                    subject="resident",
                    subject_key=row.key,
                    limit=20,
                )
                if visit.may(Right.AUDIT)
                else [],
                "needs": row.needs if with_health else None,
                **_choices(session, visit),
            }
        return visit.page("resident.html", status, problem=problem, **seen)


def _one(session: Session, visit: Visit, resident_id: int, right: Right) -> ResidentRow:
    row = session.scalar(
        select(ResidentRow).where(
            ResidentRow.id == resident_id, residents_in_reach(visit.access, right)
        )
    )
    if row is None:
        abort(404)
    return row


def _is_ours(visit: Visit, row: ResidentRow) -> None:
    """Let nobody put a resident into a grid that is not theirs."""
    reach = visit.access.reach(Right.EDIT_RESIDENTS)
    if reach is not Reach.ALL and row.grid_id not in visit.access.grid_ids:
        raise Refusal("console.resident.other_grid")


def _narrowed(asked: str, grid_id: int | None) -> list[ColumnElement[bool]]:
    in_grid = [] if grid_id is None else [ResidentRow.grid_id == grid_id]
    return [*in_grid, *residents_like(asked)]


def residents_like(asked: str) -> list[ColumnElement[bool]]:
    """Return the condition of a resident whom words mean: name, initials, address, telephone."""
    plain = clean(asked)
    if not plain:
        return []
    digits = re.sub(r"\D", "", plain)
    ways = [
        func.lower(ResidentRow.name).contains(plain, autoescape=True),
        func.lower(ResidentRow.called).contains(plain, autoescape=True),
        ResidentRow.place.endswith(plain, autoescape=True),
        ResidentRow.key == plain,
    ]
    if plain.isascii() and plain.isalpha():
        ways.append(ResidentRow.initials.startswith(plain))
    if len(digits) >= 4:
        ending = ResidentPhoneRow.phone.endswith(digits)
        ways.append(ResidentRow.id.in_(select(ResidentPhoneRow.resident_id).where(ending)))
    return [or_(*ways)]


def _entry(session: Session, visit: Visit, row: ResidentRow) -> Raw:
    estates = {one.id: one.key for one in estates_of(session, visit.access.community_id)}
    found = raw_residents(session, row.community_id, estates=estates, ids=[row.id])
    return found[0] if found else {"key": row.key, "name": row.name}


def _given() -> Raw:
    """Read the form of a resident; what it does not hold stays as it is."""
    found: Raw = {name: words(name, 200) for name in _FIELDS if name in request.form}
    found |= {name: _listed(name) for name in _LISTS if name in request.form}
    if "estate" in request.form:
        found["estate"] = words("estate", 60)
    if "birth_year" in request.form:
        year = words("birth_year", 10)
        found["birth_year"] = int(year) if year.isdecimal() and year.isascii() else year
    return found


def _listed(name: str) -> list[str]:
    written = " ".join(tidy(value, 500) for value in request.form.getlist(name))
    return [word for word in _LISTED.split(written) if word]


def _without_empty(entry: Raw) -> Raw:
    return {name: value for name, value in entry.items() if value not in ("", [], None)}


def _cell(row: Raw, name: str, area_code: str) -> object:
    value = row.get(name, "")
    if name == "phones":
        return " ".join(shown(phone, "") for phone in value) if value else ""
    del area_code
    return " ".join(value) if isinstance(value, list) else value


def _phones(session: Session, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for link in session.scalars(
        select(ResidentPhoneRow).where(ResidentPhoneRow.resident_id.in_(ids))
    ):
        found.setdefault(link.resident_id, []).append(link.phone)
    return found


def _choices(session: Session, visit: Visit) -> dict[str, Any]:
    return {
        "estates": estates_of(session, visit.access.community_id),
        "grids": {row.id: row.name for row in grids_of(session, visit.access.community_id)},
        "estate_names": {
            row.id: row.name for row in estates_of(session, visit.access.community_id)
        },
    }
