"""A resident who is not reached: three calls, one text, and a person at the end."""

from __future__ import annotations

import pytest

from tests.line import Line
from tests.world import GRANDMA_JIN, GRANDPA_WANG, MASTER_WANG, Person, local

LATE = local("2026-12-04 20:00")


def _done(line: Line, who: Person) -> None:
    """Let a case of somebody be reported done on Monday at 11:00."""
    if who is GRANDPA_WANG:
        line.ring(who).press("1").press("1").speak("厨房下水道堵了", key="#").hang_up()
    else:
        line.text(who, "厨房下水道堵了")
    line.settle()
    line.advance(minutes=30)
    assert "0001" in line.text(MASTER_WANG, "办结1 通了")


def _rings(line: Line, who: Person) -> list[str]:
    """Let every call ring out until ``LATE``; return when each rang, in local time."""
    rang = []
    while line.now < LATE:
        line.advance_to(LATE, stop=lambda: bool(line.ringing(who)))
        if line.ringing(who):
            rang.append(line.now.astimezone(LATE.tzinfo).strftime("%a %H:%M"))
            line.reject(who)
    return rang


def test_three_calls_ring_on_two_days_then_a_text_asks(line: Line) -> None:
    _done(line, GRANDMA_JIN)
    first = line.wait_for_ring(GRANDMA_JIN, until=LATE)
    first.hang_up()
    line.advance_to(local("2026-11-24 12:00"), stop=lambda: bool(line.ringing(GRANDMA_JIN)))
    line.reject(GRANDMA_JIN)
    line.advance_to(local("2026-11-24 12:00"), stop=lambda: bool(line.ringing(GRANDMA_JIN)))
    assert line.now == local("2026-11-24 10:30")
    line.reject(GRANDMA_JIN)
    line.advance_to(local("2026-11-24 12:00"))

    survey = line.inbox(GRANDMA_JIN)[-1]
    assert "修好了回1，没修好回2" in survey
    assert "七天内" in line.text(GRANDMA_JIN, "1")
    assert (line.case()["status"], line.case()["closed_by"]) == ("closed", "resident")

    assert "马上让王师傅再来" in line.text(GRANDMA_JIN, "2")
    assert (line.case()["status"], line.case()["reopened"]) == ("dispatched", 1)


def test_silence_is_never_counted_as_solved_a_person_asks(line: Line) -> None:
    _done(line, GRANDMA_JIN)

    assert _rings(line, GRANDMA_JIN) == ["Mon 13:00", "Mon 17:00", "Tue 10:30"]

    assert line.case()["status"] == "awaiting_confirmation"
    assert [task["kind"] for task in line.tasks()].count("call_back") == 1
    assert sum("修好了回1" in words for words in line.inbox(GRANDMA_JIN)) == 1


def test_a_landline_goes_from_the_third_call_to_a_person(line: Line) -> None:
    _done(line, GRANDPA_WANG)

    assert len(_rings(line, GRANDPA_WANG)) == 3

    assert line.inbox(GRANDPA_WANG) == []
    (task,) = [task for task in line.tasks() if task["kind"] == "call_back"]
    assert "回访 0001" in task["words"]


@pytest.mark.parametrize(("said", "status"), [("好了", "closed"), ("没好", "dispatched")])
def test_a_person_takes_the_answer_instead(line: Line, said: str, status: str) -> None:
    _done(line, GRANDPA_WANG)
    _rings(line, GRANDPA_WANG)

    line.text(MASTER_WANG, f"回访 1 {said}")

    assert line.case()["status"] == status
    assert [task["state"] for task in line.tasks() if task["kind"] == "call_back"] == ["done"]
