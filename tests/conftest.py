"""What every test stands on: real databases, no network, and the line itself."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from structlog.processors import format_exc_info
from structlog.testing import capture_logs
from werkzeug.routing import Rule

from core.db import Database
from tests.databases import KeptEngines, PostgresServer, SqliteTemplate, quick_folder

if TYPE_CHECKING:
    from tests.line import Line

_ENGINES = ("sqlite", "postgres")
settings.register_profile("thorough")  # of make test-points; the tests say what it means to them


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Where the SQLite files of this test process lie."""
    folder = quick_folder("linli-sqlite-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(sqlite_folder: Path) -> SqliteTemplate:
    """An SQLite file with the whole schema, made once and copied for each test."""
    return SqliteTemplate(sqlite_folder / "template.sqlite")


@pytest.fixture(scope="session")
def sqlite_demo(sqlite_folder: Path) -> SqliteTemplate:
    """The same with the demo community in it."""
    return SqliteTemplate(sqlite_folder / "demo.sqlite", _load_demo)


@pytest.fixture(scope="session")
def sqlite_whole_demo(sqlite_folder: Path) -> SqliteTemplate:
    """The same with the neighbours' standing orders too."""
    return SqliteTemplate(sqlite_folder / "whole.sqlite", _load_whole_demo)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started for this test process only."""
    server = PostgresServer.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """The name of the template database with the whole schema, which every server has."""
    return "template_linli"


@pytest.fixture(scope="session")
def postgres_demo(postgres_server: PostgresServer) -> str:
    """The name of a template database with the demo community in it."""
    return postgres_server.add_template("template_demo", _load_demo)


@pytest.fixture(scope="session")
def postgres_whole_demo(postgres_server: PostgresServer) -> str:
    """The same with the neighbours' standing orders too."""
    return postgres_server.add_template("template_whole_demo", _load_whole_demo)


@pytest.fixture(scope="session", autouse=True)
def _kept_addresses() -> Iterator[None]:
    """Compile each address of the web once, not once a story: that was a tenth of a second each."""
    compile_builder = Rule._compile_builder
    kept: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture
def sqlite_place(sqlite_folder: Path) -> Iterator[Path]:
    """A folder for the SQLite files of one test; the same for each, since engines are kept."""
    place = sqlite_folder / "one test"
    place.mkdir()
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session", autouse=True)
def kept_engines() -> Iterator[KeptEngines]:
    """The engines of the tests' databases, which outlive a test."""
    kept = KeptEngines(close=Database.close)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.db.open_engine", kept.open)
        patch.setattr(Database, "close", lambda database: kept.close(database))
        yield kept


@pytest.fixture(params=_ENGINES)
def database_url(request: pytest.FixtureRequest, sqlite_place: Path) -> Iterator[str]:
    """The address of a fresh database with the whole schema, SQLite and then PostgreSQL."""
    yield from _copied(request, sqlite_place, "template")


@pytest.fixture(params=_ENGINES)
def demo_url(request: pytest.FixtureRequest, sqlite_place: Path) -> Iterator[str]:
    """The address of a database with the demo community as it was loaded on a Monday morning."""
    yield from _copied(request, sqlite_place, "demo")


@pytest.fixture(params=_ENGINES)
def whole_demo_url(request: pytest.FixtureRequest, sqlite_place: Path) -> Iterator[str]:
    """The same with the neighbours' standing orders too."""
    yield from _copied(request, sqlite_place, "whole_demo")


def _copied(request: pytest.FixtureRequest, place: Path, template: str) -> Iterator[str]:
    """Give out a copy of a template, which was filled once for this test process."""
    kept: KeptEngines = request.getfixturevalue("kept_engines")
    made = request.getfixturevalue(f"{request.param}_{template}")
    if request.param == "sqlite":
        with kept.of(made.copy_to(place / "linli.sqlite")) as url:
            yield url
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh_database(made) as fresh, kept.of(fresh) as url:
        yield url


@pytest.fixture(params=_ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, SQLite and then PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'a folder' / 'linli.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.empty_database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with the whole schema, on SQLite and then on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def demo(demo_url: str) -> Iterator[Database]:
    """The demo community on a Monday morning, on SQLite and then on PostgreSQL."""
    opened = Database(demo_url)
    yield opened
    opened.close()


@pytest.fixture
def whole_demo(whole_demo_url: str) -> Iterator[Database]:
    """The same with the neighbours' standing orders too."""
    opened = Database(whole_demo_url)
    yield opened
    opened.close()


@pytest.fixture
def line(demo_url: str, tmp_path: Path) -> Iterator[Line]:
    """The demo community's line on a Monday at 10:30, reached through its real doors."""
    from tests.line import Line  # the whole service: a test of a rule need not import it

    database = Database(demo_url)
    with capture_logs(processors=[format_exc_info]) as logged:
        opened = Line(database, var=tmp_path / "var")
        yield opened
        opened.close()
    database.close()
    # A door that fails still answers kindly; a story must not pass over it.
    bugs = [entry for entry in logged if entry["log_level"] in ("error", "critical")]
    if bugs and not opened.expects_errors:
        pytest.fail("\n".join(entry.get("exception") or str(entry) for entry in bugs))


def _load_demo(database: Database) -> None:
    from tests.line import load_demo  # see the fixture above

    load_demo(database)


def _load_whole_demo(database: Database) -> None:
    from tests.unit.demo_office import load_demo

    load_demo(database)


@pytest.fixture(autouse=True)
def _network_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise ConnectionRefusedError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
