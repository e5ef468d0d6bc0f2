"""``linli case list`` and its like: what is in the database, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from app.config import read_settings

Look = dict[str, Any]
_json = click.option("--json", "as_json", is_flag=True, help="An array of objects, newest last.")
_community = click.option(
    "--community", "key", metavar="KEY", help="Which one, where there are several."
)


@click.group()
def community() -> None:
    """Look at the communities and their numbers."""


@click.group()
def case() -> None:
    """Look at cases 诉求件."""


@click.group()
def message() -> None:
    """Look at the texts that we send."""


@click.group()
def call() -> None:
    """Look at calls."""


@click.group()
def task() -> None:
    """Look at what people must do 待办."""


def _add_list(group: click.Group, name: str, columns: tuple[str, ...]) -> None:
    """Give ``group`` a ``list`` command over the look of that name in app/looks.py."""

    @group.command(name="list")
    @_json
    @_community
    def list_all(*, as_json: bool, key: str | None) -> None:
        import app.looks as looks

        find: Callable[[Session, int | None], list[Look]] = getattr(looks, f"{name}_look")
        with _reading() as session:
            found = find(session, _id_of(session, key))
        _print(found, columns=columns, as_json=as_json)

    list_all.help = f"List every one, newest last ({name})."


_add_list(community, "communities", ("key", "name", "numbers"))
_add_list(case, "cases", ("number", "status", "urgency", "category", "due_at", "assignee", "text"))
_add_list(message, "messages", ("id", "created_at", "to", "state", "body"))
_add_list(call, "calls", ("id", "started_at", "direction", "phone", "state", "case", "turns"))
_add_list(task, "tasks", ("number", "kind", "owner", "case", "due_at", "state"))


@case.command(name="show")
@click.argument("number")
@_json
@_community
def show_case(number: str, *, as_json: bool, key: str | None) -> None:
    """Show one case with everything that happened to it."""
    from app.looks import case_look
    from core.cases.queries import case_by_number

    written = number.lstrip("#").lstrip("0")
    if not written.isdecimal():
        raise click.BadParameter(f"{number} is no case number such as 0158")
    with _reading() as session:
        from app.commands.choosing import one_community

        row = case_by_number(session, one_community(session, key).id, int(written))
        found = None if row is None else case_look(session, row)
    if found is None:
        raise click.ClickException(f"There is no case {number}.")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        if name != "events":
            click.echo(f"{name:18} {_cell(value)}")
    for event in found["events"]:
        click.echo("  " + "  ".join(_cell(value) for value in event.values()))


def _id_of(session: Session, key: str | None) -> int | None:
    if key is None:
        return None
    from app.commands.choosing import one_community

    return one_community(session, key).id


@contextmanager
def _reading() -> Iterator[Session]:
    from app.opening import open_database

    database = open_database(read_settings())
    try:
        with database.reading() as session:
            yield session
    finally:
        database.close()


def _print(found: list[Look], *, columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found:
        click.echo("  ".join(_cell(row.get(column)) for column in columns))
    if not found:
        click.echo("none")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_cell(item) for item in value.values())
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    return "-" if value is None or value == "" else str(value)
