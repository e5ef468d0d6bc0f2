"""Welfare calls 平安电话: who is rung, when, and who is told when nobody answers."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.asked import once, words
from console.once import once_only
from console.routes import Route
from console.services import Visit
from console.whose import acting_staff, named_resident, objections, typed_resident
from core.access.queries import residents_in_reach
from core.access.rules import Right
from core.audit.rules import Deed
from core.communities.queries import community_by_id, office_of
from core.errors import Refusal
from core.loading.neighbour_rows import call_fields
from core.loading.problems import BadFile
from core.loading.rebuilding import Raw
from core.loading.standing import change_call, read_call
from core.loading.values import WEEKDAYS
from core.residents.tables import ResidentRow
from core.standing.operations import add_welfare, end_welfare
from core.standing.queries import rounds_of
from core.standing.reading import WelfareWish
from core.standing.tables import WelfareRow

_CALL = "<int(max=2147483647):call_id>"
_LAST_ROUNDS = 30


class WelfarePages:
    """Pages about welfare calls."""

    def routes(self) -> list[Route]:
        """List them."""
        one, needs = f"/welfare/{_CALL}", Right.STANDING
        return [
            Route("GET", "/welfare/new", self.new_welfare, needs),
            Route("POST", "/welfare/new", self.add_welfare, needs),
            Route("GET", one, self.welfare, needs),
            Route("POST", one, self.save_welfare, needs),
            Route("POST", f"{one}/end", self.stop_welfare, needs),
        ]

    def new_welfare(
        self, visit: Visit, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Ask whom to ring, when, and who is told when nobody answers."""
        with visit.reading() as session:
            resident = named_resident(session, visit, None)
        given = _typed() if problem else {"at": "09:00", "days": list(WEEKDAYS)}
        return _form(visit, status, problem=problem, given=given, resident=resident, call=None)

    def add_welfare(self, visit: Visit) -> ResponseReturnValue:
        """Enter one."""
        try:
            with visit.writing() as session:
                written = once_only(session, visit, lambda: self._add(session, visit))
        except Refusal as refusal:
            return self.new_welfare(visit, visit.explain(refusal), 422)
        except BadFile as wrong:
            return self.new_welfare(visit, objections(visit, wrong), 422)
        return visit.go("welfare", said="saved", call_id=written)

    def welfare(
        self, visit: Visit, call_id: int, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one, to be changed, and how its last rounds ended."""
        with visit.reading() as session:
            call = _one(session, visit, call_id)
            resident = session.get_one(ResidentRow, call.resident_id)
            rounds = list(reversed(rounds_of(session, call.id)))[:_LAST_ROUNDS]
        given = _typed() if problem else _values(visit, call)
        return _form(
            visit, status, problem=problem, given=given, resident=resident, call=call, rounds=rounds
        )

    def save_welfare(self, visit: Visit, call_id: int) -> ResponseReturnValue:
        """Change one."""
        try:
            with visit.writing() as session:
                call = _one(session, visit, call_id)
                resident = session.get_one(ResidentRow, call.resident_id)
                section = read_call(
                    _entry(call.key), resident, area_code=_area_code(session, visit)
                )
                before, after = change_call(session, call, section, now=visit.now)
                visit.note(session, Deed.CHANGED, "welfare", call.key, before=before, after=after)
        except BadFile as wrong:
            return self.welfare(visit, call_id, objections(visit, wrong), 422)
        return visit.go("welfare", said="saved", call_id=call_id)

    def stop_welfare(self, visit: Visit, call_id: int) -> ResponseReturnValue:
        """Ring them no more; a round that is under way is brought to its end."""
        with visit.writing() as session:
            call = _one(session, visit, call_id)
            end_welfare(session, call, acting_staff(session, visit), visit.now)
            visit.note(session, Deed.ENDED, "welfare", call.key, before={"at": call.at})
        return visit.go("standing_orders", said="welfare_ended")

    def _add(self, session: Session, visit: Visit) -> int:
        resident = named_resident(session, visit, None)
        if resident is None:
            resident = typed_resident(session, visit)
        section = read_call(_entry("new"), resident, area_code=_area_code(session, visit))
        fields = call_fields(section)
        call = add_welfare(
            session,
            community=community_by_id(session, visit.access.community_id),
            staff=acting_staff(session, visit),
            resident=resident,
            wish=WelfareWish(fields["weekdays"], section.at, ""),
            contact=(section.contact_name, section.contact_phone),
            now=visit.now,
        )
        visit.note(session, Deed.ADDED, "welfare", call.key, after=fields)
        return call.id


def _form(visit: Visit, status: int, **shown: Any) -> ResponseReturnValue:
    again = request.form.get("once") or once()
    return visit.page("welfare.html", status, weekdays=WEEKDAYS, once=again, **shown)


def _entry(key: str) -> Raw:
    """Read the form; what cannot be read is left for the checks to refuse."""
    entry: Raw = {"key": key, **_typed()}
    entry.pop("who")
    return entry if entry["contact_phone"] else entry | {"contact_phone": None}


def _typed() -> dict[str, Any]:
    fields = {"who": 60, "at": 10, "contact_name": 40, "contact_phone": 30}
    typed: dict[str, Any] = {name: words(name, most) for name, most in fields.items()}
    return typed | {"days": [day for day in WEEKDAYS if day in request.form.getlist("days")]}


def _values(visit: Visit, call: WelfareRow) -> dict[str, Any]:
    return {
        "at": call.at,
        "days": [WEEKDAYS[int(day) - 1] for day in call.weekdays],
        "contact_name": call.contact_name,
        "contact_phone": visit.words.phone(call.contact_phone) if call.contact_phone else "",
    }


def _area_code(session: Session, visit: Visit) -> str:
    return office_of(community_by_id(session, visit.access.community_id)).area_code


def _one(session: Session, visit: Visit, call_id: int) -> WelfareRow:
    row = session.scalar(
        select(WelfareRow)
        .join(ResidentRow, ResidentRow.id == WelfareRow.resident_id)
        .where(
            WelfareRow.id == call_id,
            WelfareRow.left_at.is_(None),
            residents_in_reach(visit.access, Right.STANDING),
        )
    )
    if row is None:
        abort(404)
    return row
