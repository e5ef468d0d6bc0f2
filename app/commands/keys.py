"""``linli keys``: change a key while the line works; the old one serves until the new one does."""

from __future__ import annotations

import secrets as randomness
from pathlib import Path

import click

from app.commands.secrets import keep_secret
from app.config import ConfigurationError, Settings, read_settings, secrets_folder, setting_names

_CHANGED = {  # what may be changed here → where the old one goes on serving
    "LINLI_DATA_KEY": "LINLI_DATA_KEY_OLD",
    "LINLI_SECRET_KEY": "LINLI_SECRET_KEY_OLD",
}


@click.group()
def keys() -> None:
    """Change the keys; seal anew what an earlier one sealed."""


@keys.command()
@click.argument("name", type=click.Choice(sorted(_CHANGED)))
def change(name: str) -> None:
    """Make a new key NAME under LINLI_VAR; the one in force becomes an old one.

    Restart the service then; after a new LINLI_DATA_KEY also run `linli keys rotate`.
    """
    settings = read_settings()
    folder, old = secrets_folder(settings.var), _CHANGED[name]
    if not (folder / name).is_file():
        raise ConfigurationError(f"{name} is not kept in {folder}: change it where it is set.")
    before = [_value(settings, name), _value(settings, old)]
    keep_secret(folder / old, ",".join(one for one in before if one))
    keep_secret(folder / name, randomness.token_hex(32))
    click.echo(
        f"Made {folder / name}; the earlier ones are in {folder / old}. Restart the service."
    )


@keys.command()
def rotate() -> None:
    """Seal everything that is kept sealed with the LINLI_DATA_KEY in force, while the line works.

    It changes nothing where that is so already. Afterwards LINLI_DATA_KEY_OLD can go, once no
    backup is needed that was taken before.
    """
    from app.opening import key_ring, open_database
    from app.sealed_columns import reseal_everything
    from core.sealing import CannotUnseal

    settings = read_settings()
    ring = key_ring(settings)
    if ring is None:
        raise ConfigurationError("LINLI_DATA_KEY is not set: run `linli secrets` first.")
    database = open_database(settings)
    try:
        found = reseal_everything(database, ring)
    except CannotUnseal as error:
        raise ConfigurationError(f"{error}: name its key in LINLI_DATA_KEY_OLD.") from error
    finally:
        database.close()
    for one in found:
        click.echo(f"{one.column}: {one.values} values, {one.sealed} sealed anew")


@keys.command("seal-file")
@click.argument("into", type=click.Path(path_type=Path, dir_okay=False))
def seal_file(into: Path) -> None:
    """Copy the plain SQLite file INTO one that is encrypted as a whole with LINLI_DATABASE_KEY.

    End the service first; then let LINLI_DATABASE_URL name the new file, and destroy the old.
    """
    from sqlalchemy import make_url

    settings = read_settings()
    key, url = settings.database_key.get_secret_value(), make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ConfigurationError("Only an SQLite file is encrypted this way.")
    if into.exists():
        raise ConfigurationError(f"{into} is there already.")
    from core.db import FileKeyUnusable, seal_whole_file

    try:
        seal_whole_file(Path(url.database), into, key)
    except FileKeyUnusable as error:
        raise ConfigurationError(f"LINLI_DATABASE_KEY: {error}.") from error
    click.echo(f"Wrote {into}.")


def _value(settings: Settings, name: str) -> str:
    field = next(
        key for key, info in type(settings).model_fields.items() if info is setting_names()[name]
    )
    value = getattr(settings, field).get_secret_value()
    assert isinstance(value, str)
    return value
