"""``linli lexicon``: the office's own words, checked before they count."""

from __future__ import annotations

from pathlib import Path

import click

from app.config import read_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def lexicon() -> None:
    """Check and take the office's own words and typical sentences."""


@lexicon.command()
@click.argument("source", type=_FILE, metavar="FILE")
def check(source: Path) -> None:
    """Tell by line what is wrong with FILE; nothing changes."""
    _read(source)
    click.echo(f"{source} can be used.")


@lexicon.command()
@click.argument("source", type=_FILE, metavar="FILE")
def load(source: Path) -> None:
    """Put FILE in force (LINLI_VAR/lexicon.toml); one with a mistake changes nothing."""
    from app.lexicon import OfficeLexicon, lexicon_path

    path = lexicon_path(read_settings().var)
    OfficeLexicon(path).write(_read(source))
    click.echo(f"In force from the next text on: {path}.")


def _read(source: Path) -> str:
    from core.understanding.additions import LexiconMistake, read_additions

    try:
        written = source.read_text(encoding="utf-8")
        read_additions(written)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{source} is not written in UTF-8.") from error
    except LexiconMistake as mistake:
        lines = [f"{source}:{line}: {what}" for line, what in mistake.problems]
        raise click.ClickException("The lexicon is refused.\n" + "\n".join(lines)) from mistake
    return written
