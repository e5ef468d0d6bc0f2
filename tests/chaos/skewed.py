"""Runs ``linli`` with a machine's clock that can be set: ``python -m tests.chaos.skewed FILE …``.

FILE holds by how many seconds the clock is wrong; it is looked at ten times a second. Time that
only goes on (waits, time-outs) is left alone, as it is when a real clock is set.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine


class _Skew:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._wrong_by = 0.0
        self._travel: time_machine.travel | None = None

    def watch(self) -> None:
        """Follow the file, in this process and in each that it forks."""
        self._look()
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            time.sleep(0.1)
            self._look()

    def _look(self) -> None:
        try:
            wrong_by = float(self._file.read_text() or 0)
        except (OSError, ValueError):
            return
        if wrong_by == self._wrong_by:
            return
        if self._travel is not None:
            self._travel.stop()
        self._wrong_by, self._travel = wrong_by, None
        if wrong_by:
            right = datetime.fromtimestamp(time.time(), UTC)
            self._travel = time_machine.travel(right + timedelta(seconds=wrong_by), tick=True)
            self._travel.start()


def _end_with_drill() -> None:
    """End this process and all that it forked once the drill is gone, however it went."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Set the clock wrong as the file says, and become ``linli``."""
    skew = _Skew(Path(sys.argv[1]))
    skew.watch()
    os.register_at_fork(after_in_child=skew.watch)
    threading.Thread(target=_end_with_drill, daemon=True).start()
    sys.argv = ["linli", *sys.argv[2:]]
    from app.cli import main as linli

    linli()


if __name__ == "__main__":
    main()
