"""What the pages on health say, and when they turn red."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.outbox.tables import OutboxAttemptRow
from tests.line import Line
from tests.world import GRANDMA_CAO, GRANDMA_JIN, LIU_YANG, LIU_YULAN, MA_YONGFU, ZHANG_MIN


def health(line: Line) -> tuple[int, dict[str, Any]]:
    answer = line.client.get("/health")
    return answer.status_code, answer.get_json()


def test_no_scheduler_is_red_and_one_that_beats_is_green(line: Line) -> None:
    assert health(line)[1]["reasons"]["red"] == ["no scheduler is at work"]
    line.beat()
    code, said = health(line)
    assert (code, said["status"]) == (200, "green")


def test_a_person_with_a_browser_reads_it_in_words(line: Line) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN"}
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    page = line.client.get("/health", headers=browser)
    assert page.status_code == 503
    assert page.mimetype == "text/html"
    said = page.get_data(as_text=True)
    assert "要马上处理" in said
    assert "后台没有在干活" in said
    assert GRANDMA_JIN.phone[-4:] not in said
    english = line.client.get("/health", headers=browser | {"Accept-Language": "en-GB"})
    assert "Needs somebody now" in english.get_data(as_text=True)


def test_a_scheduler_that_stopped_is_red_after_a_minute(line: Line) -> None:
    line.beat()
    line.clock.set(line.now.replace(minute=line.now.minute + 2))
    assert "no scheduler is at work" in health(line)[1]["reasons"]["red"]


def test_an_emergency_is_red_until_somebody_acknowledges_it(line: Line) -> None:
    line.text(GRANDMA_JIN, "救命")
    line.settle()
    line.beat()
    code, said = health(line)
    assert (code, said["status"], said["unacknowledged_p0"]) == (503, "red", 1)
    duty = next(who for who in (ZHANG_MIN, LIU_YANG) if line.ringing(who))
    line.answer(duty).press("1")
    assert (health(line)[1]["status"], health(line)[1]["unacknowledged_p0"]) == ("green", 0)


def test_what_waits_too_long_is_red(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.clock.set(line.now.replace(minute=line.now.minute + 20))  # and nobody sends
    line.beat()
    assert health(line)[1]["reasons"]["red"] == ["texts or calls wait too long"]


def test_the_numbers_are_there_for_prometheus_and_name_nobody(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    said = line.client.get("/metrics").get_data(as_text=True)
    assert "linli_open_cases 1.0" in said
    assert "linli_heartbeat_age_seconds NaN" in said
    assert GRANDMA_JIN.phone[-11:] not in said
    assert line.client.get("/alive").get_data(as_text=True) == "alive\n"


def test_a_provider_that_takes_nothing_is_red_until_it_takes_something(line: Line) -> None:
    for who in (GRANDMA_JIN, GRANDMA_CAO, LIU_YULAN, MA_YONGFU):
        line.text(who, "下水道堵了")
    line.settle()
    line.text(GRANDMA_JIN, "楼道灯不亮")
    line.text(GRANDMA_CAO, "电梯坏了")
    line.settle()
    line.beat()
    assert health(line)[1]["provider"]["takes_nothing"] is False
    with line.database.transaction() as session:
        made = session.scalars(select(OutboxAttemptRow).order_by(OutboxAttemptRow.id)).all()
        assert len(made) >= 5
        for attempt in made:
            attempt.outcome = "given_back"
    assert health(line)[1]["reasons"]["red"] == ["the provider takes nothing"]
    with line.database.transaction() as session:
        session.get_one(OutboxAttemptRow, made[-1].id).outcome = "sent"
    assert health(line)[1]["status"] == "green"


def test_a_calendar_that_ends_soon_is_yellow(line: Line) -> None:
    line.clock.set(line.now.replace(month=12, day=20))
    line.beat()
    assert health(line)[1]["status"] == "yellow"
