"""``linli voice render``: the fixed prompts, ahead of the first call."""

from __future__ import annotations

import click

from app.config import read_complete_settings


@click.group()
def voice() -> None:
    """Render the prompts."""


@voice.command()
def render() -> None:
    """Render every fixed prompt that is not stored yet."""
    from app.factory import make_services

    settings = read_complete_settings()
    if settings.voice == "provider":
        click.echo("LINLI_VOICE=provider: the provider speaks, nothing is rendered here.")
        return
    services = make_services(settings)
    made = services.speaker.render_ahead(services.database)
    services.database.close()
    click.echo(f"Rendered {made} prompts.")
