"""What keepers record: limits, four eyes, mistakes undone, and the resident told of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import Refusal
from core.points.agreeing import Recorded
from core.points.keeping import newest_earning
from core.points.operations import agree, credit, disagree, let_lapse, take_back
from core.points.rules import PointsRules, read_points
from core.points.tables import PointEntryRow, PointRequestRow
from core.questions.tables import QuestionRow
from core.staff.tables import StaffRow
from tests.points_office import PointsOffice, give
from tests.points_people import move_in
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    GRANDMA_JIN,
    GRANDPA_WANG,
    GRID_WORKER_MA,
    KEEPER_ZHOU,
    MA_YONGFU,
    Person,
)


@pytest.fixture
def office(database: Database) -> PointsOffice:
    return PointsOffice(database)


def take_newest_back(office: PointsOffice, who: Person, *, reason: str = "记错了人") -> Recorded:
    return office.in_transaction(lambda session: undo(office, session, who, reason))


def undo(office: PointsOffice, session: Session, who: Person, reason: str) -> Recorded:
    community = office.community(session)
    resident = office.resident(session, who)
    return take_back(
        session,
        community=community,
        keeper=office.staff(session, KEEPER_ZHOU),
        entry=newest_earning(session, community_id=community.id, resident=resident),
        reason=reason,
        channel="sms",
        now=office.now,
    )


def settle(office: PointsOffice, who: Person, *, agrees: bool = True) -> Any:
    def do(session: Session) -> Any:
        request = session.scalars(select(PointRequestRow)).one()
        second, community = office.staff(session, who), office.community(session)
        if not agrees:
            return disagree(
                session, community=community, request=request, second=second, now=office.now
            )
        return agree(
            session,
            community=community,
            request=request,
            second=second,
            channel="sms",
            now=office.now,
        )

    return office.in_transaction(do)


def test_a_posting_is_recorded_told_and_names_who_recorded_it(office: PointsOffice) -> None:
    recorded = office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN))

    assert (recorded.points, recorded.balance, recorded.request) == (5, 5, None)
    assert office.texts(GRANDMA_JIN) == ["【东城社区】金桂兰，扫雪给您记了5分，现在共5分。"]
    with office.database.reading() as session:
        entry = session.scalars(select(PointEntryRow)).one()
        assert (entry.reason, entry.recorder, entry.channel, entry.source) == (
            "扫雪",
            "keeper",
            "sms",
            "activity",
        )


def test_the_same_deed_is_not_recorded_twice(office: PointsOffice) -> None:
    office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN))

    again = office.refusal(lambda s: office.credit(s, GRANDMA_JIN, 3, keeper=GRID_WORKER_MA))

    assert again == ("already_posted", {"name": "金桂兰", "what": "扫雪"})


@pytest.mark.parametrize("written", ["0", "-3", "1.5", "1000000000000", "三十斤", "", "１０１"])
def test_an_amount_that_no_deed_is_worth_is_refused(written: str) -> None:
    with pytest.raises(Refusal, match="bad_amount"):
        read_points(written, PointsRules())


@pytest.mark.parametrize("points", [0, -5, 101, 10**12])
def test_a_door_that_lets_a_bad_amount_through_is_refused_too(
    office: PointsOffice, points: int
) -> None:
    assert office.refusal(lambda s: office.credit(s, GRANDMA_JIN, points))[0] == "bad_amount"


def test_a_keeper_has_a_limit_for_a_day_and_another_keeper_their_own(database: Database) -> None:
    office = PointsOffice(database, rules=PointsRules(keeper_day_limit=8))
    office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN))

    over = office.refusal(lambda s: office.credit(s, MA_YONGFU))
    office.in_transaction(lambda s: office.credit(s, MA_YONGFU, keeper=GRID_WORKER_MA))
    office.now += timedelta(hours=14)  # the next local day
    office.in_transaction(lambda s: office.credit(s, GRANDPA_WANG))

    assert over == ("day_limit", {"limit": "8"})


def test_only_keepers_record_and_not_for_their_own_household(office: PointsOffice) -> None:
    at_home = Person("zhoumei", "周梅", KEEPER_ZHOU.phone)
    office.in_transaction(lambda s: move_in(s, office.community_id, at_home))

    clerk = office.refusal(lambda s: office.credit(s, GRANDMA_JIN, keeper=DEPUTY_CHEN))
    own = office.refusal(lambda s: office.credit(s, at_home))

    assert (clerk[0], own[0]) == ("not_keeper", "not_for_yourself")


def test_nobody_agrees_to_points_of_their_own_home(office: PointsOffice) -> None:
    at_home = Person("machao", "马超", GRID_WORKER_MA.phone)
    office.in_transaction(lambda s: move_in(s, office.community_id, at_home))

    recorded = office.in_transaction(lambda s: office.credit(s, at_home, activity="big"))
    assert recorded.second.key == DEPUTY_CHEN.key, "not the other keeper, whose points they are"

    def moves_in(session: Session) -> None:
        office.resident(session, at_home).name = DEPUTY_CHEN.name

    office.in_transaction(moves_in)
    with pytest.raises(Refusal, match="not_for_yourself"):
        settle(office, DEPUTY_CHEN)
    assert office.points(at_home) == (0, 0)


def test_a_keeper_of_another_community_posts_nothing(database: Database) -> None:
    office, other = PointsOffice(database), PointsOffice(database, key="elsewhere")

    def by_stranger(session: Session) -> object:
        return credit(
            session,
            community=office.community(session),
            keeper=other.staff(session, KEEPER_ZHOU),
            resident=office.resident(session, GRANDMA_JIN),
            activity=office.activity(session, "snow"),
            channel="sms",
            now=office.now,
        )

    def for_stranger(session: Session) -> object:
        return credit(
            session,
            community=office.community(session),
            keeper=office.staff(session, KEEPER_ZHOU),
            resident=other.resident(session, GRANDMA_JIN),
            activity=office.activity(session, "snow"),
            channel="sms",
            now=office.now,
        )

    assert office.refusal(by_stranger)[0] == "not_keeper"
    assert office.refusal(for_stranger)[0] == "other_community"


# --- four eyes


def test_above_the_set_amount_a_second_keeper_agrees_first(office: PointsOffice) -> None:
    recorded = office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN, activity="big"))

    assert recorded.second is not None
    assert recorded.second.name == "马超"
    assert office.points(GRANDMA_JIN) == (0, 0)
    assert office.texts(GRID_WORKER_MA) == [
        "【东城社区】周梅要给金桂兰记30分：照顾病人。同意回1，不同意回2。"
    ]

    office.now += timedelta(hours=14)  # agreed on the next day: it is still the day of the deed
    settle(office, GRID_WORKER_MA)
    assert office.points(GRANDMA_JIN) == (30, 0)
    assert office.texts(KEEPER_ZHOU) == ["【东城社区】马超同意，金桂兰的30分办好了。"]
    with office.database.reading() as session:
        entry = session.scalars(select(PointEntryRow)).one()
        assert entry.recorder == "keeper+gridworker"
        assert str(entry.happened_on) == "2026-11-23"
    office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN, activity="big"))  # of today


def test_who_was_not_asked_cannot_agree_and_nobody_twice(office: PointsOffice) -> None:
    office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN, activity="big"))
    with pytest.raises(Refusal, match="not_yours_to_agree"):
        settle(office, KEEPER_ZHOU)
    settle(office, GRID_WORKER_MA, agrees=False)
    with pytest.raises(Refusal, match="settled_already"):
        settle(office, GRID_WORKER_MA)

    assert office.points(GRANDMA_JIN) == (0, 0)
    assert office.texts(KEEPER_ZHOU) == ["【东城社区】马超不同意，金桂兰的30分没有办。"]


def test_without_a_second_keeper_the_deputy_or_the_director_is_asked(
    office: PointsOffice,
) -> None:
    def leave(*people: Person) -> None:
        def do(session: Session) -> None:
            for row in session.scalars(select(StaffRow)):
                if row.key in {person.key for person in people}:
                    row.left_at = office.now

        office.in_transaction(do)

    leave(GRID_WORKER_MA)
    asked = office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN, activity="big"))
    leave(DEPUTY_CHEN, DIRECTOR_GUO)
    nobody = office.refusal(lambda s: office.credit(s, MA_YONGFU, activity="big"))

    assert asked.second.key == DEPUTY_CHEN.key
    assert nobody[0] == "no_second"


def test_a_question_that_lapses_lets_the_request_lapse_and_tells_the_keeper(
    office: PointsOffice,
) -> None:
    office.in_transaction(lambda s: office.credit(s, GRANDMA_JIN, activity="big"))
    with office.database.reading() as session:
        question = session.scalars(select(QuestionRow)).one()
        request_id = question.about["request_id"]

    def lapse(session: Session) -> None:
        request = session.get_one(PointRequestRow, request_id)
        let_lapse(session, request=request, now=office.now)

    office.in_transaction(lapse)
    office.in_transaction(lapse)

    (words,) = office.texts(KEEPER_ZHOU)
    assert words.startswith("【东城社区】马超没有回")
    assert office.points(GRANDMA_JIN) == (0, 0)


# --- 扣回


def test_a_mistake_is_undone_by_a_new_entry_and_the_resident_is_told(office: PointsOffice) -> None:
    office.earn(GRANDMA_JIN, 5)
    recorded = take_newest_back(office, GRANDMA_JIN)

    assert (recorded.points, recorded.balance) == (5, 0)
    assert office.entries() == [("扫雪", None), ("记错了人", 1)]
    assert office.texts(GRANDMA_JIN)[1] == (
        "【东城社区】金桂兰，扫雪的5分记错了，已经退回，现在共0分。"
    )
    assert office.verdict().is_sound


def test_taking_back_needs_a_reason_an_earning_and_unspent_points(office: PointsOffice) -> None:
    nothing = office.refusal(lambda s: undo(office, s, GRANDMA_JIN, "记错了"))
    give(office, GRANDMA_JIN, 12)
    no_reason = office.refusal(lambda s: undo(office, s, GRANDMA_JIN, " \n"))
    office.reserve(GRANDMA_JIN, "tissues")
    spent = office.refusal(lambda s: undo(office, s, GRANDMA_JIN, "记错了"))

    assert nothing == ("nothing_to_take_back", {"name": "金桂兰"})
    assert no_reason[0] == "reason_needed"
    assert spent == ("spent_already", {"name": "金桂兰", "missing": "10"})


def test_taking_back_much_needs_a_second_keeper_too(office: PointsOffice) -> None:
    give(office, GRANDMA_JIN, 50)

    recorded = take_newest_back(office, GRANDMA_JIN, reason="不是她")
    assert recorded.request is not None
    assert office.points(GRANDMA_JIN) == (50, 0)
    settle(office, GRID_WORKER_MA)

    assert office.points(GRANDMA_JIN) == (0, 0)
    assert office.entries() == [("扫雪", None), ("不是她", 1)]


def test_what_was_taken_back_is_not_taken_back_again(office: PointsOffice) -> None:
    give(office, GRANDMA_JIN, 3)
    give(office, GRANDMA_JIN, 4)
    take_newest_back(office, GRANDMA_JIN)
    take_newest_back(office, GRANDMA_JIN)

    assert office.points(GRANDMA_JIN) == (0, 0)
    assert office.refusal(lambda s: undo(office, s, GRANDMA_JIN, "x"))[0] == "nothing_to_take_back"
