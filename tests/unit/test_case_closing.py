"""How a case ends, comes back, is withdrawn; and what recomputing does to a promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from core.alarms.queries import alarm_of_case
from core.cases.closing import (
    check_close,
    close_without_resident,
    confirm_solved,
    reopen_case,
    report_done,
    withdraw_case,
)
from core.cases.moves import accept_case
from core.cases.progress import has_real_progress
from core.cases.queries import events_of
from core.cases.recompute import recompute_provisional
from core.cases.tables import CaseRow
from core.communities.tables import OfficialDayRow
from core.db import Database
from core.errors import Refusal
from tests.unit.demo_office import Desk
from tests.world import (
    KEEPER_ZHOU,
    MASTER_WANG,
    MONDAY_MORNING,
    VOLUNTEER_WU,
    XIAO_LI,
    ZHANG_MIN,
    Person,
    local,
)

TUESDAY = local("2026-11-24 11:00")
WEDNESDAY = local("2026-11-25 17:00")


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office on a Monday morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


def done(desk: Desk) -> CaseRow:
    """Return a case that the property man reported done on Tuesday."""
    case = desk.open()
    report_done(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        channel="sms",
        words="通了",
        now=TUESDAY,
    )
    return case


def test_a_done_case_waits_for_its_resident(desk: Desk) -> None:
    case = done(desk)

    assert (case.status, case.done_at, case.closed_at) == ("awaiting_confirmation", TUESDAY, None)
    assert case.feedback_at is None
    assert case.climb_at == case.due_at  # still owed: that the resident hears of it


def test_only_the_resident_makes_it_solved(desk: Desk) -> None:
    case = done(desk)

    confirm_solved(desk.session, case, channel="call", now=WEDNESDAY)

    assert (case.status, case.closed_by, case.feedback_at) == ("closed", "resident", WEDNESDAY)
    assert case.climb_at is None
    assert [(event.what, event.actor) for event in events_of(desk.session, case.id)][-1] == (
        "closed",
        "resident",
    )


def test_not_solved_reopens_the_same_case_and_alerts_both_at_once(desk: Desk) -> None:
    case = done(desk)

    reopen_case(desk.session, case, channel="call", now=WEDNESDAY, words="还是堵")

    assert (case.number, case.status, case.reopened) == (1, "dispatched", 1)
    assert (case.first_due_at, case.due_at) == (
        local("2026-11-26 20:00"),
        local("2026-11-30 20:00"),
    )
    assert (case.accepted_at, case.done_at, case.visit) == (None, None, "")
    assert case.feedback_at == WEDNESDAY  # they were reached and heard the result
    for who in (MASTER_WANG, XIAO_LI):
        alert = desk.texts_to(who)[-1]
        assert "还是堵" in alert.body
        assert alert.not_before == WEDNESDAY


def test_a_closed_case_may_come_back_with_its_first_clock(desk: Desk) -> None:
    case = done(desk)
    confirm_solved(desk.session, case, channel="sms", now=WEDNESDAY)

    reopen_case(desk.session, case, channel="sms", now=local("2026-11-28 12:00"))

    assert (case.status, case.closed_at, case.closed_by) == ("dispatched", None, "")
    assert (case.first_due_at, case.feedback_at) == (local("2026-11-26 20:00"), WEDNESDAY)
    assert case.due_at == local("2026-12-02 20:00")


def test_after_a_reopening_old_words_are_no_progress(desk: Desk) -> None:
    case = done(desk)
    reopen_case(desk.session, case, channel="call", now=WEDNESDAY)

    accept_case(desk.session, case, actor=desk.actor(MASTER_WANG), channel="sms", now=WEDNESDAY)

    assert not has_real_progress(case)


def test_a_case_at_work_cannot_be_reopened(desk: Desk) -> None:
    case = desk.open()

    with pytest.raises(Refusal, match=r"not_now"):
        reopen_case(desk.session, case, channel="sms", now=TUESDAY)


def test_a_closed_case_is_not_closed_twice(desk: Desk) -> None:
    case = done(desk)
    confirm_solved(desk.session, case, channel="sms", now=WEDNESDAY)

    with pytest.raises(Refusal, match=r"already_closed"):
        confirm_solved(desk.session, case, channel="sms", now=WEDNESDAY)


def test_a_withdrawn_case_is_told_to_the_one_responsible(desk: Desk) -> None:
    case = desk.open()

    withdraw_case(desk.session, case, channel="sms", now=TUESDAY)

    assert (case.status, case.climb_at) == ("withdrawn", None)
    assert "取消" in desk.texts_to(MASTER_WANG)[-1].body


def test_an_emergency_is_not_withdrawn_by_a_text(desk: Desk) -> None:
    case = desk.open("着火了", urgency="P0", danger="fire")

    with pytest.raises(Refusal, match=r"emergency_stays"):
        withdraw_case(desk.session, case, channel="sms", now=TUESDAY)


def test_staff_close_with_a_reason_and_a_second_person(desk: Desk) -> None:
    case = done(desk)

    close_without_resident(
        desk.session,
        case,
        actor=desk.actor(MASTER_WANG),
        second=desk.staff(ZHANG_MIN),
        reason="已搬走",
        channel="sms",
        now=WEDNESDAY,
    )

    assert (case.status, case.closed_by, case.feedback_at) == ("closed", "staff", None)
    last = events_of(desk.session, case.id)[-1]
    assert (last.what, last.actor, last.words) == ("closed", "wangshifu", "已搬走 (张敏)")


@pytest.mark.parametrize(
    ("second", "reason", "key"),
    [
        (MASTER_WANG, "已搬走", "sms.refusal.same_person"),
        (VOLUNTEER_WU, "已搬走", "sms.refusal.second_may_not"),
        (KEEPER_ZHOU, "已搬走", "sms.refusal.second_may_not"),
        (ZHANG_MIN, "  ", "sms.refusal.reason_needed"),
    ],
)
def test_staff_do_not_close_with(desk: Desk, second: Person, reason: str, key: str) -> None:
    case = done(desk)

    with pytest.raises(Refusal) as refused:
        check_close(
            desk.session,
            case,
            actor=desk.actor(MASTER_WANG),
            reason=reason,
            now=WEDNESDAY,
            second=desk.staff(second),
        )

    assert refused.value.key == key


def test_an_emergency_reported_done_ends_its_alarm(desk: Desk) -> None:
    case = desk.open("晕倒了", urgency="P0", danger="medical")

    report_done(
        desk.session,
        case,
        actor=desk.actor(ZHANG_MIN),
        channel="sms",
        words="送医院了",
        now=TUESDAY,
    )

    alarm = alarm_of_case(desk.session, case.id)
    assert alarm is not None
    assert (alarm.state, alarm.acknowledged_by) == ("ended", desk.staff(ZHANG_MIN).id)


def test_a_provisional_promise_becomes_firm_when_the_calendar_arrives(desk: Desk) -> None:
    case = desk.open(now=local("2026-12-30 11:00"))
    # Thursday 31 Dec, and by the weekday rule Friday 1 Jan and Monday 4 Jan
    assert (case.first_due_at, case.provisional) == (local("2027-01-04 20:00"), True)
    for day in (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 10, 1)):
        desk.session.add(OfficialDayRow(day=day, name="放假", is_workday=False))
    desk.session.flush()

    assert recompute_provisional(desk.session, local("2026-12-31 10:00")) == 1
    assert recompute_provisional(desk.session, local("2026-12-31 10:01")) == 0

    assert (case.first_due_at, case.due_at, case.provisional) == (
        local("2027-01-05 20:00"),
        local("2027-01-05 20:00"),
        False,
    )
    assert desk.whats(case)[-1] == "recomputed"


def test_a_firm_promise_is_never_counted_again(desk: Desk) -> None:
    case = desk.open()

    assert recompute_provisional(desk.session, TUESDAY) == 0
    assert case.first_due_at == local("2026-11-26 20:00") > MONDAY_MORNING
