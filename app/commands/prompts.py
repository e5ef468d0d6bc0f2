"""``linli prompts``: what the line says, in whose voice, and how to give it a person's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.config import read_complete_settings
from app.factory import Services, make_services
from core.calls.standing_words import want_standing_words
from core.wording.catalogue import LANGUAGES
from telephony.speech.prompt_book import PromptBook, PromptLook
from telephony.speech.recorded import UnusableRecording
from telephony.speech.voice import Pace

_language = click.option("--language", type=click.Choice(LANGUAGES), help="Only this one.")
_AT_ONCE = 25


@click.group()
def prompts() -> None:
    """See the prompts, and give the line a person's voice."""


@prompts.command(name="list")
@_language
@click.option("--json", "as_json", is_flag=True, help="An array of objects, in order of a call.")
def list_all(*, language: str | None, as_json: bool) -> None:
    """List each prompt: where its sound comes from, how long it is, its words."""
    with _opened() as services, services.database.reading() as session:
        looks = _book(services).look(session, _languages(language))
    if as_json:
        click.echo(json.dumps([look.as_json() for look in looks], ensure_ascii=False, indent=2))
        return
    for look in looks:
        seconds = "" if look.seconds is None else f"{look.seconds:5.1f} s"
        click.echo(
            f"{look.language:5}  {look.pace:6}  {look.source:8}  {seconds:>7}  "
            f"{look.name:28}  {look.words}"
        )


@prompts.command()
def render() -> None:
    """Render every prompt that has no sound yet, and what any call may need."""
    with _opened() as services:
        if not services.speaker.renders_ahead:
            click.echo("The provider speaks: nothing is rendered here.")
            return
        made = services.speaker.render_ahead(services.database)
        now = services.real_clock.now()
        with services.database.transaction() as session:
            want_standing_words(session, now=now)
        while rendered := services.speaker.render_wanted(services.database, now, _AT_ONCE):
            made += rendered
    click.echo(f"Rendered {made} prompts.")


@prompts.command()
@_language
def check(*, language: str | None) -> None:
    """Say which prompts are missing or too long; ends with 1 if one is."""
    from app.prompts import problems

    with _opened() as services, services.database.reading() as session:
        looks = _book(services).look(session, _languages(language))
    found = problems(looks)
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(looks)} prompts, {_by_source(looks)}; {len(found)} to mend.")
    if found:
        raise click.exceptions.Exit(1)


@prompts.command()
@click.option("--language", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it there; else print it.",
)
def export(*, language: str, into: Path | None) -> None:
    """Write the reading script: every prompt in order, with the pauses."""
    from app.prompts import reading_script

    with _opened() as services, services.database.reading() as session:
        page = reading_script(_book(services).entries(session, language), language)
    if into is None:
        click.echo(page, nl=False)
        return
    into.write_text(page, encoding="utf-8")
    click.echo(f"Wrote {into}.")


@prompts.command(name="import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def bring(folder: Path) -> None:
    """Take recordings named by prompt; a refused one is named with the reason."""
    from app.prompts import ENDINGS, bring_folder

    with _opened() as services:
        brought = list(bring_folder(services.database, _book(services), folder))
    for one in brought:
        told = one.reason
        if one.look is not None:
            told = f"{one.look.seconds:.1f} s  {one.look.words}"
        click.echo(f"{'refused' if one.reason else 'taken':8} {one.file.name:32} {told}")
    refused = sum(bool(one.reason) for one in brought)
    if not brought:
        click.echo(f"There is no recording in {folder} ({', '.join(ENDINGS)}).")
    click.echo(f"{len(brought) - refused} taken, {refused} refused.")
    if refused or not brought:
        raise click.exceptions.Exit(1)


@prompts.command()
@click.argument("name")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
@click.option("--slow", is_flag=True, help="The one for who asked to hear it slowly.")
def forget(name: str, *, language: str, slow: bool) -> None:
    """Let the synthetic voice speak a prompt again."""
    pace = Pace.SLOW if slow else Pace.NORMAL
    with _opened() as services, services.database.transaction() as session:
        try:
            was = _book(services).forget(session, name=name, language=language, pace=pace)
        except UnusableRecording as error:
            raise click.ClickException(str(error)) from error
    click.echo("Forgotten." if was else "Nobody had recorded it.")


@contextmanager
def _opened() -> Iterator[Services]:
    services = make_services(read_complete_settings())
    try:
        yield services
    finally:
        services.database.close()


def _book(services: Services) -> PromptBook:
    return PromptBook(services.speaker, services.real_clock)


def _languages(language: str | None) -> tuple[str, ...]:
    return LANGUAGES if language is None else (language,)


def _by_source(looks: list[PromptLook]) -> str:
    sources = sorted({look.source for look in looks})
    counted = (f"{sum(look.source == one for look in looks)} {one}" for one in sources)
    return ", ".join(counted)
