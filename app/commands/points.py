"""``linli points …``: the points book, the shop, and what is taken over from paper."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from app.commands.opened import opened, print_json, print_rows
from core.communities.tables import CommunityRow
from core.residents.tables import ResidentRow

_MOST_ENTRIES = 1000
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
_community = click.option(
    "--community", "key", metavar="KEY", help="Which one, where there are several."
)


@click.group()
def points() -> None:
    """Look at the points book 积分账; check it; take a paper ledger over."""


@points.command()
@click.argument("who", required=False)
@_json
@_community
def balance(who: str | None, *, as_json: bool, key: str | None) -> None:
    """Show what everybody has, or WHO (a name, a telephone number or a key)."""
    from app.points_looks import balance_look, residents_named

    with opened(key) as (session, community, _):
        people = residents_named(session, community, who)
        found = [balance_look(session, resident) for resident in people]
    if who is not None and not found:
        raise click.ClickException(f"There is no resident {who}.")
    print_rows(found, ("resident", "name", "points", "held"), as_json=as_json)


@points.command()
@click.argument("who", required=False)
@click.option("--after", type=int, default=0, help="Only entries after this number.")
@_json
@_community
def ledger(who: str | None, *, after: int, as_json: bool, key: str | None) -> None:
    """Show the whole book, or what moved the points of WHO; oldest first."""
    from app.points_looks import ledger_look, resident_ledger_look

    with opened(key) as (session, community, _):
        if who is None:
            found = ledger_look(session, community, after=after, limit=_MOST_ENTRIES)
            columns: tuple[str, ...] = ("number", "posted_at", "legs", "reason", "recorder")
        else:
            resident = _one(session, community, who)
            found = resident_ledger_look(session, community, resident)
            found = [line for line in found if line["number"] > after]
            columns = ("number", "on", "change", "reason", "recorder")
    print_rows(found, columns, as_json=as_json)


@points.command()
@_json
@_community
def shop(*, as_json: bool, key: str | None) -> None:
    """Show the rewards, their prices, and what is left of them."""
    from app.points_looks import shop_look

    with opened(key) as (session, community, _):
        found = shop_look(session, community)
    print_rows(found, ("key", "name", "price", "stock", "reserved"), as_json=as_json)


@points.command()
@click.argument("reward")
@click.argument("pieces", type=int)
@_community
def restock(reward: str, pieces: int, *, key: str | None) -> None:
    """Put PIECES of REWARD on the shelf (with -- before a negative number: take some off)."""
    from app.points_looks import shop_look
    from core.points.operations import restock as add
    from core.points.queries import rewards_of

    with opened(key, writes=True) as (session, community, now):
        rows = {row.key: row for row in rewards_of(session, community.id)}
        if reward not in rows:
            keys = ", ".join(look["key"] for look in shop_look(session, community))
            raise click.ClickException(f"There is no reward {reward}; there are: {keys}.")
        stock = add(session, rows[reward], added=pieces, now=now)
    click.echo(f"{reward} {stock}")


@points.command()
@click.option("--seal", "seals", multiple=True, metavar="ENTRY:SEAL", help="A seal you kept.")
@_json
@_community
def verify(*, seals: tuple[str, ...], as_json: bool, key: str | None) -> None:
    """Check the whole book: its chain, its sums, its anchors, and seals kept from texts.

    Ends with 1 if anything was changed, deleted, inserted, moved or cut off.
    """
    from app.config import read_settings
    from app.points_looks import verdict_look
    from core.points.links import seal_key
    from core.points.verifying import verify_book

    secret, *earlier = (seal_key(one) for one in read_settings().secret_keys or ("",))
    kept = dict(map(_seal, seals))
    with opened(key) as (session, community, _):
        verdict = verify_book(
            session, community.id, secret=secret, earlier=earlier, kept_seals=kept
        )
        found = verdict_look(community, verdict)
    if as_json:
        print_json(found)
    else:
        click.echo(
            f"{found['entries']} entries, {found['sealed']} of them sealed by"
            f" {found['anchors']} anchors"
        )
        for finding in found["findings"]:
            click.echo(f"{finding['fault']:12} at {finding['at']}")
        click.echo("sound" if verdict.is_sound else "NOT SOUND")
    if not verdict.is_sound:
        sys.exit(1)


@points.command()
@click.argument("who")
@click.option("--remove", is_flag=True, help="Forget the digits.")
@_community
def pin(who: str, *, remove: bool, key: str | None) -> None:
    """Let WHO key four digits here, face to face, to hear their points by telephone later."""
    from app.points_looks import both_languages
    from core.errors import Refusal
    from core.residents.pins import remove_pin, set_pin

    with opened(key) as (session, community, _):
        _one(session, community, who)
    # asked for with no transaction open, since somebody old takes their time over it
    asked = "四位数字 (four digits)"
    keyed = "" if remove else click.prompt(asked, hide_input=True, confirmation_prompt=True)
    with opened(key, writes=True) as (session, community, now):
        resident = _one(session, community, who)
        if remove:
            remove_pin(session, resident=resident)
            return
        try:
            set_pin(session, resident=resident, pin=keyed, now=now)
        except Refusal as refusal:
            raise click.ClickException(both_languages(refusal.key)) from refusal


@points.command()
@click.argument("who")
@click.option("--year", type=click.IntRange(2000, 2100), required=True)
@_json
@_community
def statement(who: str, *, year: int, as_json: bool, key: str | None) -> None:
    """Print the statement 对账单 of WHO for a year."""
    from app.points_looks import statement_look
    from core.points.statements import statement_of

    with opened(key) as (session, community, _):
        resident = _one(session, community, who)
        made = statement_of(session, community=community, resident=resident, year=year)
        found = statement_look(made)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['resident']} {year}")
    click.echo(f"{'':6} opening {found['opening']:>6}")
    for line in found["lines"]:
        click.echo(
            f"{line['number']:>6} {line['on']} {line['change']:+6d} {line['free']:>6}"
            f"  {line['reason']}  {line['recorder']}"
        )
    earned = sum(found["earned"].values())
    click.echo(f"earned {earned}  spent {found['spent']}  expired {found['expired']}")
    click.echo(f"{'':6} closing {found['closing']:>6}")


@points.command()
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="Which month, such as 2026-11.")
@_json
@_community
def honours(*, month: datetime | None, as_json: bool, key: str | None) -> None:
    """Print the honour list 光荣榜 of a month: who agreed to be named, and counts."""
    from app.points_looks import honours_look
    from core.communities.queries import office_of
    from core.points.honours import honour_list
    from core.sla.hours import local_day

    with opened(key) as (session, community, now):
        day: date = month.date() if month else local_day(office_of(community), now)
        found = honours_look(honour_list(session, community=community, month=day))
    if as_json:
        print_json(found)
        return
    for section in found["sections"]:
        names = "、".join(f"{one['name']} {one['points']}" for one in section["honoured"])
        click.echo(f"{section['estate']} {section['building']} {section['point_class']}  {names}")
    for group, count in found["counted"].items():
        click.echo(f"{group:12} {count['people']} people, {count['points']} points")


@points.command(name="import")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--recorder", metavar="KEY", required=True, help="Who vouches for it: a staff key.")
@click.option("--check", is_flag=True, help="Only check; book nothing.")
@_json
@_community
def import_paper(
    file: Path,
    *,
    recorder: str,
    check: bool,
    as_json: bool,
    key: str | None,
) -> None:
    """Take a paper ledger over (CSV or Excel): all of it, or nothing and every mistake."""
    from app.points_looks import mistake_words, paper_look

    found, booked = _import(file.read_bytes(), recorder=recorder, check=check, key=key)
    if as_json:
        print_json(paper_look(found, booked=booked))
    else:
        for mistake in found.mistakes:
            click.echo(f"{file}:{mistake.line}: {mistake_words(mistake)}")
        click.echo(
            f"{len(found.lines)} lines, {found.issued} issued, {found.spent} spent;"
            f" {booked} booked, {len(found.mistakes)} mistakes"
        )
    if found.mistakes:
        sys.exit(1)


def _import(content: bytes, *, recorder: str, check: bool, key: str | None) -> tuple[Any, int]:
    from core.points.operations import import_paper_ledger
    from core.points.paper import read_paper_ledger
    from core.staff.queries import staff_by_key
    from core.tasks.rules import Actor

    with opened(key, writes=not check) as (session, community, now):
        staff = staff_by_key(session, community.id, recorder)
        if staff is None:
            raise click.ClickException(f"There is nobody on the staff with the key {recorder}.")
        paper = read_paper_ledger(session, community=community, content=content, now=now)
        if check or paper.mistakes:
            return paper, 0
        booked = import_paper_ledger(
            session,
            community=community,
            ledger=paper,
            recorder=Actor(staff.key, staff.id),
            channel="import",
            now=now,
        )
    return paper, booked


def _one(session: Session, community: CommunityRow, who: str) -> ResidentRow:
    from app.points_looks import residents_named

    people = residents_named(session, community, who)
    if len(people) == 1:
        return people[0]
    keys = ", ".join(row.key for row in people)
    if keys:
        raise click.ClickException(f"Several are called {who}; name one by key: {keys}.")
    raise click.ClickException(f"There is no resident {who}.")


def _seal(written: str) -> tuple[int, str]:
    number, colon, seal = written.partition(":")
    if not (number.isdecimal() and colon and seal):
        raise click.BadParameter(f"{written} is no seal such as 120:3F7A-9C21")
    return int(number), seal
