"""``linli phone``: be the demo's telephones in a terminal."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from app.config import ConfigurationError, read_complete_settings


@click.command()
@click.option(
    "--language", type=click.Choice(["zh_CN", "en"]), default="zh_CN", help="Of the terminal."
)
@click.option("--community", "key", metavar="KEY", help="Whose phones, where there are several.")
def phone(*, language: str, key: str | None) -> None:
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
        with services.database.reading() as session:
            community = _community(session, key)
        main(services.exchange, services.database, language=language, community=community)
    finally:
        services.database.close()


def _community(session: Session, key: str | None) -> str:
    """Return the key of the demo community to be in; the first where none is named."""
    from telephony.desk.phonebook import desk_communities

    keys = [community.key for community in desk_communities(session)]
    if key is None:
        return keys[0] if keys else ""
    if key not in keys:
        raise click.UsageError(f"There is no demo community {key}; there are: {', '.join(keys)}.")
    return key
