"""``linli transcribe``: hears recordings by machine, offline."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.config import read_complete_settings, read_settings


@click.command()
@click.argument(
    "audio", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--backlog", is_flag=True, help="Every recording that no machine has heard yet.")
@click.option("--english", is_flag=True, help="The file speaks English.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def transcribe(*, audio: Path | None, backlog: bool, english: bool, as_json: bool) -> None:
    """Hear one AUDIO file and print its words, or hear the backlog.

    Needs the extra [transcribe]. What is heard of the backlog goes to its case, marked as
    machine-made, and alarms as a new recording would; closed cases are only annotated.
    """
    if backlog == (audio is not None):
        raise click.UsageError("Name an AUDIO file, or --backlog.")
    if audio is not None:
        _hear_file(audio, language="en" if english else "zh_CN", as_json=as_json)
    else:
        _hear_backlog(as_json=as_json)


def _hear_file(audio: Path, *, language: str, as_json: bool) -> None:
    from app.factory import make_transcriber
    from telephony.recognition.hearing import CannotHear

    transcriber = make_transcriber(read_settings())
    if transcriber is None:
        raise click.ClickException(_missing())
    try:
        heard = transcriber.hear(audio.read_bytes(), language=language)
    except CannotHear as failure:
        raise click.ClickException(f"Nothing can be heard of {audio}: {failure}.") from failure
    if as_json:
        found = {"words": heard.words, "confidence": heard.confidence, "model": transcriber.name}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(heard.words)


def _hear_backlog(*, as_json: bool) -> None:
    from app.factory import make_scheduler_services, make_services
    from core.calls.hearing import count_unheard
    from scheduler.transcribing import hear_next

    services = make_scheduler_services(make_services(read_complete_settings()))
    if services.transcriber is None:
        raise click.ClickException(_missing())
    with services.database.reading() as session:
        waiting = count_unheard(session, real_now=services.real_clock.now())
    heard = 0
    with click.progressbar(length=waiting, label="Hearing", hidden=as_json) as bar:
        while heard < waiting and hear_next(services, services.transcriber):
            heard += 1
            bar.update(1)
    services.database.close()
    if as_json:
        click.echo(json.dumps({"waiting": waiting, "settled": heard}))
    else:
        click.echo(f"Settled {heard} of {waiting} recordings.")


def _missing() -> str:
    from telephony.recognition.whisper_model import INSTALL

    return f"Recordings are heard by the extra [transcribe]: {INSTALL} (LINLI_TRANSCRIBE=auto)."
