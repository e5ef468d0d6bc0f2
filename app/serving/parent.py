"""A child that ends when its parent is gone, however the parent ended."""

from __future__ import annotations

import os
import signal
import threading


def end_with_parent() -> None:
    """Watch the pipe that the parent holds; it closes when the parent dies."""

    def watch() -> None:
        # Not sys.stdin: its lock, held by this thread, would abort the end of the process.
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
