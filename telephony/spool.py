"""What cannot be stored now waits in files until the database is back, and is taken in once.

One file a webhook, written through to the disk before the provider is answered. The files hold
what residents said: nobody else may read them, and ``Sealing`` may encrypt them besides.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from core.db import AWAY

_log = structlog.get_logger(__name__)
_WAITING, _STUCK = ".kept", ".stuck"
_MOST_TRIES = 5  # of one that fails although the database is there


class Sealing(Protocol):
    """Makes the content of a file unreadable, and readable again."""

    def seal(self, plain: bytes) -> bytes:
        """Return what may lie on the disk."""
        ...

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        :raises ValueError: if it was not sealed by us, or was changed since.
        """
        ...


class Unsealed:
    """Leaves content as it is: only the file's permissions guard it."""

    def seal(self, plain: bytes) -> bytes:
        """Return it unchanged."""
        return plain

    def open(self, sealed: bytes) -> bytes:
        """Return it unchanged."""
        return sealed


@dataclass(frozen=True)
class Unstored:
    """A genuine webhook that could not be stored; ``at`` is the community's instant."""

    door: str  # "sms.inbound", "ivr.turn", ...
    fields: Mapping[str, str]
    asked: Mapping[str, str]  # the query of its address
    at: datetime


Take = Callable[[Unstored], None]


class Spool:
    """A folder of webhooks that wait; any number of processes may share it."""

    def __init__(self, folder: Path, sealing: Sealing | None = None) -> None:
        self._folder = folder
        self._sealing = sealing or Unsealed()
        self._tries: Counter[str] = Counter()

    def keep(self, webhook: Unstored) -> bool:
        """Write one down; False if even that fails. The same one twice is one file."""
        plain = json.dumps({**asdict(webhook), "at": webhook.at.isoformat()}).encode()
        target = self._folder / (_name(webhook) + _WAITING)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_through(target, self._sealing.seal(plain))
        except OSError as error:
            _log.error("spool.failed", door=webhook.door, error=type(error).__name__)
            return False
        _log.warning("spool.kept", door=webhook.door)
        return True

    def take_in(self, take: Take) -> int:
        """Hand every file to ``take``, oldest first; a file goes once ``take`` has returned.

        It stops while the database is away. ``take`` must do nothing the second time, since a
        crash may come between its end and the removal. What fails for another reason five times
        is set aside, and seen by ``stuck``.
        """
        if not self.waiting():
            return 0
        with self._alone() as is_ours:
            return self._take_in(take) if is_ours else 0

    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._files(_WAITING))

    def stuck(self) -> int:
        """Return how many could not be taken in and need somebody who looks at them."""
        return len(self._files(_STUCK))

    def _take_in(self, take: Take) -> int:
        taken = 0
        for file in sorted(self._files(_WAITING), key=_written_at):
            try:
                take(self._read(file))
            except AWAY:
                break
            except Exception as error:
                self._set_aside(file, error)
                continue
            file.unlink(missing_ok=True)
            taken += 1
        if taken:
            _sync_folder(self._folder)
            _log.info("spool.taken_in", count=taken)
        return taken

    def _read(self, file: Path) -> Unstored:
        kept = json.loads(self._sealing.open(file.read_bytes()))
        return Unstored(
            kept["door"], kept["fields"], kept["asked"], datetime.fromisoformat(kept["at"])
        )

    def _set_aside(self, file: Path, error: Exception) -> None:
        self._tries[file.name] += 1
        _log.error("spool.not_taken_in", tries=self._tries[file.name], error=type(error).__name__)
        if self._tries[file.name] >= _MOST_TRIES:
            file.replace(file.with_suffix(_STUCK))

    def _files(self, suffix: str) -> list[Path]:
        return list(self._folder.glob(f"*{suffix}"))

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Let one process at a time go through the folder; the lock ends with the process."""
        try:
            lock = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:  # a full disk: it is tried again
            yield False
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(lock)


def _name(webhook: Unstored) -> str:
    named = json.dumps(
        [webhook.door, sorted(webhook.fields.items()), sorted(webhook.asked.items())]
    )
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _written_at(file: Path) -> tuple[int, str]:
    try:
        return (file.stat().st_mtime_ns, file.name)
    except OSError:
        return (0, file.name)


def _write_through(target: Path, content: bytes) -> None:
    part = target.with_suffix(f".{os.getpid()}.{id(content)}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError:
        with suppress(OSError):
            part.unlink()  # on a full disk half a file would only be in the way
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
