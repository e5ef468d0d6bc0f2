"""The main job through the real doors: a request, the person responsible, the callback."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.line import Line
from tests.world import GRANDMA_JIN, GRANDPA_WANG, MASTER_WANG, XIAO_LI, local

TUESDAY_EVENING = local("2026-11-24 20:00")


@pytest.fixture(params=["each webhook once", "each webhook twice"])
def any_line(request: pytest.FixtureRequest, line: Line) -> Line:
    """The line, and the line whose provider says everything twice."""
    line.twice = request.param == "each webhook twice"
    return line


def plumber_finishes(line: Line) -> None:
    """Let the plumber take the case, come two hours later, and report it done."""
    line.settle()
    assert "厨房下水道堵了" in line.inbox(MASTER_WANG)[-1]
    assert "0001" in line.text(MASTER_WANG, "接1 今天下午来")
    line.advance(hours=2)
    assert "0001" in line.text(MASTER_WANG, "办结1 通了")


def test_text_alert_accepted_done_rung_back_and_closed_by_key_1(any_line: Line) -> None:
    line = any_line
    receipt = line.text(GRANDMA_JIN, "厨房下水道堵了")
    assert receipt.startswith("【东城社区】记下了，0001号。物业王师傅管这事，星期四前")
    plumber_finishes(line)
    assert line.case()["status"] == "awaiting_confirmation"

    call = line.wait_for_ring(GRANDMA_JIN, until=TUESDAY_EVENING)
    assert line.now == local("2026-11-23 16:30")  # the next window, more than two hours later
    assert "下水道" not in call.heard  # nothing private before the right person is there
    call.press("1")
    assert "下水道这件事" in call.heard
    assert "好了，请按1。没好，请按2" in call.heard
    call.press("1")

    case = line.case()
    assert (case["status"], case["closed_by"]) == ("closed", "resident")
    assert [event["what"] for event in case["events"]].count("received") == 1
    assert len(line.cases()) == 1


def test_key_2_opens_the_same_case_again_and_tells_the_grid_leader(any_line: Line) -> None:
    line = any_line
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    first_due_at = line.case()["first_due_at"]
    plumber_finishes(line)
    line.wait_for_ring(GRANDMA_JIN, until=TUESDAY_EVENING).press("1").press("2").hang_up()
    line.settle()

    case = line.case()
    assert (case["status"], case["reopened"]) == ("dispatched", 1)
    assert case["first_due_at"] == first_due_at
    assert case["due_at"] == "2026-11-26T20:00:00+08:00"  # three working days from the reopening
    assert any("0001" in words for words in line.inbox(XIAO_LI))
    assert len(line.cases()) == 1


def test_a_landline_is_served_by_voice_alone_and_never_texted(any_line: Line) -> None:
    line = any_line
    call = line.ring(GRANDPA_WANG).press("1").press("1").speak("厨房下水道堵了", key="#")
    assert "这件事由王师傅负责" in call.heard
    call.hang_up()
    plumber_finishes(line)
    line.wait_for_ring(GRANDPA_WANG, until=TUESDAY_EVENING).press("1").press("1")

    assert line.case()["status"] == "closed"
    line.advance_to(TUESDAY_EVENING + timedelta(days=4))
    assert [text for text in line.messages() if text["to"] == GRANDPA_WANG.phone] == []
    assert line.inbox(GRANDPA_WANG) == []
