"""Standing orders 定期帮办: what is done for somebody again and again."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.asked import number, once, words
from console.once import once_only
from console.routes import Route
from console.services import Visit
from console.standing_looks import look_at, orders_in_reach, welfare_in_reach
from console.whose import acting_staff, named_resident, objections, typed_resident
from core.access.queries import residents_in_reach
from core.access.rules import Right
from core.audit.rules import Deed
from core.cases.tables import CaseRow
from core.cases.visibility import case_in_reach
from core.communities.queries import community_by_id
from core.errors import Refusal
from core.loading.neighbour_rows import order_fields
from core.loading.problems import BadFile
from core.loading.rebuilding import Raw
from core.loading.standing import change_order, read_order
from core.loading.values import WEEKDAYS
from core.residents.queries import resident_by_id
from core.residents.tables import ResidentRow
from core.standing.operations import add_order, end_order, skip_next
from core.standing.reading import OrderWish
from core.standing.rules import OrderKind, Rhythm
from core.standing.tables import StandingOrderRow

_ORDER = "<int(max=2147483647):order_id>"


class StandingPages:
    """Pages about standing orders."""

    def routes(self) -> list[Route]:
        """List them."""
        one, needs = f"/standing/{_ORDER}", Right.STANDING
        return [
            Route("GET", "/standing", self.standing_orders, needs),
            Route("GET", "/standing/new", self.new_order, needs),
            Route("POST", "/standing/new", self.add_order, needs),
            Route("GET", one, self.order, needs),
            Route("POST", one, self.save_order, needs),
            Route("POST", f"{one}/skip", self.skip_order, needs),
            Route("POST", f"{one}/end", self.stop_order, needs),
        ]

    def standing_orders(self, visit: Visit) -> ResponseReturnValue:
        """List the orders, and the welfare calls, of residents in reach."""
        with visit.reading() as session:
            orders = orders_in_reach(session, visit)
            calls = welfare_in_reach(session, visit)
        return visit.page("standing.html", orders=orders, calls=calls)

    def new_order(self, visit: Visit, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Ask what is to be done, for whom and when; a case or a resident may be named."""
        with visit.reading() as session:
            case = _case(session, visit)
            named = named_resident(session, visit, case)
        given = dict(request.form) or ({"name": case.summary} if case is not None else {})
        return self._form(
            visit, status, problem=problem, given=given, resident=named, case=case, look=None
        )

    def add_order(self, visit: Visit) -> ResponseReturnValue:
        """Add one."""
        try:
            with visit.writing() as session:
                written = once_only(session, visit, lambda: self._add(session, visit))
        except Refusal as refusal:
            return self.new_order(visit, visit.explain(refusal), 422)
        except BadFile as wrong:
            return self.new_order(visit, objections(visit, wrong), 422)
        return visit.go("order", said="saved", order_id=written)

    def order(
        self, visit: Visit, order_id: int, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one, to be changed, with every time that it came round."""
        with visit.reading() as session:
            row = _one(session, visit, order_id)
            look = look_at(session, row)
        given = dict(request.form) if problem else _values(row)
        return self._form(
            visit,
            status,
            problem=problem,
            given=given,
            resident=look.resident,
            case=None,
            look=look,
        )

    def save_order(self, visit: Visit, order_id: int) -> ResponseReturnValue:
        """Change one."""
        try:
            with visit.writing() as session:
                row = _one(session, visit, order_id)
                resident = resident_by_id(session, row.resident_id)
                if resident is None:
                    abort(404)
                section = read_order({"key": row.key, **_entry()}, resident)
                before, after = change_order(session, row, section, resident, now=visit.now)
                visit.note(session, Deed.CHANGED, "standing", row.key, before=before, after=after)
        except BadFile as wrong:
            return self.order(visit, order_id, objections(visit, wrong), 422)
        return visit.go("order", said="saved", order_id=order_id)

    def skip_order(self, visit: Visit, order_id: int) -> ResponseReturnValue:
        """Leave the next time out."""
        with visit.writing() as session:
            row = _one(session, visit, order_id)
            day = skip_next(session, row, acting_staff(session, visit), visit.now)
            after = {"skipped_on": str(day)}
            visit.note(session, Deed.CHANGED, "standing", row.key, after=after)
        return visit.go("order", said="skipped", order_id=order_id)

    def stop_order(self, visit: Visit, order_id: int) -> ResponseReturnValue:
        """Let it open no more."""
        with visit.writing() as session:
            row = _one(session, visit, order_id)
            end_order(session, row, acting_staff(session, visit), visit.now)
            visit.note(session, Deed.ENDED, "standing", row.key, before={"name": row.name})
        return visit.go("standing_orders", said="order_ended")

    def _form(self, visit: Visit, status: int, **shown: Any) -> ResponseReturnValue:
        return visit.page(
            "standing_order.html",
            status,
            kinds=list(OrderKind),
            weekdays=WEEKDAYS,
            once=request.form.get("once") or once(),
            **shown,
        )

    def _add(self, session: Session, visit: Visit) -> int:
        resident = named_resident(session, visit, _case(session, visit))
        if resident is None:
            resident = typed_resident(session, visit)
        section = read_order({"key": "new", **_entry()}, resident)
        order = add_order(
            session,
            community=community_by_id(session, visit.access.community_id),
            staff=acting_staff(session, visit),
            resident=resident,
            wish=OrderWish(
                section.name,
                section.kind,
                Rhythm(section.day, section.weekday),
                section.lead_workdays,
            ),
            vital=section.vital,
            now=visit.now,
        )
        after = order_fields(section, resident)
        visit.note(session, Deed.ADDED, "standing", order.key, after=after)
        return order.id


def _entry() -> Raw:
    """Read the form; what cannot be read is left for the checks to refuse."""
    entry: Raw = {"name": words("name", 40), "kind": words("kind", 20)}
    if words("rhythm", 10) == "week":
        entry["weekday"] = words("weekday", 10)
    else:
        entry["day"] = _whole("day")
    entry["lead_workdays"] = _whole("lead_workdays") if words("lead_workdays", 4) else 3
    if words("vital", 4):
        entry["vital"] = words("vital", 4) == "yes"
    return entry


def _whole(name: str) -> int | str:
    found = number(name)
    return words(name, 20) if found is None else found


def _values(row: StandingOrderRow) -> dict[str, str]:
    return {
        "name": row.name,
        "kind": row.kind,
        "rhythm": "month" if row.weekday is None else "week",
        "day": str(row.month_day or ""),
        "weekday": "" if row.weekday is None else WEEKDAYS[row.weekday - 1],
        "lead_workdays": str(row.lead_workdays),
        "vital": "yes" if row.vital else "no",
    }


def _one(session: Session, visit: Visit, order_id: int) -> StandingOrderRow:
    row = session.scalar(
        select(StandingOrderRow)
        .join(ResidentRow, ResidentRow.id == StandingOrderRow.resident_id)
        .where(
            StandingOrderRow.id == order_id,
            StandingOrderRow.left_at.is_(None),
            residents_in_reach(visit.access, Right.STANDING),
        )
    )
    if row is None:
        abort(404)
    return row


def _case(session: Session, visit: Visit) -> CaseRow | None:
    named = number("case")
    return case_in_reach(session, visit.access, named) if named is not None else None
