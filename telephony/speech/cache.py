"""Prompts close at hand: the database holds them all, memory and disk only spare it the asking."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from pathlib import Path

import structlog

_MOST_BYTES = 16 * 1024 * 1024  # of memory, about half an hour of speech
_HASH = re.compile(r"[0-9a-f]{64}")
_log = structlog.get_logger(__name__)


def is_hash(name: str) -> bool:
    """Tell whether ``name`` can be a hash of ours; anything else never becomes a file's name."""
    return _HASH.fullmatch(name) is not None


class SoundCache:
    """Keeps prompts that name nobody; what expires is never kept here."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, hash: str) -> bytes | None:
        """Return a prompt's WAV, if it is here."""
        with self._lock:
            audio = self._memory.get(hash)
            if audio is not None:
                self._memory.move_to_end(hash)
                return audio
        audio = self._read(hash)
        if audio is not None:
            self._remember(hash, audio)
        return audio

    def put(self, hash: str, audio: bytes) -> None:
        """Keep a prompt's WAV; a full disk costs speed and nothing else."""
        self._remember(hash, audio)
        if self._folder is None:
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

    def _remember(self, hash: str, audio: bytes) -> None:
        with self._lock:
            if hash in self._memory:
                return
            self._memory[hash] = audio
            self._bytes += len(audio)
            while self._bytes > _MOST_BYTES:
                self._bytes -= len(self._memory.popitem(last=False)[1])
