"""``linli secrets``: make the secrets that are missing, readable by their owner alone."""

from __future__ import annotations

import os
import secrets as randomness
from pathlib import Path

import click

from app.config import read_settings, secrets_folder

_LENGTHS = {  # bytes
    "LINLI_SECRET_KEY": 32,
    "LINLI_DATA_KEY": 32,
    "LINLI_BACKUP_KEY": 32,
    "TWILIO_AUTH_TOKEN": 16,
}


@click.command()
def secrets() -> None:
    """Make each missing secret under LINLI_VAR; what is set stays as it is."""
    settings = read_settings()
    if "port" in settings.model_fields_set:
        # Kept too, so that a command in another terminal finds the same public address.
        keep_secret(secrets_folder(settings.var) / "PORT", str(settings.port))
    missing = set(settings.missing())
    for name, key in (
        ("LINLI_DATA_KEY", settings.data_key),
        ("LINLI_BACKUP_KEY", settings.backup_key),
    ):
        if not key.get_secret_value():
            missing.add(name)
    for name, length in _LENGTHS.items():
        if name in missing:
            path = secrets_folder(settings.var) / name
            keep_secret(path, randomness.token_hex(length))
            click.echo(f"Made {path}.")


def keep_secret(path: Path, value: str) -> None:
    """Write a file that only its owner can read, from its first moment on."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(value + "\n")
    path.chmod(0o600)  # a file that was there before keeps its mode otherwise
