"""One run: bring everything up, let it rage, wait until it is quiet, compare."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from core.clock import RealClock
from core.db import Database
from core.inbound.tables import InboundTextRow
from core.outbox.tables import OutboxRow
from tests.chaos.carrier import Carrier
from tests.chaos.histories import violations
from tests.chaos.nemesis import Nemesis
from tests.chaos.people import People
from tests.chaos.provider import Double, Server
from tests.chaos.service import TOKEN, Service, keeper_of, prepare, wait_for

_WORKERS = 5
_CALLBACKS = 30
_QUIET_WITHIN_SECONDS = 150.0
_FAULT = re.compile(r"(webhook\.fault|spool\.not_taken_in|sms\.late_fault|tick_failed).*")

Say = Callable[[str], None]


def run(kind: str, *, seconds: float, seed: int, say: Say, keep: bool = False) -> list[str]:
    """Run once on one kind of database; return what was violated."""
    folder = Path(tempfile.mkdtemp(prefix=f"linli-chaos-{kind}-"))
    folder.chmod(0o755)  # the server of PostgreSQL runs as somebody else
    try:
        with keeper_of(kind, folder) as keeper:
            double = Double(seed)
            prepare(keeper.url, callbacks=_CALLBACKS)
            service = Service(folder, keeper.url, Server(double).base)
            nemesis = Nemesis(service, keeper, double, random.Random(seed), say)
            try:
                return _rage(service, nemesis, double, seconds=seconds, seed=seed, say=say)
            finally:
                service.end()
    finally:
        if keep:
            say(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _rage(
    service: Service, nemesis: Nemesis, double: Double, *, seconds: float, seed: int, say: Say
) -> list[str]:
    service.revive()
    service.wait_until_alive()
    carrier = Carrier(double, TOKEN, service.ports, seed)
    database = Database(service.url, patience_seconds=5)
    people = People(carrier, database, seed)
    people.consult()
    workers = people.start(_WORKERS)
    over = threading.Event()
    threading.Timer(seconds, over.set).start()
    nemesis.rage(over)
    people.stop.set()
    nemesis.calm()
    for worker in workers:
        worker.join(timeout=120)
    found = settle(service, database, double, say)
    with database.reading() as session:
        found += violations(
            session,
            told=people.told,
            taken=tuple(double.taken),
            kills=service.kills,
            now=RealClock().now(),
        )
    carrier.close()
    _tell(service, nemesis, people, double, carrier, say)
    database.close()
    return found


def settle(service: Service, database: Database, double: Double, say: Say) -> list[str]:
    """Wait until nothing is under way; a scheduler is started anew, as after an outage."""
    began = time.monotonic()
    for name in service.names():
        if name.startswith("scheduler"):
            service.kill(name)
            service.kills -= 1  # not one of the nemesis
    service.revive()
    service.wait_until_alive()
    time.sleep(2)
    try:
        wait_for(lambda: _is_quiet(service, database, double), _QUIET_WITHIN_SECONDS, "the quiet")
    except TimeoutError as late:
        return [str(late)]
    say(f"quiet after {time.monotonic() - began:.0f} s")
    return []


def _is_quiet(service: Service, database: Database, double: Double) -> bool:
    assert service.var is not None
    if list((service.var / "spool").glob("*.kept")):
        return False
    now = RealClock().now()
    with double.lock:
        texts = sum(1 for one in double.taken if (one.kind, one.direction) == ("text", "inbound"))
    with database.reading() as session:
        due = session.scalar(
            select(func.count())
            .select_from(OutboxRow)
            .where(
                OutboxRow.state.in_(("queued", "sending", "unknown")), OutboxRow.not_before <= now
            )
        )
        kept = session.scalar(select(func.count()).select_from(InboundTextRow)) or 0
    return not due and kept >= texts


def _tell(
    service: Service, nemesis: Nemesis, people: People, double: Double, carrier: Carrier, say: Say
) -> None:
    sent = [one for one in double.taken if one.direction == "outbound-api"]
    twice = sum(count - 1 for count in Counter(one.row for one in sent).values())
    waits = sorted(carrier.waits)
    say(f"people {people.done}, nemesis {nemesis.counts}, kills {service.kills}")
    say(
        f"{len(people.told)} texts in, {len(sent)} out, {twice} twice; webhook p99 "
        f"{waits[int(len(waits) * 0.99)] if waits else 0:.2f} s of {len(waits)}"
    )
    faults = Counter(
        re.sub(r"\b(row|tries|count)=\S+", "", found.group())
        for found in _FAULT.finditer(service.log())
    )
    for fault, count in faults.most_common(12):
        say(f"  log {count}x {fault[:160]}")
