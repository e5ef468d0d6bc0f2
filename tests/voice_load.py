"""Fifty calls at once against the real service: ``python -m tests.voice_load [docs/voices.md]``.

Each caller rings, reports something and asks where it stands, as a provider would ask for it:
signed webhooks, then every sound of the answer. What is measured goes into the section "Under
load" of the page; it is a figure of one machine, so no test compares it.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles
from urllib.parse import urlsplit
from xml.etree import ElementTree

import requests
from sqlalchemy import func, select

from app.flow_check.village import ELDER, LINE, YOUNGER, community_file, phones
from core.clock import RealClock
from core.db import Database
from core.sound.tables import PromptWantedRow
from telephony.signatures import TokenSignatures
from telephony.speech.store import Speaker
from tests.processes import Place

CALLERS = 50
_HEADING = "## Under load"
_RENDERS_SECONDS = 1200  # until the names of the village are spoken; a neural voice takes its time
_THINKS_SECONDS = (2.0, 8.0)  # between two keys; a prompt alone lasts longer


@dataclass
class Measured:
    """Seconds of every request, by kind."""

    webhooks: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    cached: list[float] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    played: int = 0
    said: int = 0


@dataclass(frozen=True)
class Line:
    """The service as a provider reaches it."""

    url: str
    signer: TokenSignatures
    measured: Measured
    thinks: Random = field(default_factory=lambda: Random(50))

    def call(self, number: int, phone: str) -> None:
        """Live one call through."""
        fields = {"CallSid": f"CA{number:032d}", "From": phone, "To": LINE}
        document = self._post("/ivr/inbound", fields)
        for _ in range(2):
            document = self._post(_action(document, "Gather"), {**fields, "Digits": "1"})
        document = self._post(_redirect(document), fields)
        recorded = {
            "RecordingSid": f"RE{number:032d}",
            "RecordingUrl": f"{self.url}/desk/none",
            "RecordingDuration": "9",
            "Digits": "#",
        }
        self._post(_action(document, "Record"), {**fields, **recorded})
        self._post("/ivr/status", {**fields, "CallStatus": "completed"})
        again = {**fields, "CallSid": f"CB{number:032d}"}
        document = self._post("/ivr/inbound", again)
        self._post(_action(document, "Gather"), {**again, "Digits": "2"})
        self._post("/ivr/status", {**again, "CallStatus": "completed"})

    def _post(self, path: str, fields: Mapping[str, str]) -> ElementTree.Element:
        time.sleep(self.thinks.uniform(*_THINKS_SECONDS))
        url = self.url + path
        headers = {"X-Twilio-Signature": self.signer.sign(url, dict(fields))}
        started = time.perf_counter()
        answer = requests.post(url, data=dict(fields), headers=headers, timeout=30)
        self.measured.webhooks.append(time.perf_counter() - started)
        answer.raise_for_status()
        document = ElementTree.fromstring(answer.text)
        self.measured.said += len(list(document.iter("Say")))
        for play in document.iter("Play"):
            self._listen(play.text or "")
        return document

    def _listen(self, url: str) -> None:
        self.measured.played += 1
        self.measured.names.add(url.rpartition("/")[2].removesuffix(".wav"))
        # every tenth is asked for twice: a provider keeps what it fetched
        again = (self.measured.again,) if self.measured.played % 10 == 0 else ()
        for times in (self.measured.first, *again):
            started = time.perf_counter()
            answer = requests.get(url, timeout=30)
            times.append(time.perf_counter() - started)
            answer.raise_for_status()


def measure(folder: Path, *, voice: str) -> tuple[Measured, int]:
    """Start the service, let everybody ring at once; return what was measured.

    The number is that of the pieces that were rendered while a caller waited.
    """
    place = Place(folder, LINLI_VOICE=voice, LINLI_LOG="json")
    (folder / "community.toml").write_text(community_file(), encoding="utf-8")
    for command in ("secrets", "migrate", "load community.toml", "prompts render"):
        place.run(*command.split())
    running = place.start("serve")
    database = Database(f"sqlite:///{folder / 'var' / 'linli.sqlite3'}")
    try:
        running.wait_until(place.is_alive, what="the service")
        running.wait_until(
            lambda: not _waiting(database), what="the names", seconds=_RENDERS_SECONDS
        )
        measured = Measured()
        line = Line(place.url, TokenSignatures(place.token()), measured)
        before = _rendered(running.log)
        callers = [*phones(ELDER, "zh_CN"), *phones(YOUNGER, "zh_CN")][:CALLERS]
        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(line.call, range(CALLERS), callers))
        made = _rendered(running.log) - before
        _measure_cache(folder, database, measured)
        return measured, made
    finally:
        database.close()
        running.end()


def _measure_cache(folder: Path, database: Database, measured: Measured) -> None:
    """Ask for every sound that was heard, once to warm up and once with a clock."""
    speaker = Speaker(
        ahead=None,
        at_once=None,
        secret_key=(folder / "var" / "secrets" / "LINLI_SECRET_KEY").read_text().strip(),
        public_url="http://127.0.0.1",
        real_clock=RealClock(),
        cache_folder=folder / "var" / "sounds",
    )
    for times in ([], measured.cached):
        for name in measured.names:
            started = time.perf_counter()
            speaker.audio(database, name)
            times.append(time.perf_counter() - started)


def page_of(measured: Measured, at_once: int, *, voice: str, took: float) -> str:
    """Write the section of the page."""
    rows = "\n".join(
        f"| {name} | {len(seconds)} | {_ms(seconds, 50)} | {_ms(seconds, 99)} |"
        for name, seconds in (
            ("webhook", measured.webhooks),
            ("sound, asked for the first time", measured.first),
            ("the same sound again", measured.again),
            ("a sound out of the cache, without the web", measured.cached),
        )
    )
    thinks = f"{_THINKS_SECONDS[0]:.0f} to {_THINKS_SECONDS[1]:.0f}"
    busy = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    return f"""{_HEADING}
{CALLERS} callers on the line at once, each with a report and a question where it stands, a key
every {thinks} seconds: SQLite, two web processes of four threads, {busy}, shared with the callers
themselves; `{voice}`; {took:.0f} s in all. `python -m tests.voice_load docs/voices.md` measures it
again.

