"""``linli understand TEXT``: how a text is read, without sending anything."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

_LONGEST_FIELD = 10_000_000  # letters; csv takes no more than 131,072 otherwise
_CHOICES = "SOLVED, SATISFIED, AGREE, CONFIRM_ORDER or WELFARE"


@click.command()
@click.argument("words", nargs=-1, metavar="TEXT")
@click.option("--question", default="", help=f"The question that it answers: {_CHOICES}.")
@click.option("--staff", is_flag=True, help="Read it as a text from staff.")
@click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read each row of a TSV file with the column text, and question where there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="One object a text, for programs.")
def understand(
    words: tuple[str, ...], *, question: str, staff: bool, source: Path | None, as_json: bool
) -> None:
    """Show how a text is read: command, category, urgency, place, danger, confidence and why."""
    from app.config import read_settings
    from app.learning import make_suggester, model_path
    from app.lexicon import OfficeLexicon, lexicon_path
    from core.learning.model import INSTALL
    from core.understanding.answers import QUESTIONS
    from sms.understood import understand as read

    if source is None and not words:
        raise click.UsageError("Give a text, or a file with --file.")
    question = question.strip().upper()
    if question and question not in QUESTIONS:
        raise click.BadParameter(f"{question} is not {_CHOICES}.", param_hint="--question")
    var = read_settings().var
    with contextlib.redirect_stdout(sys.stderr):  # what is refused is no answer
        OfficeLexicon(lexicon_path(var)).look()
        suggest = make_suggester(var)
    if not as_json and not model_path(var).is_file():
        click.echo(
            f"Categories by the lexicon alone; more: {INSTALL}, linli classify train.", err=True
        )
    texts = _rows(source) if source else iter([(" ".join(words), question)])
    for text, asked in texts:
        found = read(text, question=asked or question, staff=staff, suggest=suggest)
        if source:
            del found["why"]  # a file's objects hold the columns that its readers know
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
            continue
        for name, value in found.items():
            click.echo(f"{name:11} {json.dumps(value, ensure_ascii=False)}")
        if source:
            click.echo()


def _rows(source: Path) -> Iterator[tuple[str, str]]:
    """Read a file of tab-separated values as it stands: quotation marks are part of a text."""
    csv.field_size_limit(_LONGEST_FIELD)
    with source.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.reader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        try:
            columns = next(rows, [])
            if "text" not in columns:
                raise click.ClickException(f"{source} has no column text.")
            for row in rows:
                if row:
                    fields = dict(zip(columns, row, strict=False))
                    yield fields.get("text", ""), fields.get("question", "").strip().upper()
        except (UnicodeDecodeError, csv.Error) as error:
            raise click.ClickException(
                f"{source} cannot be read after line {rows.line_num}: {error}."
            ) from error
