"""``linli health``: how the service is, from this machine."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.config import read_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def health(*, as_json: bool) -> None:
    """Tell how the service is; ends with 1 if something is red."""
    from app.clock import OffsetClock
    from app.factory import make_voices
    from app.health import Machine, measure
    from app.opening import open_database
    from core.clock import RealClock

    settings = read_settings()
    database = open_database(settings)
    real_clock = RealClock()
    now = OffsetClock(database, real_clock).now()
    machine = Machine(make_voices(settings), settings.var)
    with database.reading() as session:
        state = measure(session, now=now, real_now=real_clock.now(), machine=machine)
    database.close()
    reasons = state.reasons()
    if as_json:
        click.echo(json.dumps({**asdict(state), "reasons": reasons}, default=str, indent=2))
    else:
        for name, value in asdict(state).items():
            click.echo(f"{name:24} {'-' if value is None else value}")
        for colour, said in reasons.items():
            for reason in said:
                click.echo(f"{colour.upper()}: {reason}")
    raise SystemExit(1 if reasons["red"] else 0)
