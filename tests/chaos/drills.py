"""Outages one by one, measured: ``python -m tests.chaos.drills [--db …] [NAME …]``.

Each ends with a line of figures; what docs/operations.md promises is asserted here.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
from sqlalchemy import select

from core.callbacks.tables import CallbackAttemptRow
from core.cases.tables import CaseRow
from core.inbound.tables import InboundTextRow
from core.outbox.tables import OutboxRow
from tests.chaos import clocks, disks, kills
from tests.chaos.service import EXTRA_PHONES, PostgresKeeper, wait_for
from tests.chaos.stage import Stage, since, stage
from tests.world import LINE_NUMBER

_ALARM = "着火了，快来人救命"


def repeats(kind: str, *, texts: int = 1000) -> str:
    """Each text three times, two of them at the same instant: one message, one case."""
    with stage(kind, schedulers=1) as on, ThreadPoolExecutor(6) as pool:
        began = time.monotonic()
        answers = list(pool.map(lambda number: _three_times(on, number), range(texts)))
        seconds = since(began)
        assert all(len(set(three)) == 1 for three in answers), "copies were answered differently"
        kept, cases = on.count(InboundTextRow.id), on.count(CaseRow.id)
        assert (kept, cases) == (texts, texts), (kept, cases)
        return f"{texts} texts x 3: {kept} messages, {cases} cases, {seconds}, p99 {on.p99():.2f} s"


def _three_times(on: Stage, number: int) -> list[str | None]:
    fields = {
        "From": f"+861370{number:07d}", "To": LINE_NUMBER, "MessageSid": f"SM{number:032x}",
        "Body": f"{1 + number % 16}号楼{number}室下水道堵了", "NumMedia": "0",
    }  # fmt: skip
    with ThreadPoolExecutor(2) as at_once:
        two = [at_once.submit(on.carrier.post, "/sms/inbound", fields) for _ in range(2)]
        return [one.result() for one in two] + [on.carrier.post("/sms/inbound", fields)]


def stalled(kind: str, *, texts: int = 60) -> str:
    """The provider answers nothing: our doors do, and an alarm is tried all the same."""
    with stage(kind) as on:
        usual = _p99_of(on, texts)
        on.double.stalled = True
        _p99_of(on, 10)  # until the outbox is full of what cannot be sent
        now = _p99_of(on, texts)
        began = time.monotonic()
        on.carrier.text(EXTRA_PHONES[0], LINE_NUMBER, _ALARM)
        tried = wait_for(lambda: _alarm_tried_since(on, began), 30, "the alarm's first try")
        # on a machine that is busy with other things the same doors are slow without a stall too
        assert now <= max(1.0, 1.5 * usual), f"p99 {now:.2f} s, usually {usual:.2f} s"
        assert tried <= 20.0, f"alarm after {tried:.1f} s"
        return f"webhook p99 {now:.2f} s (usually {usual:.2f} s); alarm tried in {tried:.1f} s"


def _p99_of(on: Stage, texts: int) -> float:
    on.carrier.waits.clear()
    for number in range(texts):
        words = f"{number % 16 + 1}号楼停水了{on.count(CaseRow.id)}"
        on.carrier.text(EXTRA_PHONES[number % 40], LINE_NUMBER, words)
    return on.p99()


def _alarm_tried_since(on: Stage, began: float) -> bool:
    with on.double.lock:
        tried = tuple(on.double.tried)
    return any(at >= began and "紧急" in body for at, _, body in tried)


def down(kind: str, *, texts: int = 30) -> str:
    """The provider is down for half an hour: all is out a minute after it is back, alarms first."""
    with stage(kind) as on:
        on.double.down = True
        for number in range(texts):
            on.carrier.text(EXTRA_PHONES[number], LINE_NUMBER, f"{number}号楼下水道堵了")
        wait_for(lambda: len(on.double.tried) >= 5, 60, "the first tries")
        on.service.set_clock(900)
        on.carrier.text(EXTRA_PHONES[-1], LINE_NUMBER, _ALARM)
        time.sleep(10)
        on.service.set_clock(1800)
        time.sleep(10)
        waiting = _waiting(on)
        before = len(on.double.taken)
        on.double.down, began = False, time.monotonic()
        out = wait_for(lambda: not _waiting(on), 120, "an empty outbox")
        order = [one for one in on.double.taken[before:] if one.direction == "outbound-api"]
        with on.database.reading() as session:
            first = {order[0].row: session.get_one(OutboxRow, order[0].row).priority}
        assert out <= 60, f"{out:.0f} s"
        assert set(first.values()) == {0}, "an alarm was not the first"
        assert max(on.sent().values()) == 1, "something was sent twice"
        return f"{waiting} waited; all out {out:.0f} s after its return ({since(began)}), P0 first"


def _waiting(on: Stage) -> int:
    with on.database.reading() as session:
        asked = select(OutboxRow).where(OutboxRow.state.in_(("queued", "sending", "unknown")))
        return len(session.scalars(asked).all())


def callbacks(kind: str, *, due: int = 300) -> str:
    """Two schedulers and 300 due callbacks, one scheduler killed in the middle: each once."""
    with stage(kind, callbacks=due) as on:
        wait_for(lambda: _rung(on) >= due // 6, 120, "the first calls")
        before = _rung(on)
        on.service.kill("scheduler0")
        went_on = wait_for(lambda: _rung(on) > before + 3, 60, "the other scheduler")
        total = wait_for(lambda: _tried(on) == due <= _rung(on), 170, "every callback")
        twice = sum(1 for count in on.sent().values() if count > 1)
        assert twice == 0, f"{twice} rows were sent twice"
        return (
            f"{due} due, {_rung(on)} calls, {twice} twice; after the kill the other went on in"
            f" {went_on:.1f} s, all in {total:.0f} s more"
        )


def _rung(on: Stage) -> int:
    """Return how many callbacks the provider was asked for; an alarm's calls are none."""
    with on.database.reading() as session:
        asked = select(CallbackAttemptRow.outbox_id)
        ours = frozenset(session.scalars(asked))
    return sum(1 for row in on.sent() if row in ours)


