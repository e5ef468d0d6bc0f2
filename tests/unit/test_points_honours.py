"""The honour list and the yearly statement: true to the book, and kind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.points.honours import GroupCount, Honoured, HonourList, HonourSection, honour_list
from core.points.rules import PointClass
from core.points.statements import statement_of
from tests.points_office import PointsOffice, give
from tests.points_people import move_in
from tests.unit.test_points_keeping import take_newest_back
from tests.world import GRANDMA_JIN, MA_YONGFU, Person, local

NAMED = Person("humeihua", "胡美华", "+8613900000115")
ALSO = Person("dengjianxin", "邓建新", "+8613900000136")
UNNAMED = Person("caoguilan", "曹桂兰", "+8613900000134")
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def office(database: Database) -> PointsOffice:
    """Three neighbours of building 2; two of them agreed to be named."""
    office = PointsOffice(database)

    def settle(session: Session) -> None:
        for person, consents, groups in (
            (NAMED, ["be_named"], ["volunteer"]),
            (ALSO, ["be_named"], ["volunteer", "party_member"]),
            (UNNAMED, [], ["party_member"]),
        ):
            move_in(
                session,
                office.community_id,
                person,
                place="2-1-101",
                consents=consents,
                groups=groups,
            )

    office.in_transaction(settle)
    return office


def november(office: PointsOffice) -> HonourList:
    with office.database.reading() as session:
        return honour_list(session, community=office.community(session), month=date(2026, 11, 23))


def test_only_those_who_agreed_are_named_by_building_and_class(office: PointsOffice) -> None:
    give(office, NAMED, 5)
    give(office, ALSO, 8)
    give(office, ALSO, 2, kind=PointClass.LEARN)
    give(office, UNNAMED, 50)

    found = november(office)

    assert found.sections == (
        HonourSection("", "2", "learn", (Honoured("邓建新", 2),)),
        HonourSection("", "2", "practise", (Honoured("邓建新", 8), Honoured("胡美华", 5))),
    )
    assert found.counted == {
        "party_member": GroupCount(2, 60),
        "volunteer": GroupCount(2, 15),
        "everybody": GroupCount(3, 65),
    }


def test_a_mistake_taken_back_honours_nobody_and_another_month_is_another_list(
    office: PointsOffice,
) -> None:
    office.earn(NAMED)
    take_newest_back(office, NAMED)
    office.now = local("2026-12-01 00:00")
    give(office, ALSO, 5)

    assert november(office) == HonourList(
        NOVEMBER,
        (),
        {name: GroupCount(0, 0) for name in ("party_member", "volunteer", "everybody")},
    )


def test_nobody_stands_at_the_bottom_of_a_list(office: PointsOffice) -> None:
    for number in range(7):
        person = Person(f"n{number}", f"邻居{number}", f"+861390000050{number}")
        office.in_transaction(
            lambda session, person=person: move_in(
                session, office.community_id, person, place="9-1-101", consents=["be_named"]
            )
        )
        give(office, person, 10 if number < 3 else 9 - number)

    (section,) = november(office).sections
    assert [one.points for one in section.honoured] == [10, 10, 10, 6, 5]  # five, not the last


def test_a_statement_adds_up_and_goes_on_where_the_year_before_ended(
    office: PointsOffice,
) -> None:
    give(office, GRANDMA_JIN, 20)
    office.earn(GRANDMA_JIN, 5)
    take_newest_back(office, GRANDMA_JIN)
    office.hand_over(office.reserve(GRANDMA_JIN).code)
    office.now = local("2027-01-01 00:00") + timedelta(days=3)
    give(office, GRANDMA_JIN, 7)
    office.reserve(GRANDMA_JIN)

    with office.database.reading() as session:
        community, jin = office.community(session), office.resident(session, GRANDMA_JIN)
        first = statement_of(session, community=community, resident=jin, year=2026)
        second = statement_of(session, community=community, resident=jin, year=2027)
        nothing = statement_of(
            session, community=community, resident=office.resident(session, MA_YONGFU), year=2026
        )

    assert [line.change for line in first.lines] == [20, 5, -5, -10, 0]
    assert (first.opening, first.spent, first.expired, first.closing) == (0, 10, 0, 10)
    assert sum(first.earned.values()) == 20
    assert (second.opening, second.closing) == (10, 17)
    assert (second.lines[-1].free, second.lines[-1].held) == (7, 10)
    for made in (first, second):
        earned = sum(made.earned.values())
        assert made.opening + earned - made.spent - made.expired == made.closing
    assert (nothing.lines, nothing.closing) == ((), 0)
