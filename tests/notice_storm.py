"""A notice to many telephones at the provider's pace, its scheduler killed in the middle.

``python -m tests.notice_storm [PHONES [sqlite|postgres]]`` runs it on both databases, or on one,
with 5,000 telephones and prints what came of it; docs/neighbours.md has the figures.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from app import schema_steps
from core.clock import RealClock
from core.communities.queries import community_by_key
from core.db import Database
from core.loading.operations import load_file
from core.notices.queries import notice_by_number, progress_of
from core.notices.rules import Audience, Progress
from core.notices.tables import NoticeStageRow
from core.outbox.tables import OutboxAttemptRow, OutboxRow
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.queries import staff_by_key
from telephony.desk.tables import DeskTextRow
from tests.agreed_notices import agreed_notice
from tests.databases import PostgresServer
from tests.processes import LINLI
from tests.world import MONDAY_MORNING

DEMO = Path(__file__).parents[1] / "fixtures/demo/community.toml"
RATE = 40.0  # texts a second
_PATIENCE = 3600  # seconds: a machine may have other work
_STRANGE = 100_000
_QUIET = 60  # seconds in which a stop must have come to rest
_ITS_TEXTS = (DeskTextRow.direction == "to_phone", DeskTextRow.words.contains("停水,请备水"))


@dataclass(frozen=True)
class Came:
    """What came of a notice whose scheduler was killed."""

    progress: Progress
    texted: int  # telephones that have the text
    twice: int  # telephones that have it more than once
    in_doubt: int  # rows whose first try was never recorded: looked up before anything is resent
    busiest: int  # texts in the busiest second
    seconds: float


def storm(url: str, var: Path, *, phones: int, rate: float = RATE, kills: int = 1) -> Came:
    """Send a notice to so many telephones, and kill the scheduler ``kills`` times on the way."""
    database = Database(url)
    schema_steps.migrate(database)  # a process of its own asks for the newest schema
    prepare(database, phones)
    begun = time.monotonic()
    process = start(url, var, rate)
    try:
        for kill in range(1, kills + 1):
            _wait(database, lambda now, kill=kill: now.reached >= phones * kill // (kills + 1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            _let_leases_end(database)
            process = start(url, var, rate)
        _wait(database, lambda now: now.settled == now.phones)
    finally:
        process.kill()
        process.wait()
    came = _count(database, time.monotonic() - begun)
    database.close()
    return came


def prepare(database: Database, phones: int) -> None:
    """Register so many telephones, and let a notice to all of them be agreed to."""
    with database.transaction() as session:
        text = DEMO.read_text("utf-8").partition("[[resident]]")[0]
        text = text.replace('"Asia/Shanghai"', f'"{_noon_zone()}"')
        load_file(session, name="storm", text=text, now=MONDAY_MORNING)
        community = community_by_key(session, "dongcheng")
        assert community is not None
        for number in range(phones):
            row = ResidentRow(
                community_id=community.id,
                key=f"storm-{number}",
                name=f"居民{number}",
                called="居民",
                needs=[],
                consents=[],
                edited=["added"],
            )
            session.add(row)
            session.flush()
            phone = f"+8613{_STRANGE + number:09d}"
            session.add(
                ResidentPhoneRow(
                    community_id=community.id, resident_id=row.id, phone=phone, kind="mobile"
                )
            )
        staff = staff_by_key(session, community.id, "zhangmin")
        assert staff is not None
        agreed_notice(
            session,
            community=community,
            staff=staff,
            words="明天9点停水,请备水",
            audience=Audience(shown="全体"),
            now=MONDAY_MORNING,
        )
        # the machine's clock decides from here on, at whatever hour this runs
        session.execute(update(NoticeStageRow).values(next_at=MONDAY_MORNING))


def _noon_zone() -> str:
    """Name a zone in which it is about noon now: notices go out by day, storms at any hour."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}"  # the sign of these names is turned round


