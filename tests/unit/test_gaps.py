"""Gaps: what the provider's record has and we have not is taken in, once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scheduler import gaps
from telephony.ports import CallReceived, DeliveryFailed, SoundReceived, TextReceived
from tests.line import Line
from tests.world import GRANDMA_JIN, LINE_NUMBER, MA_YONGFU


@dataclass
class Record:
    """What a provider says that it took in for us."""

    texts: list[TextReceived] = field(default_factory=list)
    calls: list[CallReceived] = field(default_factory=list)
    asked_since: list[datetime] = field(default_factory=list)
    failures: list[DeliveryFailed] = field(default_factory=list)

    def texts_received(self, number: str, *, since: datetime) -> list[TextReceived]:
        """Return them."""
        self.asked_since.append(since)
        if self.failures:
            raise self.failures.pop()
        return [text for text in self.texts if text.at >= since and text.to == number]

    def calls_received(self, number: str, *, since: datetime) -> list[CallReceived]:
        """Return them."""
        return [call for call in self.calls if call.at >= since and call.to == number]

    def with_recordings(self, call: CallReceived) -> CallReceived:
        """Give the second call a recording."""
        sounds = (SoundReceived("RE1", "http://127.0.0.1/RE1", 9),)
        return replace(call, recordings=sounds if call.provider_id.endswith("2") else ())


def test_what_was_missed_is_taken_in_once_and_answered_by_a_text(line: Line) -> None:
    record = Record()
    services = replace(line.scheduler, record_of_inbound=record)
    gaps.run(services)  # the mark is set
    line.advance(minutes=10)
    came = line.now - timedelta(minutes=5)
    text = TextReceived("SM7", GRANDMA_JIN.phone, LINE_NUMBER, "下水道堵了", came)
    under_way = replace(text, provider_id="SM8", words="楼道灯坏了", at=line.now)
    record.texts = [text, under_way]
    record.calls = [
        CallReceived(sid, MA_YONGFU.phone, LINE_NUMBER, "completed", came) for sid in ("CA1", "CA2")
    ]
    record.failures = [DeliveryFailed("away", retryable=True, down=True)]
    gaps.run(services)  # the texts cannot be read now; the calls are

    line.advance(minutes=1)
    assert gaps.run(services) == 0  # it was looked at just now
    line.advance(minutes=3)
    assert gaps.run(services) == 2  # by now the other text is nobody's any more
    line.advance(minutes=3)
    assert gaps.run(services) == 0

    line.settle()
    assert [case["text"] for case in line.cases()][-2:] == ["下水道堵了", "楼道灯坏了"]
    assert any("记下了" in words for words in line.inbox(GRANDMA_JIN))
    assert [call["state"] for call in line.calls()] == ["completed", "completed"]
    assert "call_back" in [task["kind"] for task in line.tasks()]  # of the call that left no words
    assert len(line.cases()) == 3  # of the one that did
    assert record.asked_since[-1] >= came - timedelta(minutes=31)


def test_what_may_yet_be_told_is_looked_at_again_soon(line: Line) -> None:
    record = Record()
    services = replace(line.scheduler, record_of_inbound=record)
    line.advance(minutes=10)
    record.texts = [TextReceived("SM9", GRANDMA_JIN.phone, LINE_NUMBER, "楼道灯坏了", line.now)]
    assert gaps.run(services) == 0  # its webhook may still come
    line.advance(seconds=60)
    assert gaps.run(services) == 0
    line.advance(seconds=31)
    assert gaps.run(services) == 1
