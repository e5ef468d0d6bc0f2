"""What lies on the disk while the line works: nobody who takes it away can read it.

Searched for is every telephone, name, place and need of the demo community, and what was said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, text

from app.sealed_columns import sealed_columns
from core.clock import RealClock
from core.db import Database
from core.residents.pins import set_pin
from core.residents.tables import ResidentRow
from core.sealing import KeyRing, new_key
from core.sound.tables import SoundRow
from telephony.signatures import TokenSignatures
from tests.databases import PostgresServer
from tests.line import DEMO_FILE, load_demo
from tests.processes import Place, Running
from tests.world import GRANDMA_JIN, LINE_NUMBER, MA_YONGFU, MASTER_WANG, STRANGER

SAID = ("透析的管子漏水了", "老头子躺地上叫不应了", "明天上午带阀门来")
TEXTS = ((MA_YONGFU.phone, SAID[0]), (GRANDMA_JIN.phone, SAID[1]), (MASTER_WANG.phone, SAID[2]))
_SHORTEST_PLACE = 5  # characters: 1-1 stands in any file


@pytest.fixture
def ended() -> Iterator[list[Running]]:
    """Processes that are ended whatever happens."""
    started: list[Running] = []
    yield started
    for running in started:
        running.end()


def test_an_office_with_a_sealed_file_leaves_nothing_readable(
    tmp_path: Path, ended: list[Running]
) -> None:
    var, backup = tmp_path / "var", tmp_path / "a.backup"
    place = Place(
        tmp_path,
        database_url=f"sqlite:///{var / 'linli.sqlite3'}",
        LINLI_DATABASE_KEY=new_key(),
    )
    for command in (["secrets"], ["migrate"], ["load", str(DEMO_FILE)]):
        place.run_here(*command)
    serve = place.start("serve")
    ended.append(serve)
    serve.wait_until(place.is_alive, what="the web")
    _live(place, TokenSignatures(place.token()))
    place.run_here("backup", str(backup))

    files = [serve.log, backup, *var.glob("linli.sqlite3*")]
    assert {file.name for file in files} >= {"linli.sqlite3", "linli.sqlite3-wal"}
    assert _hits(files, _everything_known()) == set()
    assert serve.log.read_text("utf-8").count("refused") >= 3  # the log tells what happened
    assert not (var / "linli.sqlite3").read_bytes().startswith(b"SQLite format 3")


def test_postgresql_holds_no_note_and_no_voice_in_plain() -> None:
    server = PostgresServer.start()  # of its own: other tests leave plain rows behind
    database: Database | None = None
    try:
        with server.fresh_database() as url:
            database = Database(url, keys=KeyRing([new_key()]))
            load_demo(database)
            with database.transaction() as session:
                resident = session.scalars(select(ResidentRow).filter_by(key=MA_YONGFU.key)).one()
                assert "dialysis" in resident.needs
                set_pin(session, resident=resident, pin="4807", now=RealClock().now())
                session.add(_voice())
            with database.engine.connect() as connection:
                connection.execute(text("COMMIT"))
                connection.execute(text("CHECKPOINT"))
                folder = Path(str(connection.scalar(text("SHOW data_directory"))))
            files = [path for path in folder.rglob("*") if path.is_file()]
            assert _hits(files, [MA_YONGFU.phone]) != set()  # what is searched stands in plain
            needs = {need for one in _demo()["resident"] for need in one.get("needs", ())}
            assert _hits(files, [*needs, "$argon2", "a voice of the tests"]) == set()
            database.close()
    finally:
        server.stop()
    assert len(list(sealed_columns())) >= 5


def _live(place: Place, signatures: TokenSignatures) -> None:
    """Let people text, ring and err, so that there is something to be found."""

    def post(path: str, fields: dict[str, str], *, forged: bool = False) -> int:
        signature = "forged" if forged else signatures.sign(place.url + path, fields)
        headers = {"X-Twilio-Signature": signature}
        return requests.post(place.url + path, fields, headers=headers, timeout=20).status_code

    for number, (phone, words) in enumerate(TEXTS):
        given = {"From": phone, "To": LINE_NUMBER, "NumMedia": "0"}
        fields = given | {"MessageSid": f"SM{number:032}", "Body": words}
        assert post("/sms/inbound", fields) == 200
        assert post("/sms/inbound", fields, forged=True) == 403
    call = {"CallSid": "CA" + "1" * 32, "To": LINE_NUMBER, "Direction": "inbound"}
    for who in (GRANDMA_JIN.phone, STRANGER.phone):
        assert post("/ivr/inbound", call | {"From": who, "CallStatus": "ringing"}) == 200
        post("/ivr/turn?n=99", call | {"From": who, "Digits": who.removeprefix("+")})
    for path in (f"/staff/residents?q={GRANDMA_JIN.name}", f"/no/{GRANDMA_JIN.phone}", "/metrics"):
        page = requests.get(place.url + path, timeout=20)
        assert GRANDMA_JIN.phone.removeprefix("+86") not in page.text.replace(path, "")
    requests.post(f"{place.url}/staff/sign-in", {"phone": MASTER_WANG.phone}, timeout=20)
    assert requests.get(f"{place.url}/health", timeout=20).json()["unacknowledged_p0"] == 1


def _voice() -> SoundRow:
    return SoundRow(
        hash="0" * 64,
        kind="recording",
        audio=b"a voice of the tests",
        seconds=1.0,
        created_at=RealClock().now(),
    )


def _demo() -> dict[str, Any]:
    return tomllib.loads(DEMO_FILE.read_text("utf-8"))


def _everything_known() -> list[str]:
    demo = _demo()
    people = [*demo["resident"], *demo["staff"]]
    known = [*SAID, *(one["name"] for one in people)]
    for one in people:
        phones = (*one.get("phones", ()), one.get("phone", ""))
        known += [phone.replace(" ", "") for phone in phones]
        known += [one.get("place", ""), *one.get("needs", ())]
    assert len(known) > 100
    return [one for one in known if len(one.encode()) >= _SHORTEST_PLACE]


def _hits(files: Iterable[Path], known: Iterable[str]) -> set[tuple[str, str]]:
    found = set()
    wanted = [(one, one.encode()) for one in known]
    for path in files:
        content = path.read_bytes()
        found |= {(path.name, one) for one, written in wanted if written in content}
    return found
