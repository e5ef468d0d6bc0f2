"""The real command ``linli`` in processes of its own, with an empty home and a free port."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from app.cli import main
from telephony.signatures import TokenSignatures

LINLI = str(Path(sys.executable).parent / "linli")
_PATIENCE_SECONDS = 60.0


class Place:
    """A folder with its own settings, in which ``linli`` runs."""

    def __init__(self, folder: Path, *, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        self._token = ""
        self.port = free_port()
        self.home = folder / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "HOME": str(self.home),
            "PATH": os.defpath,
            "PORT": str(self.port),
            "LINLI_VAR": str(folder / "var"),
            "LINLI_VOICE": "provider",
            **({"LINLI_DATABASE_URL": database_url} if database_url else {}),
            **settings,
        }

    @property
    def url(self) -> str:
        """The address of the web."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, expect: int = 0) -> str:
        """Run one command to its end; return what it printed, errors included."""
        done = subprocess.run(
            [LINLI, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == expect, (arguments, done.returncode, done.stdout)
        return done.stdout

    def run_here(self, *arguments: str, expect: int = 0) -> str:
        """Run one command in this process: as ``run``, without a second for starting Python."""
        said, code = io.StringIO(), 0
        mask = os.umask(0o022)
        with (
            patch.dict("os.environ", self.environment, clear=True),
            patch.object(sys, "argv", ["linli", *arguments]),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            try:
                main()
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 0
        os.umask(mask)
        assert code == expect, (arguments, code, said.getvalue())
        return said.getvalue()

    def look(self, *arguments: str) -> Any:
        """Run a look and read its JSON."""
        return json.loads(self.run_here(*arguments, "--json"))

    def start(self, command: str, *options: str) -> Running:
        """Start a command that serves, or waits for something."""
        log = (self.folder / f"{command}.log").open("w")
        process = subprocess.Popen(
            [LINLI, command, *options],
            cwd=self.folder,
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        return Running(process, self.folder / f"{command}.log")

    def post(self, path: str, fields: Mapping[str, str], *, forged: bool = False) -> Any:
        """Post a webhook as the provider does."""
        token = "another token" if forged else self.token()
        url = self.url + path
        signature = TokenSignatures(token).sign(url, fields)
        return requests.post(
            url, data=dict(fields), headers={"X-Twilio-Signature": signature}, timeout=20
        )

    def is_alive(self) -> bool:
        """Tell whether the web answers."""
        try:
            return requests.get(f"{self.url}/alive", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def token(self) -> str:
        """Return the token that signs every webhook here."""
        if not self._token:
            self._token = str(self.look("config", "show", "--reveal")["TWILIO_AUTH_TOKEN"])
        return self._token


class Running:
    """A process that serves; ended by its id."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def wait_until(
        self, condition: Callable[[], Any], *, what: str, seconds: float = _PATIENCE_SECONDS
    ) -> Any:
        """Wait until ``condition`` gives something true, and return it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come; the log says:\n{self.log.read_text()}")

    def end(self) -> int:
        """End it as a service manager does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def free_port() -> int:
    """Return a port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
