"""``linli phone``: be the demo's telephones in a terminal."""

from __future__ import annotations

import click

from app.config import ConfigurationError, read_complete_settings


@click.command()
@click.option(
    "--language", type=click.Choice(["zh_CN", "en"]), default="zh_CN", help="Of the terminal."
)
def phone(*, language: str) -> None:
    """Ring and text the line from a terminal, as anybody of the demo; `linli serve` must run."""
    from app.demo import has_demo
    from app.factory import make_services
    from telephony.desk.terminal import main

    settings = read_complete_settings()
    services = make_services(settings)
    if services.exchange is None or not has_demo(services.database):
        raise ConfigurationError(
            "The telephones are for a demo community with LINLI_PROVIDER=desk."
        )
    try:
        main(services.exchange, services.database, language=language)
    finally:
        services.database.close()
