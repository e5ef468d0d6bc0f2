"""A case that nobody touches: reminded, climbed, apologised for, and a person before the end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from core.db import Database
from tests.line import Line, load_demo
from tests.world import (
    DEPUTY_CHEN,
    DIRECTOR_GUO,
    GRANDMA_JIN,
    MASTER_WANG,
    XIAO_LI,
    local,
)

# when it is said, when the apology rings, and when it is due
_WEEKS = {
    "an ordinary week": ("2026-11-23 10:30", "2026-11-25 16:30", "2026-11-26 20:00"),
    "over a weekend": ("2026-11-26 10:30", "2026-11-30 16:30", "2026-12-01 20:00"),
    "over a make-up Saturday": ("2026-10-08 10:30", "2026-10-10 16:30", "2026-10-12 20:00"),
}


@pytest.mark.parametrize("week", _WEEKS)
def test_an_untouched_case_ends_with_a_person_before_the_due_minute(
    week: str, database: Database, tmp_path: Path
) -> None:
    said, rings, due = (local(written) for written in _WEEKS[week])
    load_demo(database, now=said)
    line = Line(database, var=tmp_path, start=said)
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    assert datetime.fromisoformat(line.case()["due_at"]) == due

    call = line.wait_for_ring(GRANDMA_JIN, until=due)
    assert line.now == rings
    call.press("1")
    assert "对不起" in call.heard or "抱歉" in call.heard
    call.hang_up()
    line.advance_to(due)

    assert line.case()["feedback_at"] is None  # an apology is no feedback
    told = [task for task in line.tasks() if task["kind"] == "tell_resident"]
    assert [task["state"] for task in told] == ["open"]
    assert datetime.fromisoformat(told[0]["due_at"]) == due
    for person in (MASTER_WANG, XIAO_LI, DEPUTY_CHEN, DIRECTOR_GUO):
        assert any("0001" in words for words in line.inbox(person)), person.name
    line.close()


def test_real_progress_is_feedback_and_the_next_is_due_three_working_days_later(
    line: Line,
) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.settle()
    line.text(MASTER_WANG, "接1 星期四上午来")

    call = line.wait_for_ring(GRANDMA_JIN, until=local("2026-11-26 20:00"))
    call.press("1")
    assert "星期四上午来" in call.heard
    call.press("1")

    case = line.case()
    assert case["feedback_at"] == "2026-11-25T16:30:00+08:00"
    assert case["due_at"] == "2026-11-30T20:00:00+08:00"
    assert case["first_due_at"] == "2026-11-26T20:00:00+08:00"
    assert [task for task in line.tasks() if task["kind"] == "tell_resident"] == []


def test_a_person_who_told_the_resident_counts(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.advance_to(local("2026-11-26 12:30"))
    assert [task["state"] for task in line.tasks() if task["kind"] == "tell_resident"] == ["open"]

    line.text(MASTER_WANG, "告知1 配件明天到")
    line.settle()

    assert line.case()["feedback_at"] == "2026-11-26T12:30:00+08:00"
    assert [task["state"] for task in line.tasks() if task["kind"] == "tell_resident"] == ["done"]
