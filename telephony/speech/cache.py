"""Prompts close at hand: the database holds them all, memory and disk only spare it the asking."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from datetime import datetime
from pathlib import Path

import structlog

_MOST_BYTES = 16 * 1024 * 1024  # of memory, about half an hour of speech
_HASH = re.compile(r"[0-9a-f]{64}")
_log = structlog.get_logger(__name__)


def is_hash(name: str) -> bool:
    """Tell whether ``name`` can be a hash of ours; anything else never becomes a file's name."""
    return _HASH.fullmatch(name) is not None


class SoundCache:
    """Keeps prompts: those that name nobody also on disk, what expires in memory until then."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, tuple[bytes, datetime | None]] = OrderedDict()
        self._bytes = 0

    def get(self, hash: str, *, now: datetime) -> bytes | None:
        """Return a prompt's WAV, if it is here and its time is not over."""
        with self._lock:
            audio, until = self._memory.get(hash, (None, None))
            if audio is not None and (until is None or now < until):
                self._memory.move_to_end(hash)
                return audio
        audio = self._read(hash)
        if audio is not None:
            self._remember(hash, audio, None)
        return audio

    def put(self, hash: str, audio: bytes, *, until: datetime | None) -> None:
        """Keep a prompt's WAV; a full disk costs speed and nothing else."""
        self._remember(hash, audio, until)
        if self._folder is None or until is not None:
            return
        target = self._folder / f"{hash}.wav"
        part = self._folder / f"{hash}.{threading.get_ident()}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(audio)
            part.replace(target)  # whole or not at all, whoever else writes it
        except OSError as error:
            _log.warning("sound_cache.not_written", reason=error.strerror)

    def _read(self, hash: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            return (self._folder / f"{hash}.wav").read_bytes()
        except OSError:
            return None

    def _remember(self, hash: str, audio: bytes, until: datetime | None) -> None:
        with self._lock:
            old, _ = self._memory.pop(hash, (b"", None))
            self._memory[hash] = audio, until
            self._bytes += len(audio) - len(old)
            while self._bytes > _MOST_BYTES:
                _, (oldest, _) = self._memory.popitem(last=False)
                self._bytes -= len(oldest)
