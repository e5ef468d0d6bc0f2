"""The end of a cycle: told a fortnight ahead, booked once, safe to crash in the middle."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.points.operations import announce_due, cancel_reservation, end_due
from core.points.queries import redemption_by_id
from core.points.tables import PointCycleRow, RedemptionRow
from core.points.waiting import due_instants
from core.residents.operations import opt_out
from tests.points_office import PointsOffice, give
from tests.unit.test_points_keeping import take_newest_back
from tests.world import GRANDMA_JIN, GRANDPA_WANG, MA_YONGFU, local

LAST_DAY = date(2026, 12, 31)
ANNOUNCED = local("2026-12-17 10:00")
OVER = local("2027-01-01 00:00")


@pytest.fixture
def office(database: Database) -> PointsOffice:
    """Three residents with 10, 15 and 20 points."""
    office = PointsOffice(database)
    for who, points in ((GRANDMA_JIN, 10), (GRANDPA_WANG, 15), (MA_YONGFU, 20)):
        give(office, who, points)
    return office


def announce(office: PointsOffice, now: datetime, *, limit: int = 50) -> int:
    office.now = now
    return office.in_transaction(lambda session: announce_due(session, now=now, limit=limit))


def end(office: PointsOffice, now: datetime, *, limit: int = 50) -> int:
    office.now = now
    return office.in_transaction(lambda session: end_due(session, now=now, limit=limit))


def good_until(office: PointsOffice, number: int) -> date | None:
    with office.database.reading() as session:
        return session.get_one(PointCycleRow, number).good_until


def cancel(office: PointsOffice, row: RedemptionRow) -> int:
    def do(session: Session) -> int:
        there = redemption_by_id(session, row.id)
        assert there is not None
        return cancel_reservation(session, there, channel="sms", now=office.now)

    return office.in_transaction(do)


def expired(office: PointsOffice) -> list[int]:
    return [
        number
        for number, (reason, _) in enumerate(office.entries(), start=1)
        if reason == "2026年积分"
    ]


def test_the_end_is_told_fourteen_days_ahead_and_once(office: PointsOffice) -> None:
    office.add_cycle(LAST_DAY, carry_percent=30)

    assert announce(office, ANNOUNCED - timedelta(minutes=1)) == 0
    assert announce(office, ANNOUNCED) == 3
    assert announce(office, ANNOUNCED + timedelta(hours=1)) == 0

    assert office.texts(MA_YONGFU)[1:] == [
        "【东城社区】马永福，您的20分里有14分12月31日星期四过后就到期了，请早点换奖品。"
    ]


def test_whoever_wants_no_notices_gets_none_and_a_landline_cannot(office: PointsOffice) -> None:
    office.in_transaction(
        lambda session: opt_out(session, office.community_id, MA_YONGFU.phone, office.now)
    )
    office.add_cycle(LAST_DAY)
    announce(office, ANNOUNCED)

    assert [len(office.texts(who)) for who in (GRANDMA_JIN, GRANDPA_WANG, MA_YONGFU)] == [2, 0, 1]


def test_at_the_end_a_share_is_carried_and_half_a_point_stays(office: PointsOffice) -> None:
    office.add_cycle(LAST_DAY, carry_percent=30)
    announce(office, ANNOUNCED)

    assert end(office, OVER - timedelta(seconds=1)) == 0
    assert end(office, OVER) == 3
    assert end(office, OVER) == 0

    points = [office.points(who)[0] for who in (GRANDMA_JIN, GRANDPA_WANG, MA_YONGFU)]
    assert points == [3, 5, 6]
    assert office.texts(MA_YONGFU)[-1] == (
        "【东城社区】马永福，这一期结束了，14分到期，还有6分接着用。"
    )
    office.check_sums()
    assert office.verdict().is_sound


def test_nothing_ends_that_was_not_announced_however_late_the_machine_is(
    office: PointsOffice,
) -> None:
    number = office.add_cycle(LAST_DAY)
    late = local("2027-01-05 12:00")

    assert end(office, late) == 0
    announce(office, late)
    assert office.texts(MA_YONGFU)[-1].count("1月19日")
    assert good_until(office, number) == date(2027, 1, 19)
    assert end(office, local("2027-01-19 23:59")) == 0
    assert end(office, local("2027-01-20 00:00")) == 3


def test_a_crash_in_the_middle_books_nothing_twice_and_leaves_nobody_out(
    office: PointsOffice,
) -> None:
    office.add_cycle(LAST_DAY)
    assert announce(office, ANNOUNCED, limit=2) == 2
    assert announce(office, ANNOUNCED, limit=2) == 1
    end(office, OVER, limit=1)

    def crash(session: Session) -> None:
        end_due(session, now=OVER, limit=2)
        raise RuntimeError  # the machine goes off before the commit

    with pytest.raises(RuntimeError):
        office.in_transaction(crash)
    assert len(expired(office)) == 1

    while end(office, OVER, limit=1):
        pass

    assert len(expired(office)) == 3
    texts = [len(office.texts(who)) for who in (GRANDMA_JIN, MA_YONGFU)]
    assert texts == [3, 3]  # earned, announced, ended
    office.check_sums()


def test_points_earned_after_the_end_belong_to_the_next_cycle(office: PointsOffice) -> None:
    office.add_cycle(LAST_DAY)
    announce(office, ANNOUNCED)
    office.now = OVER + timedelta(hours=9)
    give(office, GRANDMA_JIN, 4)

    end(office, OVER + timedelta(hours=10))

    assert office.points(GRANDMA_JIN) == (4, 0)


def test_points_that_have_ended_are_not_spent_before_the_scheduler_comes(
    office: PointsOffice,
) -> None:
    office.add_cycle(LAST_DAY)
    announce(office, ANNOUNCED)
    office.now = OVER + timedelta(hours=9)

    with pytest.raises(Exception, match="not_enough"):
        office.reserve(GRANDMA_JIN)
    end(office, OVER + timedelta(hours=10))

    assert office.points(GRANDMA_JIN) == (0, 0)
    assert len(expired(office)) == 3


def test_what_is_held_over_the_end_is_fetched_or_shares_it(office: PointsOffice) -> None:
    """Nobody keeps their points by reserving on the last day and cancelling on the next."""
    office.add_cycle(LAST_DAY, carry_percent=50)
    announce(office, ANNOUNCED)
    office.now = OVER - timedelta(hours=3)
    kept, fetched = office.reserve(MA_YONGFU), office.reserve(MA_YONGFU)
    end(office, OVER)
    assert office.points(MA_YONGFU) == (0, 20)

    office.now = OVER + timedelta(days=1)
    assert cancel(office, kept) == 5
    office.hand_over(fetched.code)

    assert office.points(MA_YONGFU) == (5, 0)
    office.check_sums()


def test_a_mistake_taken_back_after_the_end_counts_as_expired(office: PointsOffice) -> None:
    office.add_cycle(LAST_DAY)
    announce(office, ANNOUNCED)
    office.now = OVER + timedelta(hours=1)
    take_newest_back(office, GRANDMA_JIN)

    end(office, OVER + timedelta(hours=2))

    assert office.points(GRANDMA_JIN) == (0, 0)
    assert len(expired(office)) == 2


def test_what_is_due_next_is_known_beforehand(office: PointsOffice) -> None:
    office.add_cycle(LAST_DAY)
    office.anchor()
    midnight = local("2026-11-24 00:00")

    def instants() -> list[datetime]:
        with office.database.reading() as session:
            return sorted(due_instants(session))

    assert instants() == [midnight, ANNOUNCED]
    announce(office, ANNOUNCED)
    assert instants() == [midnight, OVER]
    end(office, OVER)
    assert instants() == [midnight]
