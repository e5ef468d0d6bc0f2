"""Clocks that are set, and a scheduler that rests for three days."""

from __future__ import annotations

import time

from sqlalchemy import select

from core.inbound.tables import InboundTextRow
from core.outbox.tables import OutboxRow
from tests.chaos.service import EXTRA_PHONES, wait_for
from tests.chaos.stage import Stage, stage
from tests.world import LINE_NUMBER

_HOUR, _DAY = 3600.0, 86400.0
_STEPS = (_HOUR, 0.0, -_HOUR, 0.0, 30 * _DAY, 0.0)
_SLOWLY = 4  # texts a second


def steps(kind: str, *, texts: int = 8) -> str:
    """An hour on and back, an hour back and on, a month on and back, while texts come and go."""
    with stage(kind) as on:
        for wrong_by in _STEPS:
            on.service.set_clock(wrong_by)
            for number in range(texts):
                words = f"{number + 1}号楼停电了{wrong_by:.0f}{on.count(InboundTextRow.id)}"
                on.carrier.text(EXTRA_PHONES[number], LINE_NUMBER, words)
            time.sleep(6)
        quiet = wait_for(lambda: not _due(on), 120, "an empty outbox")
        kept = on.count(InboundTextRow.id)
        twice = {row for row, count in on.sent().items() if count > 1}
        assert kept == texts * len(_STEPS), kept
        assert not twice, f"rows {sorted(twice)} were sent twice"
        sent = f"{len(on.sent())} rows sent, 0 twice"
        return f"{kept} texts over {len(_STEPS)} steps, {sent}; quiet in {quiet:.0f} s"


def rest(kind: str, *, texts: int = 60) -> str:
    """No scheduler for three days: what waited leaves once, at a pace, and at the right hour."""
    pace = {"LINLI_TEXTS_PER_SECOND": str(_SLOWLY)}
    with stage(kind, schedulers=0, settings=pace) as on:
        for number in range(texts):
            words = f"{number % 16 + 1}号楼{number}室下水道堵了"
            on.carrier.text(EXTRA_PHONES[number % 40], LINE_NUMBER, words)
        on.service.set_clock(3 * _DAY)
        on.service.schedulers = 2
        began = time.monotonic()
        on.service.revive()
        quiet = wait_for(lambda: len(on.sent()) >= texts and not _due(on), 170, "an empty outbox")
        sent = [one.taken_at - began for one in on.double.taken if one.direction == "outbound-api"]
        most = max(sum(1 for at in sent if start <= at < start + 5) for start in sent)
        assert max(on.sent().values()) == 1, "something was sent twice"
        # two seconds of a burst, and what the two were about to send
        assert most <= _SLOWLY * 7 + 4, f"{most} in five seconds"
        return f"{len(sent)} rows left in {quiet:.0f} s, at most {most} in five seconds, 0 twice"


def _due(on: Stage) -> int:
    """Return how many rows wait for nothing but their turn."""
    with on.database.reading() as session:
        states = ("queued", "sending", "unknown")
        rows = session.scalars(select(OutboxRow).where(OutboxRow.state.in_(states))).all()
        return sum(1 for row in rows if not row.reason.startswith("held"))
