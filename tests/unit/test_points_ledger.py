"""The points book: double entry, and what the database itself refuses."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import Database
from core.errors import Refusal
from core.points import guards
from core.points.ledger import (
    Hand,
    Posting,
    balance,
    entry_by_number,
    open_book,
    post,
    reverse,
    transfer,
)
from core.points.rules import (
    SPENT,
    Account,
    Source,
    issuing_account,
    resident_account,
)
from core.points.tables import PointEntryRow
from core.tasks.rules import SERVICE
from tests.points_office import PointsOffice
from tests.world import GRANDMA_JIN

MIGRATION = (
    Path(__file__).parents[2] / "app" / "migrations" / "versions" / "0005_the_points_book.py"
)
ISSUING = issuing_account("practise")


@pytest.fixture
def office(database: Database) -> PointsOffice:
    return PointsOffice(database)


def account_of(office: PointsOffice) -> Account:
    with office.database.reading() as session:
        return resident_account(office.resident(session, GRANDMA_JIN).id)


def posting(office: PointsOffice, key: str, source: Source = Source.ACTIVITY) -> Posting:
    return Posting(key=key, reason="扫雪", by=Hand(SERVICE, "service", office.now), source=source)


def book(office: PointsOffice, key: str, legs: Mapping[Account, int]) -> PointEntryRow:
    return office.in_transaction(
        lambda session: post(
            session,
            open_book(session, office.community_id),
            legs=legs,
            posting=posting(office, key),
        )
    )


def sql(office: PointsOffice, *statements: str) -> None:
    with office.database.transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def held(office: PointsOffice, account: Account) -> int:
    with office.database.reading() as session:
        return balance(session, office.community_id, account)


def test_points_go_from_one_account_to_another_and_the_same_deed_is_booked_once(
    office: PointsOffice,
) -> None:
    jin = account_of(office)

    first = book(office, "a", transfer(ISSUING, jin, 5))
    again = book(office, "a", transfer(ISSUING, jin, 5))

    assert (first.number, again.number) == (1, 1)
    assert (held(office, jin), held(office, ISSUING)) == (5, -5)
    office.check_sums()
    assert office.verdict().is_sound


def test_an_account_never_goes_below_zero(office: PointsOffice) -> None:
    jin = account_of(office)
    book(office, "a", transfer(ISSUING, jin, 5))

    with pytest.raises(Refusal) as caught:
        book(office, "b", transfer(jin, SPENT, 8))

    assert caught.value.slots == {"missing": "3"}
    assert held(office, jin) == 5


def test_a_reversal_turns_an_entry_round_and_there_is_only_one(office: PointsOffice) -> None:
    jin = account_of(office)
    book(office, "a", transfer(ISSUING, jin, 5))

    def undo(key: str) -> None:
        with office.database.transaction() as session:
            entry = entry_by_number(session, office.community_id, 1)
            assert entry is not None
            opened = open_book(session, office.community_id)
            reverse(session, opened, entry=entry, posting=posting(office, key, Source.REVERSAL))

    undo("b")
    with pytest.raises(Refusal, match="already_reversed"):
        undo("c")

    assert office.entries() == [("扫雪", None), ("扫雪", 1)]
    assert held(office, jin) == 0
    assert office.verdict().is_sound


def test_a_refused_posting_leaves_nothing_and_the_next_takes_its_number(
    office: PointsOffice,
) -> None:
    jin = account_of(office)
    with pytest.raises(Refusal):
        book(office, "a", transfer(jin, SPENT, 1))

    assert book(office, "b", transfer(ISSUING, jin, 5)).number == 1


# --- whoever writes past our code is refused by the database

COLUMNS = "community_id, number, key, posted_at, reason, recorder, channel, source, previous, hash"


def entry_row(office: PointsOffice, number: int, key: str = "x") -> str:
    values = f"{office.community_id}, {number}, '{key}', '2026-11-23 02:30:00', 'r', 'r', 'c'"
    return f"INSERT INTO point_entry ({COLUMNS}) VALUES ({values}, 'activity', '', 'h')"


def leg_row(office: PointsOffice, entry: int, name: str, amount: int) -> str:
    return (
        "INSERT INTO point_leg (community_id, entry, account_id, amount) "
        f"SELECT {office.community_id}, {entry}, id, {amount} FROM point_account "
        f"WHERE name = '{name}'"
    )


@pytest.fixture
def booked(office: PointsOffice) -> str:
    """Book one entry; return the name of the resident's account."""
    jin = account_of(office)
    book(office, "a", transfer(ISSUING, jin, 5))
    return jin.name


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE point_entry SET reason = 'x'",
        "DELETE FROM point_entry",
        "UPDATE point_leg SET amount = amount * 2",
        "DELETE FROM point_leg",
        "UPDATE point_anchor SET seal = 'x'",
        "DELETE FROM point_anchor",
        "UPDATE point_account SET balance = -1 WHERE kind = 'resident'",
    ],
)
def test_what_is_in_the_book_stays_as_it_is(
    office: PointsOffice, booked: str, statement: str
) -> None:
    office.anchor()
    with pytest.raises(DBAPIError):
        sql(office, statement)
    assert office.faults() == []


def test_legs_must_sum_to_zero(office: PointsOffice, booked: str) -> None:
    with pytest.raises(DBAPIError, match="sum to zero"):
        sql(
            office,
            leg_row(office, 2, "issuing:practise", -5),
            leg_row(office, 2, booked, 6),
            entry_row(office, 2),
        )


def test_an_entry_needs_two_legs(office: PointsOffice, booked: str) -> None:
    with pytest.raises(DBAPIError, match="sum to zero"):
        sql(office, entry_row(office, 2))


def test_legs_need_their_entry(office: PointsOffice, booked: str) -> None:
    with pytest.raises(DBAPIError):
        sql(office, leg_row(office, 2, "issuing:practise", -5), leg_row(office, 2, booked, 5))
    assert office.points(GRANDMA_JIN) == (5, 0)


def test_no_leg_joins_an_entry_that_is_written(office: PointsOffice, booked: str) -> None:
    with pytest.raises(DBAPIError, match=r"sealed|only added to"):
        sql(office, leg_row(office, 1, booked, 5))


def test_no_leg_takes_an_account_below_zero(office: PointsOffice, booked: str) -> None:
    with pytest.raises(DBAPIError, match="never_negative"):
        sql(
            office,
            leg_row(office, 2, booked, -6),
            leg_row(office, 2, "issuing:practise", 6),
            entry_row(office, 2),
        )


def test_an_entry_is_not_replaced(office: PointsOffice, booked: str) -> None:
    """On SQLite OR REPLACE deletes the old row without asking the trigger on DELETE."""
    legs = (leg_row(office, 2, "issuing:practise", -5), leg_row(office, 2, booked, 5))
    replacing = "INSERT OR REPLACE" if office.database.is_sqlite else "INSERT"
    for statement in (entry_row(office, 1, "new"), entry_row(office, 2, "a")):
        with pytest.raises(DBAPIError):
            sql(office, *legs, statement.replace("INSERT", replacing))
    assert office.faults() == []


def test_the_migration_guards_the_book_as_the_code_does() -> None:
    migration = _load(MIGRATION)

    assert _plain(migration._ON_SQLITE) == _plain(guards.statements("sqlite"))
    assert _plain(migration._ON_POSTGRESQL) == _plain(guards.statements("postgresql"))


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("the_points_book", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _plain(statements: tuple[str, ...]) -> set[str]:
    return {" ".join(statement.split()) for statement in statements}
