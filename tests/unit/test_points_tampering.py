"""A hand in the database file: whatever it changes, ``verify`` finds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import psycopg
import pysqlite3
import pytest
from sqlalchemy import select, text

from core.db import Database
from core.points.links import entry_hash, shown_seal
from core.points.tables import PointAnchorRow, PointEntryRow
from core.points.verifying import Fault, _facts, _legs
from tests.points_office import PointsOffice, give
from tests.world import DIRECTOR_GUO, GRANDMA_JIN, GRANDPA_WANG, MA_YONGFU

_CUT = (
    "DELETE FROM point_leg WHERE entry > {last}",
    "DELETE FROM point_entry WHERE number > {last}",
    "UPDATE point_account SET balance = coalesce("
    "(SELECT sum(amount) FROM point_leg WHERE account_id = point_account.id), 0)",
)
_HEAD = (
    "UPDATE point_book SET entries = {last}, "
    "head = (SELECT hash FROM point_entry WHERE number = {last})"
)


@pytest.fixture
def office(database: Database) -> PointsOffice:
    """Seven entries, an anchor after the fifth, and one reservation at the end."""
    office = PointsOffice(database)
    for who, points in ((GRANDMA_JIN, 5), (MA_YONGFU, 7), (GRANDMA_JIN, 9), (GRANDPA_WANG, 4)):
        give(office, who, points)
    give(office, MA_YONGFU, 20)
    office.anchor()
    give(office, GRANDMA_JIN, 3)
    office.reserve(GRANDMA_JIN, "tissues")
    assert office.verdict().is_sound
    return office


def tamper(database: Database, *statements: str) -> None:
    """Write past our code and past the guards, as whoever has the file can."""
    url = database.url
    database.close()
    if database.is_sqlite:
        with pysqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            dropped = connection.execute(guards).fetchall()
            for name, _ in dropped:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for _, written in dropped:
                connection.execute(written)  # a careful hand leaves no trace of itself
        connection.close()
        return
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]  # our own words only


def found(office: PointsOffice) -> set[str]:
    return {fault for fault, _ in office.faults()}


def test_an_amount_changed_on_both_legs_and_in_the_balances(office: PointsOffice) -> None:
    tamper(
        office.database,
        "UPDATE point_leg SET amount = amount * 2 WHERE entry = 2",
        _CUT[2],
    )

    assert office.faults() == [("changed", "2")]


def test_a_reason_a_recorder_or_an_instant_changed(office: PointsOffice) -> None:
    tamper(
        office.database,
        "UPDATE point_entry SET reason = '别的' WHERE number = 1",
        "UPDATE point_entry SET recorder = 'keeper' WHERE number = 3",
        "UPDATE point_entry SET posted_at = '2026-11-01 02:30:00+00:00' WHERE number = 4",
    )

    assert office.faults() == [("changed", "1"), ("changed", "3"), ("changed", "4")]


def test_an_entry_deleted_with_its_legs(office: PointsOffice) -> None:
    tamper(
        office.database,
        "DELETE FROM point_leg WHERE entry = 2",
        "DELETE FROM point_entry WHERE number = 2",
        _CUT[2],
    )

    assert office.faults() == [("missing", "2"), ("broken_link", "3")]


def test_an_entry_inserted_at_the_end(office: PointsOffice) -> None:
    columns = ", ".join(
        f"'forged' AS {name}" if name == "key" else "8 AS number" if name == "number" else name
        for name in (column.name for column in PointEntryRow.__table__.columns)
    )
    names = ", ".join(column.name for column in PointEntryRow.__table__.columns)
    tamper(
        office.database,
        "INSERT INTO point_leg (community_id, entry, account_id, amount) "
        "SELECT community_id, 8, account_id, amount FROM point_leg WHERE entry = 6",
        f"INSERT INTO point_entry ({names}) SELECT {columns} FROM point_entry WHERE number = 6",
        _CUT[2],
    )

    assert {"broken_link", "changed", "cut"} <= found(office)


def test_two_entries_that_changed_places(office: PointsOffice) -> None:
    swaps = (
        "UPDATE {table} SET {column} = -1 WHERE {column} = 2",
        "UPDATE {table} SET {column} = 2 WHERE {column} = 3",
        "UPDATE {table} SET {column} = 3 WHERE {column} = -1",
    )
    tamper(
        office.database,
        *(swap.format(table="point_entry", column="number") for swap in swaps),
        *(swap.format(table="point_leg", column="entry") for swap in swaps),
    )

    assert {"broken_link", "changed"} <= found(office)


@pytest.mark.parametrize("head", [(), (_HEAD,)], ids=["the head stays", "the head is put right"])
def test_a_tail_cut_off(office: PointsOffice, head: Sequence[str]) -> None:
    tamper(office.database, *(statement.format(last=6) for statement in (*_CUT, *head)))

    faults = found(office)
    assert "evidence" in faults  # the reservation goes back to an entry that is not there
    assert ("cut" in faults) == (not head)


def test_a_tail_cut_off_with_everything_around_it_is_found_by_the_anchor(
    office: PointsOffice,
) -> None:
    tamper(
        office.database,
        *(statement.format(last=4) for statement in (*_CUT, _HEAD)),
        "DELETE FROM redemption",
    )

    assert office.faults() == [("cut", "5")]


def test_a_chain_written_anew_is_found_by_the_anchor(office: PointsOffice) -> None:
    """Whoever knows how the chain is made still cannot make the seals."""
    with office.database.reading() as session:
        rows = session.scalars(select(PointEntryRow).order_by(PointEntryRow.number)).all()
        legs = _legs(session, office.community_id)
        previous, statements = "", []
        for row in rows:
            if row.number == 2:
                row.reason = "别的"
            hashed = entry_hash(_facts(row, legs), previous)
            statements.append(
                f"UPDATE point_entry SET reason = '{row.reason}', previous = '{previous}', "
                f"hash = '{hashed}' WHERE number = {row.number}"
            )
            previous = hashed
    tamper(office.database, *statements, f"UPDATE point_book SET head = '{previous}'")

    assert office.faults() == [("anchor", "1")]


def test_an_anchor_changed_or_forged(office: PointsOffice) -> None:
    tamper(office.database, "UPDATE point_anchor SET entries = 4")

    assert office.faults() == [("anchor", "1")]


def test_a_book_cut_together_with_its_anchors_is_found_by_a_seal_that_was_kept(
    office: PointsOffice,
) -> None:
    """The first seal of a week is on the director's phone, where no database reaches."""
    with office.database.reading() as session:
        seal = shown_seal(session.scalars(select(PointAnchorRow.seal)).one())
    tamper(
        office.database,
        *(statement.format(last=4) for statement in (*_CUT, _HEAD)),
        "DELETE FROM redemption",
        "DELETE FROM point_anchor",
    )

    assert office.verdict().is_sound
    (finding,) = office.verdict(kept_seals={5: seal}).findings
    assert (finding.fault, finding.at) == (Fault.SEAL, "5")