def _tried(on: Stage) -> int:
    """Return how many callbacks have had a try."""
    with on.database.reading() as session:
        return len(session.scalars(select(CallbackAttemptRow.callback_id).distinct()).all())


def restart(kind: str) -> str:
    """The database goes away under load: nothing is lost, and all is well soon after."""
    with stage(kind) as on:
        stop, told = threading.Event(), list[str]()
        writer = threading.Thread(target=_text_on, args=(on, stop, told))
        writer.start()
        time.sleep(3)
        if isinstance(on.keeper, PostgresKeeper):
            on.keeper.stop()
            time.sleep(2)
            on.keeper.start()
        else:
            import random

            on.keeper.disturb(random.Random(1))
        back = time.monotonic()
        wait_for(lambda: _is_whole(on), 30, "a healthy service")
        whole = time.monotonic() - back
        time.sleep(3)
        stop.set()
        writer.join()
        wait_for(lambda: on.count(InboundTextRow.id) == len(told), 30, "every text")
        assert whole <= 10, f"{whole:.1f} s"
        return f"{len(told)} texts, none lost; whole {whole:.1f} s after the database was back"


def _text_on(on: Stage, stop: threading.Event, told: list[str]) -> None:
    while not stop.wait(0.05):
        number = len(told)
        sid, _ = on.carrier.text(
            EXTRA_PHONES[number % 40], LINE_NUMBER, f"{number}号楼{number}室下水道堵了"
        )
        told.append(sid)


def _is_whole(on: Stage) -> bool:
    for port in on.service.ports:
        try:
            health = requests.get(f"http://127.0.0.1:{port}/health", timeout=5).json()
        except requests.RequestException:
            return False
        if health["reasons"]["red"]:
            return False
    return True


DRILLS: dict[str, Callable[[str], str]] = {
    "repeats": repeats,
    "stalled": stalled,
    "down": down,
    "callbacks": callbacks,
    "restart": restart,
    "clock": clocks.steps,
    "rest": clocks.rest,
    "disk": disks.full,
    "kills": kills.many,
}


def main() -> int:
    """Run those that are named, or all; 1 if one failed."""
    asked = argparse.ArgumentParser(prog="tests.chaos.drills", description=__doc__)
    asked.add_argument("names", nargs="*", choices=[*DRILLS, []], metavar="NAME")
    asked.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whoever ends us leaves nothing behind
    kinds = ("sqlite", "postgres") if given.db == "both" else (given.db,)
    bad = 0
    for name in given.names or DRILLS:
        for kind in kinds:
            try:
                said = DRILLS[name](kind)
            except (AssertionError, TimeoutError) as failed:
                said, bad = f"FAILED {failed}", bad + 1
            sys.stdout.write(f"{name:10} {kind:9} {said}\n")
            sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
