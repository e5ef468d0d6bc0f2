"""Kokoro as the scheduler and the commands see it: a voice behind a process of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from typing import IO

from telephony.speech.kokoro.voice import NAME, Places
from telephony.speech.voice import VoiceFailed

_MODULE = "telephony.speech.kokoro.process"
_START_SECONDS = 120.0
_SECONDS_A_CHARACTER = 2.0  # on a machine that does much else; ten times what it takes alone
_LEAST_SECONDS = 60.0
_READ_AT_ONCE = 65_536


class KokoroProcess:
    """Renders words in a process that starts at the first wish; threads take turns."""

    name = NAME

    def __init__(
        self, places: Places, *, threads: int = 2, least_seconds: float = _LEAST_SECONDS
    ) -> None:
        """Hold what the process needs; nothing is started yet.

        ``least_seconds`` is waited for an answer, however short the words are.
        """
        self._least_seconds = least_seconds
        self._given = {
            "styles": str(places.styles.absolute()),
            "dictionary": str(places.dictionary.absolute()),
            "model": str(places.model.absolute()) if places.model else "",
            "threads": threads,
        }
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def render(self, words: str, language: str, pace: str) -> bytes:
        """Return a WAV of 8 kHz mono mu-law.

        :raises VoiceFailed: if there is nothing to speak, or the process broke; the next words
            start another.
        """
        wish = {"words": words, "language": language, "pace": pace}
        seconds = self._least_seconds + _SECONDS_A_CHARACTER * len(words)
        with self._lock:
            try:
                return self._process().ask(wish, seconds)
            except (OSError, ValueError, _Silent) as error:
                self.close()
                raise VoiceFailed(f"the rendering process broke: {type(error).__name__}") from error

    def close(self) -> None:
        """End the process, if it runs."""
        if self._running is not None:
            self._running.end()
            self._running = None

    def _process(self) -> _Running:
        if self._running is not None and not self._running.is_alive():
            self.close()  # it was idle for long
        if self._running is None:
            self._running = _Running()
            self._running.ask(self._given, _START_SECONDS)
        return self._running


class _Silent(Exception):
    """The process closed its side, or did not answer in time."""


class _Running:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._unread = bytearray()
        self._end = weakref.finalize(self, _end, self._process)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._end()

    def ask(self, wish: Mapping[str, object], seconds: float) -> bytes:
        """Send a line and return the WAV of the answer."""
        until = time.monotonic() + seconds
        wishes = _pipe(self._process.stdin)
        wishes.write(json.dumps(wish).encode() + b"\n")
        wishes.flush()
        while b"\n" not in self._unread:
            self._read(until)
        line, _, rest = bytes(self._unread).partition(b"\n")
        self._unread = bytearray(rest)
        answer = json.loads(line)
        while len(self._unread) < answer["bytes"]:
            self._read(until)
        audio = bytes(self._unread[: answer["bytes"]])
        del self._unread[: answer["bytes"]]
        if answer["failed"]:
            raise VoiceFailed(answer["failed"])
        return audio

    def _read(self, until: float) -> None:
        answers = _pipe(self._process.stdout)
        ready, _, _ = select.select([answers], [], [], max(0.0, until - time.monotonic()))
        content = os.read(answers.fileno(), _READ_AT_ONCE) if ready else b""
        if not content:
            raise _Silent
        self._unread += content


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # both were asked for
    return pipe


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was still to be written goes nowhere
                continue
    process.wait()
