"""``linli provider setup``: tell the provider where each of our numbers asks what to do."""

from __future__ import annotations

import click

from app.config import ConfigurationError, read_complete_settings


@click.group()
def provider() -> None:
    """Tell the provider where to reach us."""


@provider.command()
@click.option("--print", "only_print", is_flag=True, help="Print the addresses, set nothing.")
def setup(*, only_print: bool) -> None:
    """Set, or print, the addresses of every number; write the fallback file of each."""
    from app.factory import make_services
    from core.communities.queries import communities, numbers_of
    from telephony.fallback import write_fallbacks
    from telephony.setup import printed, set_up

    settings = read_complete_settings()
    services = make_services(settings)
    with services.database.reading() as session:
        numbers = [
            number
            for community in communities(session)
            for number in numbers_of(session, community.id)
        ]
        written = write_fallbacks(session, services.fallbacks)
    if not numbers:
        raise ConfigurationError("No community is loaded yet: run `linli load FILE` first.")
    for path in written:
        click.echo(f"Wrote {path}.")
    if only_print or services.number_setter is None:
        lines = printed(numbers, settings.address)
    else:
        lines = set_up(services.number_setter, numbers, settings.address)
    services.database.close()
    for line in lines:
        click.echo(line)
    raise SystemExit(1 if any(line.startswith("!") for line in lines) else 0)
