"""Machine-readable looks: the fields that outsiders read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app import looks
from core.alarms.queries import open_alarm_of_case
from core.calls.tables import CallRow, RecordingRow
from core.cases.taking import take_alarm
from core.db import Database
from tests.unit.demo_office import Desk
from tests.world import GRANDMA_JIN, LIU_YANG, MONDAY_MORNING, STRANGER, ZHANG_MIN, local


@pytest.fixture
def desk(whole_demo: Database) -> Iterator[Desk]:
    """The demo's office on a Monday morning."""
    with whole_demo.transaction() as session:
        yield Desk(session)


def test_a_community_shows_its_name_and_numbers(desk: Desk) -> None:
    assert looks.communities_look(desk.session) == [
        {
            "key": "dongcheng",
            "name": "东城社区",
            "english_name": "Dongcheng",
            "numbers": ["+869935800000"],
            "demo": True,
        }
    ]


def test_a_case_shows_its_clocks_its_people_and_its_events(desk: Desk) -> None:
    desk.open()

    (case,) = looks.cases_look(desk.session)

    wanted = {
        "community": "dongcheng",
        "number": 1,
        "status": "dispatched",
        "category": "repair",
        "urgency": "P2",
        "channel": "sms",
        "resident": {"name": "金桂兰", "phone": GRANDMA_JIN.phone},
        "text": "下水道堵了",
        "opened_at": "2026-11-23T10:30:00+08:00",
        "due_at": "2026-11-26T20:00:00+08:00",
        "first_due_at": "2026-11-26T20:00:00+08:00",
        "provisional": False,
        "feedback_at": None,
        "assignee": "wangshifu",
        "escalation_level": 0,
        "alarm": None,
    }
    assert {field: case[field] for field in wanted} == wanted
    assert case["events"] == [
        {
            "at": "2026-11-23T10:30:00+08:00",
            "actor": "resident",
            "channel": "sms",
            "what": "received",
            "words": "下水道堵了",
        },
        {
            "at": "2026-11-23T10:30:00+08:00",
            "actor": "service",
            "channel": "sms",
            "what": "dispatched",
            "words": "wangshifu",
        },
    ]
    assert json.loads(json.dumps(case)) == case


def test_an_emergency_shows_its_alarm(desk: Desk) -> None:
    night = local("2026-11-24 03:00")
    case = desk.open("救命", who=STRANGER, urgency="P0", danger="fire", now=night)
    alarm = open_alarm_of_case(desk.session, case.id)
    assert alarm is not None

    look = looks.case_look(desk.session, case)["alarm"]
    assert (look["state"], look["acknowledged_by"]) == ("ringing", None)
    take_alarm(desk.session, alarm, staff=desk.staff(LIU_YANG), channel="sms", now=night)

    look = looks.case_look(desk.session, case)["alarm"]
    assert (look["state"], look["acknowledged_by"]) == ("acknowledged", "liuduty")


def test_a_message_shows_where_it_stands(desk: Desk) -> None:
    desk.open()

    (message,) = looks.messages_look(desk.session, desk.community.id)

    wanted = {"to", "body", "state", "attempts", "provider_id", "reason", "created_at", "sent_at"}
    assert wanted | {"id"} <= set(message)
    assert (message["state"], message["attempts"], message["sent_at"]) == ("queued", 0, None)
    assert message["case"] == 1


def test_a_call_shows_its_case_its_recording_and_its_turns(desk: Desk) -> None:
    case = desk.open()
    call = CallRow(
        community_id=desk.community.id,
        provider_id="CA1",
        direction="inbound",
        purpose="resident",
        phone=GRANDMA_JIN.phone,
        state="completed",
        case_id=case.id,
        turn=3,
        held={},
        started_at=MONDAY_MORNING,
        touched_at=MONDAY_MORNING,
        ended_at=MONDAY_MORNING + timedelta(minutes=1),
    )
    desk.session.add(call)
    desk.session.flush()
    desk.session.add(
        RecordingRow(
            community_id=desk.community.id,
            call_id=call.id,
            provider_id="RE1",
            url="/recordings/RE1",
            created_at=MONDAY_MORNING,
        )
    )
    desk.session.flush()

    (look,) = looks.calls_look(desk.session)

    wanted = {
        "phone": GRANDMA_JIN.phone,
        "direction": "inbound",
        "state": "completed",
        "case": 1,
        "recording": "RE1",
        "started_at": "2026-11-23T10:30:00+08:00",
        "ended_at": "2026-11-23T10:31:00+08:00",
        "turns": 3,
    }
    assert {field: look[field] for field in wanted} == wanted


def test_a_task_shows_its_owner_and_its_case(desk: Desk) -> None:
    desk.open(who=STRANGER)

    (task,) = looks.tasks_look(desk.session)

    wanted = {
        "number": 1,
        "kind": "who_is_it",
        "owner": ZHANG_MIN.key,
        "case": 1,
        "due_at": "2026-11-23T12:30:00+08:00",
        "state": "open",
    }
    assert {field: task[field] for field in wanted} == wanted


def test_another_community_s_rows_are_not_shown(desk: Desk) -> None:
    desk.open(who=STRANGER)
    other = desk.community.id + 1

    for look in (
        looks.cases_look,
        looks.messages_look,
        looks.calls_look,
        looks.tasks_look,
        looks.communities_look,
    ):
        assert look(desk.session, other) == []
