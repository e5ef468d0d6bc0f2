"""``linli understand TEXT``: how a text is read, without sending anything."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from typing import Any

import click


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TEXT")
@click.option("--staff", is_flag=True, help="Read it as a text from staff.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def understand(words: tuple[str, ...], *, staff: bool, as_json: bool) -> None:
    """Show how a text is read: its commands, an emergency, category and place."""
    from core.understanding.categories import suggest
    from core.understanding.places import find_place
    from sms.keywords import parse
    from sms.staff_keywords import parse_staff

    text = " ".join(words)
    reading = parse_staff(text) if staff else parse(text)
    found: dict[str, Any] = {
        "text": text,
        "commands": [_plain(command) for command in reading.commands],
        "emergency": _plain(reading.emergency),
        "suggestion": _plain(suggest(text)),
        "place": find_place(text),
    }
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in found.items():
        click.echo(f"{name:11} {json.dumps(value, ensure_ascii=False, default=str)}")


def _plain(value: Any) -> Any:
    """Return a reading as plain values, with the name of its kind."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"kind": type(value).__name__, **asdict(value)}
    return value
