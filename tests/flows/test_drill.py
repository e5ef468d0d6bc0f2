"""A drill: the ladder without a resident, marked as one in every text and call."""

from __future__ import annotations

from core.alarms.drills import DrillReport, begin_drill, report_drill, stop_drill
from core.alarms.queries import newest_drill
from tests.line import Line
from tests.world import GRANDMA_JIN, LIU_YANG, ZHANG_MIN, local


def _begin(line: Line) -> bool:
    with line.database.transaction() as session:
        alarm = begin_drill(session, community=line.community(session), now=line.now)
    line.settle()
    return alarm is not None


def _report(line: Line) -> DrillReport:
    with line.database.reading() as session:
        alarm = newest_drill(session, line.community(session).id)
        assert alarm is not None
        return report_drill(session, alarm)


def test_a_drill_climbs_until_somebody_answers_and_tells_how_long_it_took(line: Line) -> None:
    line.advance_to(local("2026-11-24 03:00"))
    assert _begin(line)
    assert not _begin(line)

    line.advance(seconds=130)
    assert "演练" in line.text(LIU_YANG, "接")

    report = _report(line)
    assert (report.acknowledged_by, report.seconds, report.is_over) == ("liuduty", 130, True)
    assert [told.at - report.started_at for told in report.told] == sorted(
        told.at - report.started_at for told in report.told
    )
    rung = len(report.told)
    assert rung >= 3
    line.advance(minutes=10)
    assert len(_report(line).told) == rung
    assert line.cases() == []


def test_every_text_and_call_of_a_drill_says_so(line: Line) -> None:
    _begin(line)

    call = line.answer(ZHANG_MIN)
    assert "演练" in call.heard
    assert "紧急" not in call.heard
    assert "居民说话" not in call.heard
    call.press("1")
    assert "演练" in call.heard
    line.settle()

    texts = [text["body"] for text in line.messages() if text["purpose"] == "alarm"]
    assert len(texts) == 2
    assert all("演练" in text for text in texts)
    assert _report(line).is_over


def test_key_0_of_a_drill_rings_no_resident(line: Line) -> None:
    _begin(line)

    line.answer(ZHANG_MIN).press("0")

    assert line.ringing() == []
    assert _report(line).acknowledged_by == "zhangmin"


def test_whoever_answers_second_is_told_that_it_is_over(line: Line) -> None:
    _begin(line)
    line.advance(seconds=70)
    first, second = (
        who for who in (ZHANG_MIN, LIU_YANG) if any("演练" in text for text in line.inbox(who))
    )
    line.text(first, "接")

    assert "已经有人接了" in line.text(second, "接")


def test_a_real_alarm_goes_before_a_drill(line: Line) -> None:
    _begin(line)
    line.text(GRANDMA_JIN, "救命")
    line.settle()

    assert "归您了" in line.text(ZHANG_MIN, "接")
    assert line.case(1)["assignee"] == "zhangmin"
    assert not _report(line).is_over


def test_a_drill_that_nobody_answers_can_be_stopped(line: Line) -> None:
    _begin(line)
    with line.database.transaction() as session:
        alarm = newest_drill(session, line.community(session).id)
        assert alarm is not None
        stop_drill(session, alarm, now=line.now)
    rung = len(_report(line).told)
    line.advance(minutes=5)

    assert (_report(line).seconds, len(_report(line).told)) == (None, rung)
