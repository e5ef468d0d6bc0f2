"""One process tree: the parts run as children, and one that dies is started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

_log = structlog.stdlib.get_logger(__name__)

STOP_CODES = frozenset(
    {2, 3}
)  # the settings or the database forbid a start: no use in trying again
_GRACE_SECONDS = 20.0
_SHORTEST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.2


@dataclass
class Part:
    """One child of the tree."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait_seconds: float = field(default=_SHORTEST_WAIT_SECONDS)

    def start(self) -> None:
        """Start it; its standard input is a pipe of ours, which it watches (app/serving/parent)."""
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)  # noqa: S603 - our own
        self.started_at = time.monotonic()

    def look(self) -> int | None:
        """Return the exit code of one that just died, and plan its next start."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        lived = time.monotonic() - self.started_at
        doubled = min(self.wait_seconds * 2, _LONGEST_WAIT_SECONDS)
        self.wait_seconds = _SHORTEST_WAIT_SECONDS if lived > _LONGEST_WAIT_SECONDS else doubled
        self.start_at = time.monotonic() + self.wait_seconds
        return code


def run_tree(names: Sequence[str]) -> int:
    """Run the parts until a signal ends the tree; return the exit code."""
    parts = [Part(name, (sys.executable, "-m", "app.cli", name, "--child")) for name in names]
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    code = 0
    try:
        while not stopping.wait(_LOOK_SECONDS):
            code = _look_after(parts)
            if code in STOP_CODES:
                break
    finally:
        _end(parts)
    return code if code in STOP_CODES else 0


def _look_after(parts: Sequence[Part]) -> int:
    """Start what is not running; return a code that ends the tree, else 0."""
    for part in parts:
        code = part.look()
        if code in STOP_CODES:
            return code
        if code is not None:
            _log.error("a part of the service ended", part=part.name, code=code)
        if part.process is None and time.monotonic() >= part.start_at:
            part.start()
    return 0


def _end(parts: Sequence[Part]) -> None:
    """End every part, first kindly."""
    running = [part.process for part in parts if part.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + _GRACE_SECONDS
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
