"""The service as it really runs: `linli serve` and its parts, over HTTP, ended by their ids."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from app.opening import FileSealing
from core.sealing import KeyRing
from tests.line import DEMO_FILE
from tests.processes import Place, Running
from tests.world import GRANDMA_JIN, LINE_NUMBER, MASTER_WANG

DRAIN = {
    "MessageSid": "SM" + "1" * 32,
    "From": GRANDMA_JIN.phone,
    "To": LINE_NUMBER,
    "Body": "厨房下水道堵了",
    "NumMedia": "0",
}
HELP = DRAIN | {"MessageSid": "SM" + "2" * 32, "Body": "救命"}
CALL = {
    "CallSid": "CA" + "1" * 32,
    "From": GRANDMA_JIN.phone,
    "To": LINE_NUMBER,
    "CallStatus": "ringing",
    "Direction": "inbound",
}
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def ended() -> Iterator[list[Running]]:
    """Processes that are ended whatever happens."""
    started: list[Running] = []
    yield started
    for running in started:
        running.end()


@pytest.fixture
def place(empty_url: str, tmp_path: Path) -> Place:
    """An installation with the demo community, as `make run` makes it."""
    made = Place(tmp_path, database_url=empty_url)
    made.run_here("secrets")
    made.run_here("migrate")
    made.run_here("load", str(DEMO_FILE))
    return made


def test_an_office_drills_takes_a_text_cries_for_help_and_outlives_its_scheduler(
    place: Place, ended: list[Running]
) -> None:
    """One start serves for all of it: it costs more than what is looked at."""
    assert "No scheduler" in place.run_here("drill", expect=1)
    serve = place.start("serve")
    ended.append(serve)
    serve.wait_until(place.is_alive, what="the web")
    serve.wait_until(lambda: scheduler_lives(place), what="the scheduler")

    drill_is_timed(place, ended)
    text_becomes_a_case(place)
    cry_for_help_is_told(place, serve)

    tree = psutil.Process(serve.process.pid)
    killed = serve.wait_until(lambda: part(tree, "scheduler"), what="the scheduler")
    os.kill(killed.pid, signal.SIGKILL)
    serve.wait_until(
        lambda: (found := part(tree, "scheduler")) is not None and found.pid != killed.pid,
        what="another scheduler",
    )
    everybody = tree.children(recursive=True)
    assert serve.end() == 0
    _, alive = psutil.wait_procs(everybody, timeout=10)
    assert alive == []


def scheduler_lives(place: Place) -> bool:
    """Tell whether /health has seen a scheduler at work."""
    health = requests.get(f"{place.url}/health", timeout=20).json()
    return health["heartbeat_age_seconds"] is not None


def drill_is_timed(place: Place, ended: list[Running]) -> None:
    """Practise: the real scheduler tells the first person on duty, and no case is opened."""
    drilling = place.start("drill", "--json", "--wait", "3")
    ended.append(drilling)

    def told() -> str | None:
        texts = [text for text in place.look("message", "list") if "演练" in text["body"]]
        return texts[0]["to"] if texts else None

    phone = drilling.wait_until(told, what="the first text")
    accept = DRAIN | {"MessageSid": "SM" + "3" * 32, "From": phone, "Body": "接"}
    assert "演练记下了" in place.post("/sms/inbound", accept).text

    assert drilling.process.wait(timeout=30) == 0
    report = json.loads(drilling.log.read_text(encoding="utf-8"))
    assert report["seconds_to_acknowledgement"] >= 0
    assert report["told"][0]["answer"] == "acknowledged:sms"

    assert "Nobody answered" in place.run("drill", "--wait", "0.02", expect=1)
    assert place.look("case", "list") == []


def text_becomes_a_case(place: Place) -> None:
    """A forged one does not; one that is sent twice is one, and the plumber has it."""
    forged = place.post("/sms/inbound", DRAIN, forged=True)
    assert forged.status_code == 403
    assert place.look("case", "list") == []

    first = place.post("/sms/inbound", DRAIN)
    again = place.post("/sms/inbound", DRAIN)
    assert (first.status_code, again.text) == (200, first.text)
    assert "【东城社区】" in first.text

    (case,) = place.look("case", "list")
    assert (case["text"], case["resident"]["phone"]) == ("厨房下水道堵了", GRANDMA_JIN.phone)
    assert case["assignee"] == MASTER_WANG.key


def cry_for_help_is_told(place: Place, serve: Running) -> None:
    """An emergency is told at any hour, so that the scheduler is seen whenever this runs."""
    assert place.post("/sms/inbound", HELP).status_code == 200

    def somebody_was_told() -> bool:
        texts = [text for text in place.look("message", "list") if text["case"] == 2]
        return any(text["state"] in ("sent", "delivered") for text in texts)

    serve.wait_until(somebody_was_told, what="the alarm")
    assert requests.get(f"{place.url}/health", timeout=20).json()["unacknowledged_p0"] == 1


def part(tree: psutil.Process, name: str) -> psutil.Process | None:
    """Return that part of the tree."""
    return next((child for child in tree.children() if is_part(child, name)), None)


def is_part(process: psutil.Process, name: str) -> bool:
    """Tell whether a process is that part of the tree; one that just ended is none."""
    try:
        return name in process.cmdline()
    except psutil.Error:
        return False


def test_the_parts_end_when_their_parent_is_killed(tmp_path: Path, ended: list[Running]) -> None:
    place = Place(tmp_path)
    for command in (("secrets",), ("migrate",), ("load", str(DEMO_FILE))):
        place.run_here(*command)
    serve = place.start("serve")
    ended.append(serve)
    serve.wait_until(place.is_alive, what="the web")
    everybody = psutil.Process(serve.process.pid).children(recursive=True)
    serve.process.kill()
    _, alive = psutil.wait_procs(everybody, timeout=30)
    assert alive == []


def test_a_web_without_its_database_keeps_texts_in_files_and_answers_calls(
    tmp_path: Path, ended: list[Running]
) -> None:
    place = Place(tmp_path, database_url=NO_DATABASE)
    place.run_here("secrets")
    web = place.start("web")
    ended.append(web)
    web.wait_until(place.is_alive, what="the web")

    assert requests.get(f"{place.url}/health", timeout=20).status_code == 503
    assert place.post("/sms/inbound", DRAIN).status_code == 200
    (kept,) = (place.folder / "var/spool").glob("*.kept")
    keys = KeyRing([place.look("config", "show", "--reveal")["LINLI_DATA_KEY"]])
    assert json.loads(FileSealing(keys).open(kept.read_bytes()))["fields"] == DRAIN
    answered = place.post("/ivr/inbound", CALL)
    assert answered.status_code == 200
    assert "<Record" in answered.text


def test_a_start_without_secrets_names_all_that_is_missing(tmp_path: Path) -> None:
    said = Place(tmp_path).run("serve", expect=2)
    assert "LINLI_SECRET_KEY" in said
    assert "TWILIO_AUTH_TOKEN" in said
    assert "Traceback" not in said


def test_a_start_on_an_empty_database_says_what_to_run_first(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run_here("secrets")
    assert "linli migrate" in place.run("serve", expect=2)


def test_a_demo_is_refused_on_a_real_provider_and_allowed_on_one_of_this_machine(
    tmp_path: Path, ended: list[Running]
) -> None:
    place = Place(tmp_path)
    for command in (("secrets",), ("migrate",), ("load", str(DEMO_FILE))):
        place.run_here(*command)
    place.environment |= {
        "LINLI_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "LINLI_PUBLIC_URL": place.url,
    }
    for command in ("serve", "web", "scheduler"):
        assert "demo" in place.run(command, expect=2)
    assert "demo" in place.run_here("load", str(DEMO_FILE), expect=2)

    place.environment["LINLI_TWILIO_API_BASE"] = "http://127.0.0.1:1"
    serve = place.start("serve")
    ended.append(serve)
    serve.wait_until(place.is_alive, what="the web")
    assert requests.get(f"{place.url}/desk", timeout=5).status_code == 404
