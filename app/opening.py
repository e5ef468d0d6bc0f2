"""Opens the database with the keys that the settings name."""

from __future__ import annotations

from app.config import ConfigurationError, Settings
from core.db import Database, FileKeyUnusable
from core.sealing import KeyRing


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
