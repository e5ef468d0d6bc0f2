"""The shop: reserved by telephone, announced, fetched against a code, released in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database
from core.points.announcing import announce_reservation, balance_words, offer_to_tell, shop_words
from core.points.operations import (
    cancel_reservation,
    lapse_due,
    reserve_reward,
    restock,
    undo_handover,
    wish_for,
)
from core.points.queries import redemption_by_id
from core.points.tables import RedemptionRow
from core.questions.queries import open_question
from tests.points_office import PointsOffice, give
from tests.world import (
    DEPUTY_CHEN,
    GRANDMA_JIN,
    GRANDPA_WANG,
    GRID_WORKER_MA,
    KEEPER_ZHOU,
    MA_YONGFU,
)


@pytest.fixture
def office(database: Database) -> PointsOffice:
    """Two residents with points."""
    office = PointsOffice(database)
    give(office, GRANDMA_JIN, 75)
    give(office, MA_YONGFU, 60)
    return office


def announce(office: PointsOffice, row: RedemptionRow, *, replying_to: str | None) -> str | None:
    return office.in_transaction(
        lambda session: announce_reservation(
            session,
            community=office.community(session),
            redemption=row,
            now=office.now,
            replying_to=replying_to,
        )
    )


def cancel(office: PointsOffice, session: Session, row: RedemptionRow) -> int:
    there = redemption_by_id(session, row.id)
    assert there is not None
    return cancel_reservation(session, there, channel="sms", now=office.now)


def lapse(office: PointsOffice) -> int:
    return office.in_transaction(lambda session: lapse_due(session, now=office.now, limit=10))


def reserve(office: PointsOffice, session: Session, reward: str) -> RedemptionRow:
    return reserve_reward(
        session,
        community=office.community(session),
        resident=office.resident(session, GRANDMA_JIN),
        reward=office.reward(session, reward),
        phone=GRANDMA_JIN.phone,
        channel="sms",
        now=office.now,
    )


def test_a_reservation_holds_a_piece_and_its_points(office: PointsOffice) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")

    assert office.points(GRANDMA_JIN) == (15, 60)
    assert office.stock("oil") == 1
    assert len(row.code) == 4
    assert row.code.isdecimal()
    office.check_sums()


def test_a_reservation_is_announced_to_the_registered_phone_whatever_phone_ordered(
    office: PointsOffice,
) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")

    words = announce(office, row, replying_to="+8613999999999")
    announce(office, row, replying_to="+8613999999999")

    assert words == (
        f"【东城社区】花生油给您留好了，凭{row.code}来社区取，留到下星期一。不要了回2。"
    )
    assert office.texts(GRANDMA_JIN)[1:] == [words]
    with office.database.reading() as session:
        question = open_question(session, office.community_id, GRANDMA_JIN.phone, office.now)
        assert question is not None
        assert question.about["redemption_id"] == row.id


def test_it_is_not_texted_twice_to_the_phone_that_is_answered_anyway(office: PointsOffice) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")

    words = announce(office, row, replying_to=GRANDMA_JIN.phone)

    assert words is not None
    assert words not in office.texts(GRANDMA_JIN)


def test_a_landline_gets_no_text(office: PointsOffice) -> None:
    give(office, GRANDPA_WANG, 10)

    assert announce(office, office.reserve(GRANDPA_WANG), replying_to=None) is None


def test_one_digit_lets_it_fall_and_a_second_finds_nothing(office: PointsOffice) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")

    assert office.in_transaction(lambda session: cancel(office, session, row)) == 75
    again = office.refusal(lambda session: cancel(office, session, row))

    assert office.stock("oil") == 2
    assert again == ("not_waiting", {"reward": "花生油"})


def test_whoever_has_too_few_points_hears_how_many_are_missing(office: PointsOffice) -> None:
    office.reserve(GRANDMA_JIN, "oil")

    short = office.refusal(lambda session: reserve(office, session, "oil"))

    assert short == ("not_enough", {"reward": "花生油", "points": "60", "missing": "45"})


def test_nobody_reserves_more_than_the_community_allows(office: PointsOffice) -> None:
    for _ in range(3):
        office.reserve(GRANDMA_JIN)

    assert office.refusal(lambda session: reserve(office, session, "tissues")) == (
        "too_many_reservations",
        {"count": "3"},
    )


def test_it_is_handed_over_against_its_code_once(office: PointsOffice) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")
    handed = office.hand_over(row.code)

    assert office.points(GRANDMA_JIN) == (15, 0)
    assert office.texts(GRANDMA_JIN)[-1] == (
        "【东城社区】花生油取走了，用了60分，还有15分。不是您取的请打5800000。"
    )
    with office.database.reading() as session:
        assert handed.handed_by_id == office.staff(session, KEEPER_ZHOU).id
    for code, refused in ((row.code, "code_used"), ("none", "code_unknown")):
        with pytest.raises(Exception, match=refused):
            office.hand_over(code)
    with pytest.raises(Exception, match="not_keeper"):
        office.hand_over(row.code, keeper=DEPUTY_CHEN)
    office.check_sums()


def test_a_cancelled_and_a_lapsed_code_hand_nothing_over(office: PointsOffice) -> None:
    first, second = office.reserve(GRANDMA_JIN), office.reserve(MA_YONGFU)
    office.in_transaction(lambda session: cancel(office, session, first))
    with pytest.raises(Exception, match="code_cancelled"):
        office.hand_over(first.code)
    office.now = second.expires_at
    with pytest.raises(Exception, match="code_lapsed"):  # though the scheduler was not there yet
        office.hand_over(second.code)
    lapse(office)
    with pytest.raises(Exception, match="code_lapsed"):
        office.hand_over(second.code)


def test_what_nobody_fetches_lapses_at_midnight_after_its_last_day(office: PointsOffice) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")
    assert row.expires_at.astimezone(office.now.tzinfo).isoformat() == "2026-12-01T00:00:00+08:00"

    office.now = row.expires_at - timedelta(seconds=1)
    assert lapse(office) == 0
    office.now = row.expires_at
    assert lapse(office) == 1
    assert lapse(office) == 0

    assert office.points(GRANDMA_JIN) == (75, 0)
    assert office.stock("oil") == 2
    assert office.texts(GRANDMA_JIN)[-1] == (
        "【东城社区】留给您的花生油过了日子，60分退给您，现在共75分。"
    )


def test_a_mistaken_handover_is_undone_and_waits_under_a_new_code(office: PointsOffice) -> None:
    row = office.hand_over(office.reserve(GRANDMA_JIN, "oil").code)

    def do(session: Session, reason: str = "发错了人") -> RedemptionRow:
        there = redemption_by_id(session, row.id)
        assert there is not None
        return undo_handover(
            session,
            community=office.community(session),
            keeper=office.staff(session, GRID_WORKER_MA),
            redemption=there,
            reason=reason,
            channel="sms",
            now=office.now,
        )

    assert office.refusal(lambda session: do(session, " "))[0] == "reason_needed"
    again = office.in_transaction(do)
    assert office.refusal(do)[0] == "not_handed_over"

    assert office.points(GRANDMA_JIN) == (15, 60)
    assert again.code != row.code
    office.hand_over(again.code)
    assert office.points(GRANDMA_JIN) == (15, 0)
    assert office.verdict().is_sound


def test_sold_out_offers_to_tell_and_tells_once_it_is_there_again(office: PointsOffice) -> None:
    office.in_transaction(
        lambda session: restock(session, office.reward(session, "oil"), added=-2, now=office.now)
    )
    assert office.refusal(lambda session: reserve(office, session, "oil"))[0] == "sold_out"

    def offer(session: Session) -> str:
        community, resident = office.community(session), office.resident(session, GRANDMA_JIN)
        words = offer_to_tell(
            session,
            community=community,
            resident=resident,
            reward=office.reward(session, "oil"),
            phone=GRANDMA_JIN.phone,
            now=office.now,
        )
        wish_for(
            session,
            community=community,
            resident=resident,
            reward=office.reward(session, "oil"),
            now=office.now,
        )
        return words

    assert office.in_transaction(offer) == (
        "【东城社区】花生油现在没有了。来了要告诉您吗？要就回1。"
    )
    for _ in range(2):
        office.in_transaction(
            lambda session: restock(session, office.reward(session, "oil"), added=1, now=office.now)
        )
    assert office.texts(GRANDMA_JIN)[1:] == ["【东城社区】花生油又有了，60分。要就发：兑换 花生油"]


def test_a_piece_that_comes_back_is_told_to_whoever_waits(office: PointsOffice) -> None:
    office.in_transaction(
        lambda session: restock(session, office.reward(session, "oil"), added=-1, now=office.now)
    )
    row = office.reserve(GRANDMA_JIN, "oil")
    office.in_transaction(
        lambda session: wish_for(
            session,
            community=office.community(session),
            resident=office.resident(session, MA_YONGFU),
            reward=office.reward(session, "oil"),
            now=office.now,
        )
    )
    office.in_transaction(lambda session: cancel(office, session, row))

    assert office.texts(MA_YONGFU)[-1].startswith("【东城社区】花生油又有了")


def test_nobody_is_told_of_a_piece_that_cannot_be_ordered_any_more(office: PointsOffice) -> None:
    row = office.reserve(GRANDMA_JIN, "oil")

    def no_more(session: Session) -> None:
        reward, community = office.reward(session, "oil"), office.community(session)
        ma = office.resident(session, MA_YONGFU)
        wish_for(session, community=community, resident=ma, reward=reward, now=office.now)
        reward.left_at = office.now  # the community file does not name it any more

    office.in_transaction(no_more)
    office.in_transaction(lambda session: cancel(office, session, row))

    assert [text for text in office.texts(MA_YONGFU) if "又有了" in text] == []


def test_the_shelf_does_not_go_below_nothing(office: PointsOffice) -> None:
    refused = office.refusal(
        lambda session: restock(session, office.reward(session, "oil"), added=-3, now=office.now)
    )

    assert refused == ("less_than_nothing", {"reward": "花生油", "stock": "2"})


def test_balance_and_shop_fit_one_segment_each(office: PointsOffice) -> None:
    office.reserve(GRANDMA_JIN, "oil")
    with office.database.reading() as session:
        community = office.community(session)
        balance = balance_words(session, community, office.resident(session, GRANDMA_JIN))
        shop = shop_words(session, community, "zh_CN")

    assert balance == ("【东城社区】金桂兰有15分，另外60分留着换奖品。11/23花生油-60，11/23扫雪+75")
    assert shop == "【东城社区】纸巾10分，花生油60分。要哪样发：兑换 名字"
    assert len(balance) <= 70


def test_codes_in_use_are_all_different(office: PointsOffice) -> None:
    office.in_transaction(
        lambda session: restock(
            session, office.reward(session, "tissues"), added=20, now=office.now
        )
    )
    for _ in range(5):
        office.hand_over(office.reserve(GRANDMA_JIN).code)
    with office.database.reading() as session:
        codes = session.scalars(select(RedemptionRow.code)).all()

    assert len(set(codes)) == 5
