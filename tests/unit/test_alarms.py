"""The alarm ladder: person after person, every minute, until somebody acknowledges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from core.alarms.operations import (
    acknowledge,
    open_alarm_of_case,
    raise_alarm,
    record_reached,
    ringing_alarms,
    step_due,
)
from core.alarms.queries import alarm_calls_of
from core.alarms.rules import Danger, reply_key
from core.alarms.tables import AlarmRow
from core.cases.tables import CaseRow
from core.cases.taking import take_alarm
from core.db import Database
from core.questions.queries import open_question
from core.staff.tables import StaffRow
from core.wording.segments import segments_of
from tests.unit.demo_office import Desk
from tests.world import (
    DEPUTY_CHEN,
    GRANDMA_JIN,
    LIU_YANG,
    MA_YONGFU,
    XIAO_LI,
    ZHANG_MIN,
    Person,
    local,
)

NIGHT = local("2026-11-24 03:00")


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office at three in the morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


def cry(desk: Desk, who: Person = GRANDMA_JIN, words: str = "救命") -> tuple[CaseRow, AlarmRow]:
    """Return the emergency of a resident and its alarm."""
    case = desk.open(words, who=who, now=NIGHT, urgency="P0", danger="medical")
    alarm = open_alarm_of_case(desk.session, case.id)
    assert alarm is not None
    return case, alarm


def told(desk: Desk, alarm: AlarmRow) -> list[tuple[int, str]]:
    """Return who was told, with the seconds since the cry."""
    keys = {row.id: row.key for row in desk.session.scalars(select(StaffRow))}
    return [
        (int((call.at - NIGHT).total_seconds()), keys[call.staff_id])
        for call in alarm_calls_of(desk.session, alarm.id)
    ]


def walk(desk: Desk, alarm: AlarmRow, until: datetime) -> None:
    """Step from due instant to due instant."""
    while alarm.next_at is not None and alarm.next_at <= until:
        assert step_due(desk.session, alarm.next_at) == 1


def test_nobody_answers_and_the_ladder_goes_on_to_the_leaders_and_starts_over(desk: Desk) -> None:
    _, alarm = cry(desk, MA_YONGFU)

    walk(desk, alarm, NIGHT + timedelta(minutes=6))

    assert told(desk, alarm) == [
        (0, "liuduty"),
        (60, "zhangmin"),
        (120, "xiaoli"),
        (180, "liuduty"),
        (180, "sunleader"),  # the grid leader of his estate
        (180, "chendeputy"),
        (240, "chendeputy"),  # from now on they are on the list
        (300, "liuduty"),
        (360, "zhangmin"),
    ]
    assert (alarm.state, len(ringing_alarms(desk.session, desk.community.id))) == ("ringing", 1)


def test_each_is_texted_and_rung_at_once_before_everything_else(desk: Desk) -> None:
    case, alarm = cry(desk, words="救命" + "快来人" * 200)
    walk(desk, alarm, NIGHT + timedelta(minutes=1))

    for who, at in ((LIU_YANG, NIGHT), (ZHANG_MIN, NIGHT + timedelta(minutes=1))):
        (text,), (call,) = desk.texts_to(who), desk.calls_to(who)
        assert (text.priority, text.not_before) == (call.priority, call.not_before) == (0, at)
        assert call.detail == {"alarm_id": alarm.id, "staff_id": desk.staff(who).id}
        for part in ("紧急", "急病", "0001号", "青湖华庭3-2-402", "13900000101", "接1"):
            assert part in text.body
        assert segments_of(text.body) <= 3
    assert case.status == "dispatched"


def test_who_acknowledges_gets_phone_and_address_and_the_ladder_stops(desk: Desk) -> None:
    case, alarm = cry(desk)
    at = NIGHT + timedelta(seconds=70)
    walk(desk, alarm, at)

    assert take_alarm(desk.session, alarm, staff=desk.staff(ZHANG_MIN), channel="call", now=at)

    walk(desk, alarm, NIGHT + timedelta(minutes=5))
    assert told(desk, alarm) == [(0, "liuduty"), (60, "zhangmin")]
    assert (alarm.state, alarm.acknowledged_by) == ("acknowledged", desk.staff(ZHANG_MIN).id)
    yours = desk.texts_to(ZHANG_MIN)[-1].body
    assert "13900000101" in yours
    assert "青湖华庭3-2-402" in yours
    assert (case.status, desk.holder(case)) == ("accepted", "zhangmin")


def test_the_second_to_acknowledge_hears_that_somebody_has_it(desk: Desk) -> None:
    case, alarm = cry(desk)
    take_alarm(desk.session, alarm, staff=desk.staff(LIU_YANG), channel="sms", now=NIGHT)

    mine = take_alarm(desk.session, alarm, staff=desk.staff(XIAO_LI), channel="sms", now=NIGHT)

    assert not mine
    assert desk.holder(case) == "liuduty"
    assert "已经有人在管" in desk.texts_to(XIAO_LI)[-1].body


def test_after_five_minutes_they_are_asked_and_silence_lets_the_ladder_go_on(desk: Desk) -> None:
    _, alarm = cry(desk)
    acknowledge(desk.session, alarm, staff=desk.staff(LIU_YANG), channel="sms", now=NIGHT)

    walk(desk, alarm, NIGHT + timedelta(minutes=5))
    question = open_question(
        desk.session, desk.community.id, LIU_YANG.phone, NIGHT + timedelta(minutes=5)
    )
    assert question is not None
    assert (question.kind, question.about["alarm_id"]) == ("reached", alarm.id)
    assert "联系上了吗" in desk.texts_to(LIU_YANG)[-1].body
    assert alarm.state == "acknowledged"

    walk(desk, alarm, NIGHT + timedelta(minutes=6))
    assert alarm.state == "ringing"
    assert told(desk, alarm)[1] == (360, "zhangmin")


@pytest.mark.parametrize(("yes", "state"), [(True, "ended"), (False, "ringing")])
def test_reached_ends_the_alarm_and_not_reached_rings_on_at_once(
    desk: Desk, *, yes: bool, state: str
) -> None:
    case, alarm = cry(desk)
    acknowledge(desk.session, alarm, staff=desk.staff(LIU_YANG), channel="sms", now=NIGHT)
    at = NIGHT + timedelta(minutes=5, seconds=20)
    walk(desk, alarm, at)

    record_reached(desk.session, alarm, yes=yes, now=at)

    assert (alarm.state, alarm.reached) == (state, yes)
    further = [(320, "zhangmin"), (320, "xiaoli"), (320, "chendeputy")]  # three minutes are over
    assert told(desk, alarm) == [(0, "liuduty"), *([] if yes else further)]
    assert case.status == "dispatched"  # an emergency is never closed by itself


def test_repeats_are_one_alarm_and_tell_the_one_who_has_it_every_three_minutes(
    desk: Desk,
) -> None:
    case, alarm = cry(desk)
    acknowledge(desk.session, alarm, staff=desk.staff(LIU_YANG), channel="sms", now=NIGHT)
    before = len(desk.calls_to(LIU_YANG))

    for seconds in range(5, 100, 5):
        now = NIGHT + timedelta(seconds=seconds)
        again = desk.open(f"快来{seconds}", now=now, urgency="P0", danger="medical")
        assert again.id == case.id
    walk(desk, alarm, NIGHT + timedelta(minutes=4))

    assert alarm.repeats == 20
    assert desk.whats(case).count("repeat") == 19
    assert len(desk.calls_to(LIU_YANG)) == before + 1
    assert told(desk, alarm)[-1] == (180, "liuduty")
    assert "快来5" in desk.texts_to(LIU_YANG)[-1].body


def test_a_recording_is_texted_first_and_rung_a_minute_later(desk: Desk) -> None:
    case = desk.open("", channel="call", now=NIGHT)
    alarm = raise_alarm(
        desk.session,
        community=desk.community,
        kind="recording",
        danger="",
        words="",
        now=NIGHT,
        case=case,
    )

    assert "回听1" in desk.texts_to(LIU_YANG)[-1].body
    assert desk.calls_to(LIU_YANG) == []
    walk(desk, alarm, NIGHT + timedelta(minutes=1))
    assert len(desk.calls_to(LIU_YANG)) == 1
    assert len(desk.texts_to(LIU_YANG)) == 1


def test_a_recording_that_somebody_listened_to_rings_nobody(desk: Desk) -> None:
    case = desk.open("", channel="call", now=NIGHT)
    alarm = raise_alarm(
        desk.session,
        community=desk.community,
        kind="recording",
        danger="",
        words="",
        now=NIGHT,
        case=case,
    )

    take_alarm(desk.session, alarm, staff=desk.staff(LIU_YANG), channel="call", now=NIGHT)

    walk(desk, alarm, NIGHT + timedelta(hours=1))
    assert desk.calls_to(LIU_YANG) == []
    assert (alarm.state, alarm.next_at) == ("acknowledged", None)
    assert desk.holder(case) == "wangshifu"  # heard, not accepted


def test_a_recording_that_turns_out_to_be_an_emergency_is_alarmed_as_one(desk: Desk) -> None:
    case = desk.open("", channel="call", now=NIGHT)
    given = {"community": desk.community, "now": NIGHT, "case": case}
    alarm = raise_alarm(desk.session, kind="recording", danger="", words="", **given)  # type: ignore[arg-type]  # one set for two calls

    again = raise_alarm(desk.session, kind="emergency", danger="fall", words="摔倒了", **given)  # type: ignore[arg-type]  # one set for two calls

    assert again.id == alarm.id
    assert (alarm.kind, alarm.danger, alarm.state) == ("emergency", "fall", "ringing")
    assert len(desk.calls_to(LIU_YANG)) == 1


def test_an_alarm_without_case_or_phone_still_says_what_is_known(desk: Desk) -> None:
    raise_alarm(
        desk.session,
        community=desk.community,
        kind="emergency",
        danger="gas",
        words="",
        now=NIGHT,
    )

    body = desk.texts_to(LIU_YANG)[-1].body
    for part in ("煤气泄漏", "号码没显示", "地址还不知道", "没留话"):
        assert part in body


def test_by_day_the_people_on_duty_are_rung_first(desk: Desk) -> None:
    desk.open("着火了", now=local("2026-11-24 11:00"), urgency="P0", danger="fire")

    assert len(desk.calls_to(ZHANG_MIN)) == 1
    assert desk.calls_to(LIU_YANG) == []


def test_the_deputy_hears_of_it_after_three_minutes_and_not_before(desk: Desk) -> None:
    _, alarm = cry(desk)

    walk(desk, alarm, NIGHT + timedelta(seconds=179))
    assert desk.texts_to(DEPUTY_CHEN) == []
    walk(desk, alarm, NIGHT + timedelta(minutes=3))
    assert len(desk.calls_to(DEPUTY_CHEN)) == 1


def test_every_danger_has_its_reply() -> None:
    assert {reply_key(danger) for danger in Danger} == {f"sms.emergency.{d.value}" for d in Danger}


def test_two_schedulers_step_an_alarm_once(whole_demo: Database) -> None:
    with whole_demo.transaction() as session:
        alarm_id = cry(Desk(session))[1].id
    done: list[int] = []

    def work() -> None:
        with whole_demo.transaction() as session:
            done.append(step_due(session, NIGHT + timedelta(minutes=1)))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with whole_demo.transaction() as session:
        alarm = session.get_one(AlarmRow, alarm_id)
        assert (sum(done), alarm.round) == (1, 2)
        assert len(Desk(session).calls_to(ZHANG_MIN)) == 1


def test_two_people_acknowledge_at_once_and_one_has_it(whole_demo: Database) -> None:
    with whole_demo.transaction() as session:
        alarm_id = cry(Desk(session))[1].id
    mine: list[bool] = []

    def answer(who: Person) -> None:
        with whole_demo.transaction() as session:
            alarm = session.get_one(AlarmRow, alarm_id)
            staff = Desk(session).staff(who)
            mine.append(take_alarm(session, alarm, staff=staff, channel="sms", now=NIGHT))

    threads = [Thread(target=answer, args=(who,)) for who in (LIU_YANG, ZHANG_MIN, XIAO_LI)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(mine) == [False, False, True]
