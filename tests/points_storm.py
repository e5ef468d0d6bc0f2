"""Eight processes of two hundred operations on one account, on each database.

``python -m tests.points_storm`` runs it and prints what came of it; docs/points.md has the figures.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from core.db import Database
from tests.databases import PostgresServer, SqliteTemplate
from tests.points_load import check, prepare, run


def main() -> None:
    """Run it on SQLite, then on PostgreSQL."""
    folder = Path(tempfile.mkdtemp())
    server = PostgresServer.start()
    sqlite = SqliteTemplate(folder / "template.sqlite").copy_to(folder / "linli.sqlite")
    try:
        with server.fresh_database() as postgres:
            for name, url in (("sqlite", sqlite), ("postgres", postgres)):
                _measure(name, url, folder)
    finally:
        server.stop()


def _measure(name: str, url: str, folder: Path) -> None:
    database = Database(url)
    office = prepare(database)
    begun = time.monotonic()
    total = run(office, folder, processes=8, steps=200)
    seconds = time.monotonic() - begun
    check(office, total)
    done = sum(count for what, count in total.items() if what.startswith("#"))
    sys.stdout.write(f"{name}: 8 x 200 in {seconds:.0f} s, {done} entries, {dict(total)}\n")
    database.close()


if __name__ == "__main__":
    main()
