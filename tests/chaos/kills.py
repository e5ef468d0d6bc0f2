"""Two hundred kill -9 over five hundred operations of everybody, and nothing lost."""

from __future__ import annotations

import random
import time

from core.clock import RealClock
from tests.chaos.histories import violations
from tests.chaos.people import People
from tests.chaos.run import settle
from tests.chaos.stage import Stage, since, stage

_WORKERS = 5
_SEED = 500


def many(kind: str, *, kills: int = 200, operations: int = 500) -> str:
    """Kill one process after the other, each as soon as somebody can be answered again."""
    with stage(kind, callbacks=30) as on:
        began = time.monotonic()
        people = People(on.carrier, on.database, _SEED)
        people.consult()
        workers = people.start(_WORKERS)
        _kill_on(on, people, kills, operations)
        people.stop.set()
        for worker in workers:
            worker.join(timeout=120)
        quiet = settle(on.service, on.database, on.double, lambda _: None)
        found = [*quiet, *_compared(on, people)]
        assert not found, "; ".join(found[:5])
        done, twice = sum(people.done.values()), sum(on.sent().values()) - len(on.sent())
        return (
            f"{on.service.kills} kills over {done} operations, {len(people.told)} texts: 0 lost,"
            f" {twice} sent twice, {since(began)}"
        )


def _kill_on(on: Stage, people: People, kills: int, operations: int) -> None:
    dice = random.Random(_SEED)
    while on.service.kills < kills or sum(people.done.values()) < operations:
        if on.service.kills < kills:
            on.service.kill(dice.choice(on.service.names()))
        on.service.revive()
        on.service.wait_until_any_answers()
        time.sleep(dice.uniform(0.1, 1.5))


def _compared(on: Stage, people: People) -> list[str]:
    with on.database.reading() as session, on.double.lock:
        found = violations(
            session,
            told=people.told,
            taken=tuple(on.double.taken),
            kills=on.service.kills,
            now=RealClock().now(),
        )
        return list(found)
