"""The service as ``make run`` starts it, and Debian's Chromium in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.world import NEIGHBOURS

DEMO_FILE = Path(__file__).parents[2] / "fixtures/demo/community.toml"
ROOT = Path(__file__).parents[2]
LINLI = Path(sys.executable).parent / "linli"
WITHIN = 60  # seconds for the service to answer
WITHIN_MS = 30_000  # for the page to know the time
ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


@dataclass(frozen=True)
class Served:
    """A running service."""

    address: str
    environment: dict[str, str]

    def linli(self, *arguments: str) -> str:
        """Run one of its commands."""
        done = subprocess.run(
            [LINLI, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Web and scheduler on a free port, with a database and secrets of their own, for one file."""
    var = tmp_path_factory.mktemp("var")
    port = _free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - the child's
    environment = kept | {
        "LINLI_VAR": str(var),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "LINLI_VOICE": "pyttsx3",  # there on every machine, and quick
    }
    service = Served(f"http://127.0.0.1:{port}", environment)
    calm = var / "community.toml"  # without the calls that ring by themselves at their hour
    calm.write_text(DEMO_FILE.read_text("utf-8").partition(NEIGHBOURS)[0], "utf-8")
    for command in ("secrets", "migrate", f"load {calm}", "voice render"):
        service.linli(*command.split())
    with (var / "log").open("w") as log:
        tree = subprocess.Popen(
            [LINLI, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(f"{service.address}/desk", var / "log")
        yield service
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def desk(served: Served, browser: Browser) -> Iterator[Page]:
    """The desk's page; it must load nothing from elsewhere and log no error."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(served.address) else wrong.append(asked.url),
    )
    page.goto(f"{served.address}/desk")
    expect(page.locator("#now")).to_have_attribute("datetime", re.compile("T"), timeout=WITHIN_MS)
    yield page
    context.close()
    assert wrong == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, log: Path) -> None:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:  # not there yet, or too busy to answer
            time.sleep(0.2)
    pytest.fail(f"the service did not start:\n{log.read_text()}")
