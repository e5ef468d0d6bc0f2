"""The points book: every movement is one new entry, and a mistake is undone by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.errors import Refusal
from core.points.links import EntryFacts, entry_hash
from core.points.rules import Account, AccountKind, PointsRules, Source, tidy
from core.points.tables import PointAccountRow, PointBookRow, PointEntryRow, PointLegRow
from core.tasks.rules import Actor


@dataclass(frozen=True)
class Hand:
    """Whose hand writes into the book, over which channel, and when."""

    actor: Actor
    channel: str
    now: datetime


@dataclass(frozen=True)
class Posting:
    """What an entry says besides its legs. ``key`` names the deed, so that it is booked once."""

    key: str
    reason: str
    by: Hand
    source: Source
    source_id: int | None = None
    happened_on: date | None = None


def open_book(session: Session, community_id: int) -> PointBookRow:
    """Return a community's book, locked until the transaction ends; begun if it is new.

    Every operation on points takes this lock before it looks at anything, and before it writes
    texts or tasks: so balances and stock stay as they were seen, and no two wait for each other.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    begin = sqlite.insert if is_sqlite else postgresql.insert
    query = (
        select(PointBookRow)
        .where(PointBookRow.community_id == community_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    book = session.scalars(query).first()
    if book is not None:
        return book
    session.execute(
        begin(PointBookRow)
        .values(community_id=community_id, entries=0, head="", redemptions=0, settings={})
        .on_conflict_do_nothing()
    )
    return session.scalars(query).one()


def rules_of(session: Session, community_id: int) -> PointsRules:
    """Return what the community allows."""
    settings = session.scalar(
        select(PointBookRow.settings).where(PointBookRow.community_id == community_id)
    )
    return PointsRules.model_validate(settings or {})


def set_rules(session: Session, community_id: int, rules: PointsRules) -> None:
    """Set what the community allows, as its file says."""
    open_book(session, community_id).settings = rules.model_dump(mode="json")
    session.flush()


def post(
    session: Session, book: PointBookRow, *, legs: Mapping[Account, int], posting: Posting
) -> PointEntryRow:
    """Book ``legs`` as the next entry of an open book; the same key twice gives the same entry.

    :raises Refusal: ``sms.points.short`` if an account would go below zero; nothing is written.
    """
    earlier = entry_by_key(session, book.community_id, posting.key)
    return earlier or _write(session, book, legs, posting, reverses=None)


def reverse(
    session: Session, book: PointBookRow, *, entry: PointEntryRow, posting: Posting
) -> PointEntryRow:
    """Undo an entry by a new one with its legs turned round.

    :raises Refusal: ``sms.points.already_reversed``, or ``sms.points.short`` if the points were
        spent since.
    """
    if reversal_of(session, entry) is not None:
        raise Refusal("sms.points.already_reversed", reason=entry.reason)
    rows = session.execute(
        select(PointAccountRow, PointLegRow.amount)
        .join(PointLegRow, PointLegRow.account_id == PointAccountRow.id)
        .where(PointLegRow.community_id == entry.community_id, PointLegRow.entry == entry.number)
    )
    legs = {_account(row): -amount for row, amount in rows}
    return _write(session, book, legs, posting, reverses=entry.number)


def transfer(giver: Account, taker: Account, points: int) -> dict[Account, int]:
    """Return the two legs of points that go from one account to another."""
    return {giver: -points, taker: points}


def balance(session: Session, community_id: int, account: Account) -> int:
    """Return what is on an account; nothing yet is zero."""
    return (
        session.scalar(
            select(PointAccountRow.balance).where(
                PointAccountRow.community_id == community_id,
                PointAccountRow.name == account.name,
            )
        )
        or 0
    )


def entry_by_key(session: Session, community_id: int, key: str) -> PointEntryRow | None:
    """Return the entry of a deed."""
    return session.scalar(
        select(PointEntryRow).where(
            PointEntryRow.community_id == community_id, PointEntryRow.key == key
        )
    )


def entry_by_number(session: Session, community_id: int, number: int) -> PointEntryRow | None:
    """Return an entry by its number in the book."""
    return session.get(PointEntryRow, (community_id, number))


def reversal_of(session: Session, entry: PointEntryRow) -> PointEntryRow | None:
    """Return the entry that undid this one."""
    return session.scalar(
        select(PointEntryRow).where(
            PointEntryRow.community_id == entry.community_id,
            PointEntryRow.reverses == entry.number,
        )
    )


def _write(
    session: Session,
    book: PointBookRow,
    legs: Mapping[Account, int],
    posting: Posting,
    *,
    reverses: int | None,
) -> PointEntryRow:
    _refuse_below_zero(session, book.community_id, legs)
    facts = EntryFacts(
        community_id=book.community_id,
        number=book.entries + 1,
        key=posting.key,
        posted_at=posting.by.now,
        happened_on=posting.happened_on,
        reason=tidy(posting.reason),
        recorder=posting.by.actor.name,
        recorder_staff_id=posting.by.actor.staff_id,
        channel=posting.by.channel,
        source=posting.source.value,
        source_id=posting.source_id,
        reverses=reverses,
        legs={account.name: amount for account, amount in legs.items()},
    )
    ids = _account_ids(session, book.community_id, legs)
    # Statements rather than rows in the session: it would write the entry before its legs,
    # and the database takes an entry only over legs that are there and sum to zero.
    session.flush()
    session.execute(
        insert(PointLegRow),
        [
            {
                "community_id": book.community_id,
                "entry": facts.number,
                "account_id": ids[account],
                "amount": amount,
            }
            for account, amount in legs.items()
        ],
    )
    head = entry_hash(facts, book.head)
    columns = {**_columns(facts), "previous": book.head, "hash": head}
    session.execute(insert(PointEntryRow).values(columns))
    book.entries, book.head = facts.number, head
    session.flush()
    return session.get_one(PointEntryRow, (book.community_id, facts.number))


def _columns(facts: EntryFacts) -> dict[str, object]:
    return {name: value for name, value in vars(facts).items() if name != "legs"}


def _refuse_below_zero(session: Session, community_id: int, legs: Mapping[Account, int]) -> None:
    for account, amount in legs.items():
        if account.kind == AccountKind.ISSUING or amount > 0:
            continue
        missing = -amount - balance(session, community_id, account)
        if missing > 0:
            raise Refusal("sms.points.short", missing=str(missing))


def _account_ids(
    session: Session, community_id: int, legs: Mapping[Account, int]
) -> dict[Account, int]:
    """Return the accounts of the legs by id, opening those that are new."""
    names = {account.name: account for account in legs}
    known = select(PointAccountRow.name, PointAccountRow.id).where(
        PointAccountRow.community_id == community_id, PointAccountRow.name.in_(names)
    )
    ids = {names[name]: number for name, number in session.execute(known)}
    for account in legs:
        if account not in ids:
            row = PointAccountRow(
                community_id=community_id,
                name=account.name,
                kind=account.kind,
                resident_id=account.resident_id,
                balance=0,
            )
            session.add(row)
            session.flush()
            ids[account] = row.id
    return ids


def _account(row: PointAccountRow) -> Account:
    return Account(AccountKind(row.kind), row.name.partition(":")[2], row.resident_id)
