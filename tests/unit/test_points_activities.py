"""Activities: signing up, attendance taken by the keeper or by a code, once a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.points.activities import places_left
from core.points.finding import find_activity, find_people, find_reward
from core.points.operations import (
    attend_by_code,
    open_attendance,
    sign_up,
    take_attendance,
    withdraw_sign_up,
)
from core.points.queries import activities_on
from core.points.rules import PointsRules
from core.points.tables import ParticipationRow
from tests.points_office import PointsOffice
from tests.points_people import OTHER_JIN, move_in
from tests.world import GRANDMA_JIN, GRANDPA_WANG, KEEPER_ZHOU, MA_YONGFU, MONDAY_MORNING, Person

ON_THE_DAY = MONDAY_MORNING + timedelta(days=4, minutes=-30)  # the reading circle is at 10:30


@pytest.fixture
def office(database: Database) -> PointsOffice:
    return PointsOffice(database)


def put_down(office: PointsOffice, session: Session, who: Person, activity: str) -> object:
    return sign_up(
        session,
        community=office.community(session),
        resident=office.resident(session, who),
        activity=office.activity(session, activity),
        now=office.now,
    )


def code_for(office: PointsOffice, activity: str) -> str:
    return office.in_transaction(
        lambda session: open_attendance(
            session,
            community=office.community(session),
            keeper=office.staff(session, KEEPER_ZHOU),
            activity=office.activity(session, activity),
            now=office.now,
        )
    )


def attend(office: PointsOffice, session: Session, who: Person, code: str) -> object:
    return attend_by_code(
        session,
        community=office.community(session),
        resident=office.resident(session, who),
        code=code,
        channel="sms",
        now=office.now,
    )


def take(office: PointsOffice, session: Session, *people: Person, activity: str) -> list[str]:
    taken = take_attendance(
        session,
        community=office.community(session),
        keeper=office.staff(session, KEEPER_ZHOU),
        activity=office.activity(session, activity),
        residents=[office.resident(session, who) for who in people],
        channel="sms",
        now=office.now,
    )
    return [row.name for row in taken.posted] + [f"-{row.name}" for row in taken.already]


def test_a_place_is_taken_once_and_freed_again(office: PointsOffice) -> None:
    for who in (GRANDMA_JIN, GRANDPA_WANG):
        office.in_transaction(lambda s, who=who: put_down(office, s, who, "reading"))

    full = office.refusal(lambda s: put_down(office, s, MA_YONGFU, "reading"))
    twice = office.refusal(lambda s: put_down(office, s, GRANDMA_JIN, "reading"))
    assert (full[0], twice[0]) == ("sign_up_full", "sign_up_twice")

    assert office.in_transaction(
        lambda s: withdraw_sign_up(
            s,
            community=office.community(s),
            resident=office.resident(s, GRANDMA_JIN),
            activity=office.activity(s, "reading"),
        )
    )
    office.in_transaction(lambda s: put_down(office, s, MA_YONGFU, "reading"))
    with office.database.reading() as session:
        assert places_left(session, office.activity(session, "reading")) == 0


def test_nobody_signs_up_for_what_needs_none_or_has_begun(office: PointsOffice) -> None:
    needless = office.refusal(lambda s: put_down(office, s, GRANDMA_JIN, "snow"))
    office.now = MONDAY_MORNING + timedelta(days=4, minutes=1)
    over = office.refusal(lambda s: put_down(office, s, GRANDMA_JIN, "reading"))

    assert (needless[0], over[0]) == ("sign_up_needless", "sign_up_over")


def test_what_is_on_is_listed_soonest_first_and_no_longer_once_begun(office: PointsOffice) -> None:
    def keys() -> list[str]:
        with office.database.reading() as session:
            return [row.key for row in activities_on(session, office.community_id, office.now)]

    assert keys() == ["reading", "snow", "big"]
    office.now += timedelta(days=5)
    assert keys() == ["snow", "big"]


def test_whoever_texts_the_code_on_the_spot_was_there_once(office: PointsOffice) -> None:
    office.now = ON_THE_DAY
    code = code_for(office, "reading")
    assert code_for(office, "reading") == code  # asked again, it is the same

    office.in_transaction(lambda s: attend(office, s, GRANDMA_JIN, code))
    twice = office.refusal(lambda s: attend(office, s, GRANDMA_JIN, code))

    assert office.points(GRANDMA_JIN) == (4, 0)
    assert twice[0] == "attended_already"
    assert office.texts(GRANDMA_JIN) == ["【东城社区】金桂兰，读书会给您记了4分，现在共4分。"]


def test_a_code_that_is_over_unknown_or_full_posts_nothing(office: PointsOffice) -> None:
    office.now = ON_THE_DAY
    code = code_for(office, "reading")
    unknown = office.refusal(lambda s: attend(office, s, GRANDMA_JIN, "x"))
    for who in (GRANDMA_JIN, GRANDPA_WANG):
        office.in_transaction(lambda s, who=who: put_down(office, s, who, "reading"))
    full = office.refusal(lambda s: attend(office, s, MA_YONGFU, code))
    office.now += timedelta(hours=3)
    over = office.refusal(lambda s: attend(office, s, GRANDMA_JIN, code))

    assert [unknown[0], full[0], over[0]] == [
        "attendance_code_unknown",
        "sign_up_full",
        "attendance_code_unknown",
    ]


def test_a_standing_activity_counts_once_a_day(office: PointsOffice) -> None:
    code = code_for(office, "snow")
    office.in_transaction(lambda s: attend(office, s, GRANDMA_JIN, code))
    assert office.refusal(lambda s: attend(office, s, GRANDMA_JIN, code))[0] == "attended_already"
    office.now += timedelta(days=1)
    tomorrow = code_for(office, "snow")
    office.in_transaction(lambda s: attend(office, s, GRANDMA_JIN, tomorrow))

    assert office.points(GRANDMA_JIN) == (10, 0)


def test_a_keepers_list_posts_each_once_and_says_who_was_there_already(
    office: PointsOffice,
) -> None:
    office.now = ON_THE_DAY
    office.in_transaction(lambda s: take(office, s, GRANDMA_JIN, activity="reading"))

    done = office.in_transaction(
        lambda s: take(office, s, GRANDMA_JIN, MA_YONGFU, MA_YONGFU, activity="reading")
    )

    assert done == ["马永福", "-金桂兰"]
    assert office.points(GRANDMA_JIN) == office.points(MA_YONGFU) == (4, 0)
    office.check_sums()


def test_nobody_was_at_what_has_not_begun(office: PointsOffice) -> None:
    by_list = office.refusal(lambda s: take(office, s, GRANDMA_JIN, activity="reading"))
    by_word = office.refusal(lambda s: office.credit(s, GRANDMA_JIN, activity="reading"))
    by_code = office.refusal(
        lambda s: open_attendance(
            s,
            community=office.community(s),
            keeper=office.staff(s, KEEPER_ZHOU),
            activity=office.activity(s, "reading"),
            now=office.now,
        )
    )

    assert [by_list, by_word, by_code] == [("not_yet", {"what": "读书会", "day": "11/27"})] * 3


def test_a_keeper_knows_every_code_so_it_serves_nobody_of_their_home(
    office: PointsOffice,
) -> None:
    own = Person("machao", "马超", "+8613900000301")  # the other keeper, by their own telephone
    wife = Person("wife", "古丽", "+8613900000302")
    for who in (own, wife):
        office.in_transaction(
            lambda s, who=who: move_in(s, office.community_id, who, place="7-1-101")
        )
    code = code_for(office, "snow")

    refused = [
        office.refusal(lambda s, who=who: attend(office, s, who, code)) for who in (own, wife)
    ]

    assert [key for key, _ in refused] == ["not_for_yourself"] * 2
    office.in_transaction(lambda s: take(office, s, own, wife, activity="snow"))  # 周梅 may
    assert office.points(wife) == (5, 0)


def test_a_list_above_the_limits_posts_nobody(database: Database) -> None:
    office = PointsOffice(database, rules=PointsRules(keeper_day_limit=9), now=ON_THE_DAY)

    limit = office.refusal(
        lambda s: take(office, s, GRANDMA_JIN, GRANDPA_WANG, MA_YONGFU, activity="reading")
    )
    four_eyes = office.refusal(lambda s: take(office, s, GRANDMA_JIN, activity="big"))

    assert limit == ("day_limit", {"limit": "9"})
    assert four_eyes[0] == "too_many_for_code"


def test_names_are_found_and_what_is_misspelt_is_offered(office: PointsOffice) -> None:
    office.in_transaction(lambda s: move_in(s, office.community_id, OTHER_JIN))
    with office.database.reading() as session:
        people = find_people(session, office.community_id, ["马永福", "金桂兰", "王二", "马永福"])
        slip = find_activity(session, office.community_id, "读输会", now=office.now)
        by_number = find_activity(session, office.community_id, "1", now=office.now)
        oil = find_reward(session, office.community_id, "油")

        assert [row.name for row in people.found] == ["马永福"]
        assert people.unknown == ("王二",)
        assert people.several == ("金桂兰",)
        both = find_people(session, office.community_id, ["金桂兰", "金桂兰"])
        assert (len(both.found), both.several) == (2, ())  # each of them was there
        assert slip.exact is None
        assert slip.near[0].name == "读书会"
        assert by_number.exact is not None
        assert oil.exact is not None
        assert oil.exact.name == "花生油"


def test_a_participation_stays_when_its_points_are_taken_back(office: PointsOffice) -> None:
    from tests.unit.test_points_keeping import take_newest_back

    office.earn(GRANDMA_JIN)
    take_newest_back(office, GRANDMA_JIN)
    office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN))  # the same day, rightly

    assert office.points(GRANDMA_JIN) == (5, 0)
    with office.database.reading() as session:
        row = session.query(ParticipationRow).one()
        assert (row.entry, row.postings) == (3, 2)
