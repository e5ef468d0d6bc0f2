"""The office's lexicon: LINLI_VAR/lexicon.toml, looked at whenever something is read."""

from __future__ import annotations

from pathlib import Path

import structlog

from core.understanding.additions import Additions, LexiconMistake, read_additions
from core.understanding.in_force import read_by

_log = structlog.stdlib.get_logger(__name__)
Stamp = tuple[int, int] | None  # when it was written, in nanoseconds, and its bytes


def lexicon_path(var: Path) -> Path:
    """Return where the office keeps its lexicon."""
    return var / "lexicon.toml"


class OfficeLexicon:
    """Puts the file in force when it changes; one with a mistake leaves the last good one there.

    The last good one is kept beside it (lexicon.good.toml), so that it survives a restart too.
    """

    def __init__(self, path: Path) -> None:
        """Watch ``path``, which need not be there."""
        self._path = path
        self._good = path.with_suffix(".good.toml")
        self._seen: Stamp = None
        self._has_looked = False

    def look(self) -> None:
        """Take the file if it changed since the last look; a mistake is logged by its lines."""
        stamp = self._stamp()
        if self._has_looked and stamp == self._seen:
            return
        is_first, self._seen, self._has_looked = not self._has_looked, stamp, True
        if stamp is None:
            if not is_first:
                read_by(Additions())
            return
        try:
            written = self._path.read_text(encoding="utf-8")
            read_by(read_additions(written))
            self._good.write_text(written, encoding="utf-8")
        except (LexiconMistake, OSError, UnicodeDecodeError) as error:
            _log.error("the lexicon is refused; the last good one goes on", reason=str(error))
            if is_first:
                self._go_back()

    def read(self) -> str:
        """Return the file as it stands; nothing where there is none."""
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, written: str) -> None:
        """Put a lexicon in force, for every process on this machine.

        :raises LexiconMistake: naming every line that is wrong; nothing changes then.
        """
        read_additions(written)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(written, encoding="utf-8")
        fresh.replace(self._path)  # whoever reads now finds the old one or the new one, never half
        self.look()

    def _stamp(self) -> Stamp:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _go_back(self) -> None:
        try:
            read_by(read_additions(self._good.read_text(encoding="utf-8")))
        except (LexiconMistake, OSError, UnicodeDecodeError):
            _log.error("there is no good lexicon of this office; Linli's own goes on")
