"""``linli config show``: what is set; secrets only when asked for."""

from __future__ import annotations

import json

import click
from pydantic import SecretStr

from app.config import read_settings, setting_names


@click.group()
def config() -> None:
    """See the settings."""


@config.command()
@click.option("--reveal", is_flag=True, help="Print the secrets too.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def show(*, reveal: bool, as_json: bool) -> None:
    """Print every setting with its value."""
    settings = read_settings()
    by_field = {
        str(field.validation_alias): name for name, field in type(settings).model_fields.items()
    }
    shown = {
        name: _shown(getattr(settings, by_field[name]), reveal=reveal) for name in setting_names()
    }
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for name, value in shown.items():
        click.echo(f"{name}={value}")


def _shown(value: object, *, reveal: bool) -> str:
    if not isinstance(value, SecretStr):
        return "" if value is None else str(value)
    secret = value.get_secret_value()
    return secret if reveal or not secret else "********"
