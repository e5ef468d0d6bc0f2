"""A conversation leaves one line, and whoever takes the call has taken its alarm."""

from __future__ import annotations

from tests.line import Line
from tests.world import GRANDMA_JIN, LIU_YANG, ZHANG_MIN, local


def test_one_conversation_asks_for_one_note(line: Line) -> None:
    call = line.ring(GRANDMA_JIN)
    call.press("0")
    line.answer(ZHANG_MIN).press("1")
    call.hang_up()
    line.settle()
    notes = [task for task in line.tasks() if task["kind"] == "call_note"]
    assert [task["owner"] for task in notes] == [ZHANG_MIN.key]


def test_an_alarm_acknowledged_by_key_is_an_accepted_case(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    line.text(GRANDMA_JIN, "救命")
    line.settle()
    line.answer(LIU_YANG).press("1")
    case = line.case()
    assert (case["status"], case["assignee"]) == ("accepted", LIU_YANG.key)
