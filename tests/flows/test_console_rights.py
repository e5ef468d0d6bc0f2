"""Roles × rights × things: what the table says is what the pages do, guessing ids too."""

from __future__ import annotations

import re

from sqlalchemy import select

from console.doors import Doors
from console.routes import Needs, Route
from console.web import routes_of
from core.access.queries import access_of
from core.access.rules import Reach, Right, covers, reach_of
from core.cases.tables import CaseRow
from core.residents.tables import ResidentRow
from core.staff.queries import staff_by_key
from core.staff.rules import Role
from tests.console import Clerk, text_of
from tests.line import DEMO_FILE, Line
from tests.world import GRANDMA_CAO, GRANDMA_JIN, VOLUNTEER_WU, XIAO_LI

_NUMBER = re.compile(r"<int\([^)]*\):\w+>")
_FILLED = {"<key>": "nobody", "<move>": "note", "<name>": "first.report"}
_CHOICES = re.compile(r"<any\((?:[^)]*, *)?([^,)]+)\):\w+>")  # the last: paper takes its time
_LEAVES = {"/sign-out", "/sign-out-everywhere"}  # would end the session that tries the others


def _pages() -> list[Route]:
    return [
        route
        for route in routes_of(Doors.__new__(Doors))
        if isinstance(route.needs, Right) and route.rule not in _LEAVES
    ]


def _path(route: Route) -> str:
    path = _NUMBER.sub("1", _CHOICES.sub(lambda found: found.group(1), route.rule))
    for pattern, value in _FILLED.items():
        path = path.replace(pattern, value)
    return f"/staff{path}"


def _become(line: Line, role: Role) -> Clerk:
    """Sit down as the grid leader Li, with this role alone; the grid stays theirs."""
    with line.database.transaction() as session:
        staff = staff_by_key(session, line.community(session).id, XIAO_LI.key)
        assert staff is not None
        staff.roles = [role.value]
    return Clerk(line).enter(XIAO_LI)


def test_every_page_opens_for_exactly_the_roles_of_the_table(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.expects_errors = True  # counted below, so that every page is tried
    wrong: list[str] = []
    for role in Role:
        clerk = _become(line, role)
        for route in _pages():
            assert isinstance(route.needs, Right)
            allowed = reach_of([role], route.needs) is not Reach.NONE
            ask = clerk.get if route.method == "GET" else clerk.post
            status = ask(_path(route)).status_code
            # what is allowed may still find nothing, refuse the words, or need the bigger right
            # that its own page checks (the sections of the office)
            if status >= 500 or (not allowed and status != 403):
                wrong.append(f"{role} {route.method} {route.rule}: {status}")
            elif allowed and status == 403 and "/office/" not in route.rule:
                wrong.append(f"{role} {route.method} {route.rule}: refused")
    assert wrong == []
    stranger = Clerk(line)
    for route in _pages():
        status = stranger.client.open(_path(route), method=route.method).status_code
        assert status in (303, 401), route.rule


def test_every_thing_shows_itself_to_exactly_those_it_is_in_reach_of(line: Line) -> None:
    other = DEMO_FILE.read_text(encoding="utf-8").replace('"dongcheng"', '"xicheng"')
    other = re.sub(r"139(\d{8})", r"138\1", other).replace("5800000", "5800099")
    line.load(other.replace("0993-58003", "0993-58004"), name="other.toml")
    line.text(GRANDMA_JIN, "厨房下水道堵了")  # of Li's grid, given to the property company
    line.text(GRANDMA_CAO, "楼道灯不亮")  # of another grid
    line.text("+8613800000101", "厨房下水道堵了", number="+869935800099")
    line.text("+8613800000101", "单元门坏了", number="+869935800099")
    line.text("+8613800000101", "暖气不热", number="+869935800099")  # number 3 is there alone

    for role in Role:
        clerk = _become(line, role)
        with line.database.reading() as session:
            ours = line.community(session).id
            staff = staff_by_key(session, ours, XIAO_LI.key)
            assert staff is not None
            access = access_of(session, staff)
            cases = session.scalars(select(CaseRow).where(CaseRow.community_id == ours)).all()
            seen = {
                case.number: covers(
                    access, Right.CASES, grid_id=case.grid_id, holder_id=case.assignee_id
                )
                for case in cases
            }
            residents = {
                row.id: row.community_id == ours
                and covers(access, Right.RESIDENTS, grid_id=row.grid_id, holder_id=None)
                for row in session.scalars(select(ResidentRow))
            }
        for number, is_seen in {**seen, 3: False, 99: False}.items():
            status = clerk.get(f"/staff/cases/{number}").status_code
            expected = 200 if is_seen else 404 if access.may(Right.CASES) else 403
            assert status == expected, (role, number)
            moved = clerk.post(f"/staff/cases/{number}/note", words="看看").status_code
            assert (moved in (303, 409)) == is_seen, (role, number, moved)
        for resident_id, is_seen in residents.items():
            status = clerk.get(f"/staff/residents/{resident_id}").status_code
            expected = 200 if is_seen else 404 if access.may(Right.RESIDENTS) else 403
            assert status == expected, (role, resident_id)
        exported = clerk.get("/staff/residents/export.csv")
        if access.may(Right.EXPORT_RESIDENTS):
            lines = exported.get_data(as_text=True).strip().count("\n")
            assert lines == sum(residents.values()), role


def test_health_notes_are_read_by_a_button_that_leaves_a_line(line: Line) -> None:
    with line.database.reading() as session:
        sick = session.scalars(select(ResidentRow).where(ResidentRow.key == "mayongfu")).one()
        path, needs = f"/staff/residents/{sick.id}", sick.needs
    assert needs
    leader = Clerk(line).enter(XIAO_LI)
    if leader.get(path).status_code == 404:  # of another grid
        leader = _become(line, Role.DUTY_CLERK)
    assert needs[0] not in leader.get(path).get_data(as_text=True)
    assert needs[0] in leader.post(f"{path}/health").get_data(as_text=True)
    director = _become(line, Role.DIRECTOR)
    assert "看了健康备注" in text_of(director.get("/staff/audit"))

    volunteer = Clerk(line).enter(VOLUNTEER_WU)
    assert volunteer.post(f"{path}/health").status_code == 403
    assert volunteer.get("/staff/residents").status_code == 403
    keeper = _become(line, Role.POINTS_KEEPER)
    assert keeper.get(path).status_code == 200
    assert keeper.post(f"{path}/health").status_code == 403
    assert "要看不归他管的" in text_of(_become(line, Role.DIRECTOR).get("/staff/audit"))
    assert {route.needs for route in _pages()} <= set(Right)
    assert Needs.SIGNED_IN not in {route.needs for route in _pages()}
