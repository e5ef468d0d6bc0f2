"""A disk without room: what callers and texters meet, and how soon all is well again."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from sqlalchemy import text

from telephony.signatures import TokenSignatures
from tests.chaos.carrier import PUBLIC_URL
from tests.chaos.service import EXTRA_PHONES, TOKEN, wait_for
from tests.chaos.stage import Stage, since, stage
from tests.world import LINE_NUMBER


def full(kind: str) -> str:
    """The disk is full: callers hear the fallback, texts are asked for again, nothing breaks."""
    if kind != "sqlite":
        return "PostgreSQL's disk is its own machine's: see its manual"
    with _small_disk() as var, stage(kind, var=var, webs=1, schedulers=1) as on:
        ballast = var / "ballast"
        _fill(ballast)
        sid, answer = "", "-"
        fields = {"From": EXTRA_PHONES[0], "To": LINE_NUMBER, "MessageSid": "SM" + "9" * 32}
        refused = _status(on, "/sms/inbound", fields | {"Body": "下水道堵了" * 400})
        call = {"CallSid": "CA" + "9" * 32, "From": EXTRA_PHONES[0], "To": LINE_NUMBER}
        heard = on.carrier.post("/ivr/inbound", call) or ""
        assert refused == 503, refused
        assert "Record" in heard or "Dial" in heard, heard
        ballast.unlink()
        began = time.monotonic()
        sid, answer = on.carrier.text(EXTRA_PHONES[1], LINE_NUMBER, "楼道灯坏了")
        wait_for(lambda: _is_whole_but_disk(on), 30, "a healthy service")
        with on.database.reading() as session:
            (integrity,) = session.execute(text("PRAGMA integrity_check")).one()
        assert integrity == "ok", integrity
        assert "号" in (answer or ""), (sid, answer)
        return (
            f"text {refused}, caller heard the fallback, integrity ok, whole {since(began)} later"
        )


@contextmanager
def _small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linli-small-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def _fill(ballast: Path) -> None:
    """Take every byte that is left."""
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def _status(on: Stage, path: str, fields: dict[str, str]) -> int:
    signature = TokenSignatures(TOKEN).sign(PUBLIC_URL + path, fields)
    answer = requests.post(
        f"http://127.0.0.1:{on.service.ports[0]}{path}",
        data=fields,
        headers={"X-Twilio-Signature": signature},
        timeout=20,
    )
    return answer.status_code


def _is_whole_but_disk(on: Stage) -> bool:
    """Look at the heartbeat only: of a disk of eight megabytes /health says that it is full."""
    try:
        health = requests.get(f"http://127.0.0.1:{on.service.ports[0]}/health", timeout=5).json()
    except requests.RequestException:
        return False
    return set(health["reasons"]["red"]) <= {"the disk is full"}