def test_a_balance_or_the_owner_of_an_account_changed(office: PointsOffice) -> None:
    with office.database.reading() as session:
        jin, ma = (office.resident(session, who).id for who in (GRANDMA_JIN, MA_YONGFU))
    tamper(
        office.database,
        f"UPDATE point_account SET balance = balance + 1 WHERE name = 'resident:{jin}'",
        f"UPDATE point_account SET resident_id = {jin} WHERE name = 'resident:{ma}'",
    )

    assert set(office.faults()) == {("balance", f"resident:{jin}"), ("balance", f"resident:{ma}")}


def test_the_anchors_are_one_a_day_and_the_first_of_a_week_goes_to_the_director(
    office: PointsOffice,
) -> None:
    office.anchor()
    for _ in range(8):
        office.now += timedelta(days=1)
        office.anchor()

    assert office.verdict().anchors == 9
    assert [words[:16] for words in office.texts(DIRECTOR_GUO)] == [
        "【东城社区】积分账封存：到第5笔",
        "【东城社区】积分账封存：到第7笔",
    ]


def test_a_reward_that_was_fetched_is_not_made_to_wait_again(office: PointsOffice) -> None:
    office.hand_over(office.reserve(MA_YONGFU, "tissues").code)
    assert office.verdict().is_sound

    tamper(office.database, "UPDATE redemption SET state = 'reserved' WHERE number = 2")

    assert {fault for fault, _ in office.faults()} == {"evidence"}


def test_guards_that_were_taken_away_are_missed(office: PointsOffice) -> None:
    if office.database.is_sqlite:
        off = ["DROP TRIGGER point_entry_refuses_update"]
        expected = [("guard", "point_entry_refuses_update")]
    else:
        off = [
            "ALTER TABLE point_entry DISABLE TRIGGER point_entry_is_kept",
            "CREATE OR REPLACE FUNCTION point_leg_before() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$",
        ]
        expected = [("guard", "point_leg_before"), ("guard", "point_entry_is_kept")]

    with office.database.transaction() as session:
        for statement in off:
            session.execute(text(statement))

    assert office.faults() == expected


def test_it_is_told_how_much_of_the_book_is_under_a_seal(office: PointsOffice) -> None:
    verdict = office.verdict()

    assert (verdict.entries, verdict.sealed) == (7, 5)  # since the anchor only chained
