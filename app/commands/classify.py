"""``linli classify``: trains what suggests categories, from sentences and corrections."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import click

from app.config import Settings, read_settings

_SAYINGS = Path("fixtures/understanding")


@click.group()
def classify() -> None:
    """Train what suggests categories (extra [classify]); staff can always change them."""


@classify.command()
@click.option(
    "--sayings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of requests_*.toml; else fixtures/understanding, where it is there.",
)
@click.option(
    "--typical",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own sentences instead of Linli's (core/understanding/typical_sentences.toml).",
)
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def train(*, sayings: Path | None, typical: Path | None, as_json: bool) -> None:
    """Learn from typical sentences, the tune half of the sayings, and what staff corrected.

    Keeps the model under LINLI_VAR; running processes take it at their next start.
    """
    from app.learning import model_path
    from core.learning.model import ModelMissing, Sentences
    from core.learning.training import train as fit
    from core.learning.training import typical_sentences

    settings = read_settings()
    ours = typical_sentences() if typical is None else _read(typical)
    examples = [*ours, *_sayings_in(sayings or _SAYINGS)]
    corrections = _corrections(settings)
    try:
        model = fit(Sentences(), examples, corrections)
    except ModelMissing as error:
        raise click.ClickException(f"{error} Until then the lexicon suggests.") from error
    path = model_path(settings.var)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(model.to_bytes())
    fresh.replace(path)  # a process that starts now finds the old one or the new one, never half
    if as_json:
        click.echo(
            json.dumps(
                {"model": str(path), "examples": len(examples), "corrections": len(corrections)}
            )
        )
    else:
        click.echo(f"Learnt from {len(examples)} examples and {len(corrections)} corrections.")
        click.echo(f"Kept in {path}; restart the service to use it.")


def _read(typical: Path) -> list[tuple[str, str]]:
    from core.learning.training import read_sentences

    try:
        return read_sentences(typical.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{typical}: {error}") from error


def _sayings_in(folder: Path) -> list[tuple[str, str]]:
    """Return the tune half: what runs is what was measured on the other half."""
    found: list[tuple[str, str]] = []
    for path in sorted(folder.glob("requests_*.toml")):
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["saying"]
        found += [(row["text"], row["category"]) for row in rows if row["half"] == "tune"]
    return found


def _corrections(settings: Settings) -> list[tuple[str, str]]:
    """Return what staff corrected; nothing where there is no database yet."""
    from sqlalchemy.exc import DBAPIError

    from app.opening import open_database
    from core.learning.queries import corrected_texts

    database = open_database(settings)
    try:
        with database.reading() as session:
            return corrected_texts(session)
    except DBAPIError:
        return []
    finally:
        database.close()