def start(url: str, var: Path, rate: float) -> subprocess.Popen[bytes]:
    """Start one real scheduler process."""
    var.mkdir(exist_ok=True)
    return subprocess.Popen(
        [LINLI, "scheduler"],
        cwd=var,
        env=_environment(url, var, rate),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _environment(url: str, var: Path, rate: float) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(var),
        "LINLI_VAR": str(var),
        "LINLI_DATABASE_URL": url,
        "LINLI_SECRET_KEY": "a key of the storm",
        "TWILIO_AUTH_TOKEN": "a token of the storm",
        "LINLI_VOICE": "provider",
        "LINLI_TEXTS_PER_SECOND": str(rate),
        "LINLI_PUBLIC_URL": "http://127.0.0.1:9",  # nobody listens: status events stay owed
    }


def _let_leases_end(database: Database) -> None:
    """Do not wait 45 seconds for the leases of the dead: they end now."""
    with database.transaction() as session:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.lease_until.is_not(None))
            .values(lease_until=MONDAY_MORNING - timedelta(days=3650))
        )


def _wait(database: Database, enough: Callable[[Progress], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not enough(found := _progress(database)):
        assert time.monotonic() < until, found
        time.sleep(max(0.2, found.phones / 2500))  # counting many is work of its own


def _progress(database: Database) -> Progress:
    with database.reading() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        notice = notice_by_number(session, community.id, 1)
        assert notice is not None
        return progress_of(session, notice)


def _count(database: Database, seconds: float) -> Came:
    with database.reading() as session:
        texts = session.scalars(select(DeskTextRow.phone).where(*_ITS_TEXTS)).all()
        moments = sorted(session.scalars(select(DeskTextRow.at).where(*_ITS_TEXTS)))
        tries = select(OutboxAttemptRow.outbox_id).group_by(OutboxAttemptRow.outbox_id)
        doubts = session.scalars(tries.having(func.count() > 1)).all()
    every = Counter(phone for phone in texts if phone.startswith("+8613000"))
    twice = sum(1 for times in every.values() if times > 1)
    return Came(
        _progress(database), len(every), twice, len(doubts), _busiest(moments), round(seconds, 1)
    )


def _busiest(moments: list[datetime]) -> int:
    """Return how many fell into one second at most, wherever it begins."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= timedelta(seconds=1):
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass(frozen=True)
class Stopped:
    """What came of a notice that was stopped on its way."""

    reached: int  # when it was stopped
    after: int  # texts that were on their way by then
    seconds: float  # until the last of them


def stop_midway(url: str, var: Path, *, phones: int, rate: float = RATE) -> Stopped:
    """Stop a notice by ``linli notice stop`` once a fifth of its telephones have it."""
    database = Database(url)
    schema_steps.migrate(database)
    prepare(database, phones)
    process = start(url, var, rate)
    try:
        _wait(database, lambda now: now.reached >= phones // 5)
        subprocess.run([LINLI, "notice", "stop", "1"], env=_environment(url, var, rate), check=True)
        stopped_at, reached = RealClock().now(), _progress(database).reached
        time.sleep(_QUIET)
        with database.reading() as session:
            last = session.scalar(select(func.max(DeskTextRow.at)).where(*_ITS_TEXTS))
        assert last is not None
        after = _progress(database).reached - reached
    finally:
        process.kill()
        process.wait()
        database.close()
    return Stopped(reached, after, round(max(0.0, (last - stopped_at).total_seconds()), 1))


def main() -> None:
    """Run it on SQLite, then on PostgreSQL."""
    phones = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    wanted = sys.argv[2:] or ["sqlite", "postgres"]
    folder = Path(tempfile.mkdtemp())
    server = PostgresServer.start()
    sqlite = f"sqlite:///{folder / 'linli.sqlite'}"
    try:
        with server.empty_database() as postgres:
            urls = {"sqlite": sqlite, "postgres": postgres}
            for name, url in ((name, urls[name]) for name in wanted):
                came = storm(url, folder / name, phones=phones)
                sys.stdout.write(f"{name}: {came}\n")
                sys.stdout.flush()
        with server.empty_database() as postgres:
            urls = {"sqlite": f"{sqlite}-stop", "postgres": postgres}
            for name, url in ((name, urls[name]) for name in wanted):
                stopped = stop_midway(url, folder / f"{name}-stop", phones=phones)
                sys.stdout.write(f"{name}: {stopped}\n")
                sys.stdout.flush()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