| asked for | times | median ms | 99 of 100 within ms |
|---|---|---|---|
{rows}

Of {measured.played + measured.said} pieces {measured.said} were left to the provider's voice, and
{at_once} were rendered while a caller waited.
"""


def _waiting(database: Database) -> int:
    with database.reading() as session:
        wanted = select(func.count()).where(PromptWantedRow.state == "wanted")
        asked = session.scalar(select(func.count()).select_from(PromptWantedRow)) or 0
        return (session.scalar(wanted) or 0) if asked else 1


def _rendered(log: Path) -> int:
    """Count the pieces that were rendered in a webhook, as the web itself tells it."""
    return log.read_text(encoding="utf-8").count("prompt.rendered_at_once")


def _ms(seconds: Iterable[float], percent: int) -> str:
    return f"{quantiles(seconds, n=100)[percent - 1] * 1000:.1f}"


def _action(document: ElementTree.Element, verb: str) -> str:
    found = document.find(verb)
    assert found is not None, verb
    return _path(found.attrib["action"])


def _redirect(document: ElementTree.Element) -> str:
    return _path(document.findtext("Redirect", ""))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def main() -> None:
    """Measure, and write the section into the page that is named, or print it."""
    voice = os.environ.get("LINLI_VOICE", "pyttsx3")  # noqa: TID251 - a tool of the tests
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="linli-load-") as folder:
        measured, at_once = measure(Path(folder), voice=voice)
    section = page_of(measured, at_once, voice=voice, took=time.perf_counter() - started)
    if len(sys.argv) < 2:
        print(section)
        return
    page = Path(sys.argv[1])
    written = page.read_text(encoding="utf-8") if page.is_file() else "# Voices\n"
    without = re.sub(rf"\n?{_HEADING}\n.*?(?=\n## |\Z)", "", written, flags=re.DOTALL)
    page.write_text(f"{without.rstrip()}\n\n{section}", encoding="utf-8")


if __name__ == "__main__":
    main()
