"""What every drill stands on: a database, a provider's double, the service, and a carrier."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.db import Database
from tests.chaos.carrier import Carrier
from tests.chaos.provider import Double, Server
from tests.chaos.service import (
    TOKEN,
    PostgresKeeper,
    Service,
    SqliteKeeper,
    keeper_of,
    prepare,
)


@dataclass
class Stage:
    """Everything that a drill moves or looks at."""

    service: Service
    keeper: SqliteKeeper | PostgresKeeper
    double: Double
    carrier: Carrier
    database: Database

    def count(self, column: InstrumentedAttribute[int] | InstrumentedAttribute[str]) -> int:
        """Return how many rows a table has."""
        with self.database.reading() as session:
            return session.scalar(select(func.count(column))) or 0

    def sent(self) -> Counter[int]:
        """Return how often the provider took each row."""
        with self.double.lock:
            taken = tuple(self.double.taken)
        return Counter(one.row for one in taken if one.direction == "outbound-api")

    def p99(self) -> float:
        """Return the 99th percentile of the seconds until a webhook was answered."""
        waits = sorted(self.carrier.waits)
        return waits[int(len(waits) * 0.99)] if waits else 0.0


@contextmanager
def stage(
    kind: str,
    *,
    callbacks: int = 0,
    webs: int = 2,
    schedulers: int = 2,
    var: Path | None = None,
    settings: dict[str, str] | None = None,
    started: bool = True,
) -> Iterator[Stage]:
    """Bring everything up, and end it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix=f"linli-drill-{kind}-"))
    folder.chmod(0o755)
    try:
        with keeper_of(kind, var or folder) as keeper:
            double = Double(random.SystemRandom().randrange(10**6))
            prepare(keeper.url, callbacks=callbacks)
            service = Service(
                folder, keeper.url, Server(double).base, webs, schedulers, settings or {}, var
            )
            carrier = Carrier(double, TOKEN, service.ports, double.seed, doubled=0)
            database = Database(keeper.url, patience_seconds=5)
            try:
                if started:
                    service.revive()
                    service.wait_until_alive()
                yield Stage(service, keeper, double, carrier, database)
            finally:
                service.end()
                carrier.close()
                database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def since(began: float) -> str:
    """Say how long ago something began."""
    return f"{time.monotonic() - began:.1f} s"
