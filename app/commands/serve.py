"""``linli serve``, ``linli web``, ``linli scheduler``: the processes of the service."""

from __future__ import annotations

import click

from app.config import Settings, read_complete_settings

_child = click.option("--child", is_flag=True, hidden=True, help="End when linli serve ends.")


@click.command()
def serve() -> None:
    """Run web and scheduler as one process tree; what dies is started again."""
    from app.serving.start import (
        check_schema,
        greeting,
        refuse_demo_on_real_provider,
        voice_lines,
    )
    from app.serving.tree import run_tree

    settings = _begin(child=False)
    check_schema(settings)
    refuse_demo_on_real_provider(settings)
    for line in voice_lines(settings):
        click.echo(line)
    click.echo(greeting(settings))
    raise SystemExit(run_tree(("web", "scheduler")))


@click.command()
@_child
def web(*, child: bool) -> None:
    """Run the web alone; several may run, on several machines, over one PostgreSQL."""
    from app.serving.start import refuse_demo_on_real_provider
    from app.serving.web import run_web

    settings = _begin(child=child)
    refuse_demo_on_real_provider(settings)
    run_web(settings)


@click.command()
@_child
def scheduler(*, child: bool) -> None:
    """Run one scheduler process; several may run over one database."""
    from app.serving.scheduler import run_scheduler

    run_scheduler(_begin(child=child))


def _begin(*, child: bool) -> Settings:
    from app.logs import configure_logs
    from app.serving.parent import end_with_parent

    settings = read_complete_settings()
    configure_logs(as_json=settings.log == "json")
    if child:
        end_with_parent()
    return settings
