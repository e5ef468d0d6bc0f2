"""The command ``linli``. A command's module is imported only when its name is typed."""

from __future__ import annotations

import importlib
import os
import sys

import click
from sqlalchemy.exc import DBAPIError

from app.config import ConfigurationError
from core.sealing import CannotUnseal

# command: (module in app/commands, attribute, what it does)
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "backup": ("backup", "backup", "Write a sealed backup while the line works."),
    "call": ("looks", "call", "Look at calls."),
    "cards": ("cards", "cards", "Print cards for the door, and the poster."),
    "case": ("looks", "case", "Look at cases."),
    "classify": ("classify", "classify", "Train what suggests categories (extra [classify])."),
    "clock": ("clock", "clock", "Read the community's clock; move a demo's clock forward."),
    "community": ("looks", "community", "Look at the communities and their numbers."),
    "config": ("config", "config", "See the settings."),
    "consultation": ("neighbours", "consultation", "Look at what neighbours decide."),
    "drill": ("drill", "drill", "Practise the alarm; time the first answer."),
    "flow": ("flow", "flow", "Draw the call flow from the menus."),
    "health": ("health", "health", "Tell how the service is."),
    "holidays": ("holidays", "holidays", "Load a new notice of days off."),
    "keys": ("keys", "keys", "Change keys; seal anew what an earlier one sealed."),
    "lexicon": ("lexicon", "lexicon", "Check and take the office's own words."),
    "load": ("load", "load", "Load a community file."),
    "message": ("looks", "message", "Look at the texts that we send."),
    "migrate": ("migrate", "migrate", "Bring the database to the newest schema."),
    "notice": ("neighbours", "notice", "Look at notices; stop one."),
    "phone": ("phone", "phone", "Ring and text the line from a terminal (desk only)."),
    "points": ("points", "points", "Look at the points book; check it; take paper over."),
    "prompts": ("prompts", "prompts", "See the prompts; give the line a person's voice."),
    "provider": ("provider", "provider", "Tell the provider where to reach us."),
    "resident": ("resident", "resident", "Hand out, or forget, what is known of a resident."),
    "restore": ("restore", "restore", "Restore a backup; release it."),
    "scheduler": ("serve", "scheduler", "Run one scheduler process."),
    "secrets": ("secrets", "secrets", "Make the secrets that are missing."),
    "serve": ("serve", "serve", "Run web and scheduler as one process tree."),
    "staff": ("staff", "staff", "Give first passwords for the console; end sessions."),
    "standing": ("neighbours", "standing", "Look at standing orders and welfare calls."),
    "task": ("looks", "task", "Look at what people must do."),
    "transcribe": ("transcribe", "transcribe", "Hear recordings (extra [transcribe])."),
    "understand": ("understand", "understand", "Show how a text is read."),
    "voice": ("voice", "voice", "Render the prompts ahead."),
    "web": ("serve", "web", "Run the web alone."),
    "workdays": ("workdays", "workdays", "Tell by when an answer is due."),
}


class LazyGroup(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name every command."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"app.commands.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, does) for name, (_, _, does) in sorted(_COMMANDS.items())])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def linli() -> None:
    """Linli 邻里: a community service line for residents who have only a telephone."""


def main() -> None:
    """Run one command; what a person did or set wrong is said in a sentence."""
    os.umask(0o077)  # whatever we write holds residents' words, numbers or secrets
    try:
        stopped = linli.main(prog_name="linli", standalone_mode=False)
        sys.exit(stopped if isinstance(stopped, int) else 0)  # of click's Exit, its code
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except CannotUnseal as error:
        click.echo(f"{error}. Set LINLI_DATA_KEY, or name it in LINLI_DATA_KEY_OLD.", err=True)
        sys.exit(2)
    except DBAPIError as error:
        first_line = str(error.orig).strip().splitlines()[0]
        click.echo(f"The database cannot be used: {first_line}", err=True)
        click.echo(f"Looked for: {_database_looked_for()}", err=True)
        click.echo("If it is new, run `linli migrate` first.", err=True)
        sys.exit(3)


def _database_looked_for() -> str:
    """Name the database that is set, without its password."""
    from pathlib import Path

    from sqlalchemy import make_url

    from app.config import read_settings

    url = make_url(read_settings().database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return str(Path(url.database).absolute())
    return url.render_as_string(hide_password=True)


if __name__ == "__main__":
    main()
