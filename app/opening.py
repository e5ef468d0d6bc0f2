"""Opens the database with the keys that the settings name."""

from __future__ import annotations

from app.config import ConfigurationError, Settings
from core.db import Database, FileKeyUnusable
from core.sealing import KeyRing, is_sealed


def open_database(settings: Settings, *, patience_seconds: float | None = None) -> Database:
    """Open the database.

    :raises ConfigurationError: if a key is none, or cannot be used here.
    """
    try:
        return Database(
            settings.database_url,
            patience_seconds=patience_seconds,
            keys=key_ring(settings),
            file_key=settings.database_key.get_secret_value(),
        )
    except FileKeyUnusable as error:
        raise ConfigurationError(f"LINLI_DATABASE_KEY: {error}.") from error


def key_ring(settings: Settings) -> KeyRing | None:
    """Return the keys of sealed columns; None where none is set.

    :raises ConfigurationError: if one of them is no key.
    """
    keys = settings.data_keys
    if not keys:
        return None
    try:
        return KeyRing(keys)
    except ValueError as error:
        raise ConfigurationError(f"LINLI_DATA_KEY: {error}.") from error


class FileSealing:
    """Seals what waits in files with the keys of the columns."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, plain: bytes) -> bytes:
        """Return what may lie on the disk."""
        return self._ring.seal(plain, what="spool")

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed; what was written before there was a key is read as it stands.

        :raises ValueError: if it was not sealed by us, or was changed since.
        """
        return self._ring.unseal(sealed, what="spool") if is_sealed(sealed) else sealed


def sealing_of_files(settings: Settings) -> FileSealing | None:
    """Return what seals files; None where no key is set."""
    ring = key_ring(settings)
    return None if ring is None else FileSealing(ring)
