"""``linli points``: what the office and outsiders check the book with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.communities.queries import community_by_key
from core.db import Database
from core.points.links import seal_key
from core.points.operations import anchor_book
from tests.processes import Place
from tests.unit.test_points_import import ROWS, csv
from tests.unit.test_points_tampering import tamper
from tests.world import MONDAY_MORNING

DEMO = Path(__file__).parents[2] / "fixtures" / "demo" / "community.toml"


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Place:
    """The demo community with a paper ledger taken over."""
    place = Place(tmp_path, database_url=database_url, LINLI_SECRET_KEY="the key of the place")
    place.run_here("load", str(DEMO))
    (tmp_path / "paper.csv").write_bytes(csv(encoding="gbk"))
    said = place.run_here("points", "import", "paper.csv", "--recorder", "keeper")
    assert said == "4 lines, 19 issued, 10 spent; 4 booked, 0 mistakes\n"
    return place


def test_what_everybody_has_and_one_by_name_phone_or_key(place: Place) -> None:
    jin = {"resident": "jinguilan", "name": "金桂兰", "points": 5, "held": 0}

    assert jin in place.look("points", "balance")
    for who in ("金桂兰", "13900000101", "jinguilan", "金奶奶"):
        assert place.look("points", "balance", who) == [jin]
    place.run_here("points", "balance", "王二", expect=1)


def test_the_ledger_of_the_book_and_of_one(place: Place) -> None:
    book = place.look("points", "ledger")
    assert [entry["number"] for entry in book] == [1, 2, 3, 4]
    assert all(sum(entry["legs"].values()) == 0 for entry in book)
    assert (book[0]["recorder"], book[0]["source"]) == ("keeper", "opening")
    assert [line["change"] for line in place.look("points", "ledger", "金桂兰")] == [5, 10, -10]
    assert place.look("points", "ledger", "--after", "3") == book[3:]


def test_the_shop_and_a_delivery(place: Place) -> None:
    assert place.run_here("points", "restock", "oil", "5") == "oil 15\n"
    assert {"key": "oil", "name": "花生油", "price": 60, "stock": 15, "reserved": 0} in place.look(
        "points", "shop"
    )
    place.run_here("points", "restock", "gold", "5", expect=1)
    said = place.run_here("points", "restock", "oil", "--", "-16", expect=1)
    assert "花生油现在只有15件" in said


def test_a_sound_book_is_told_from_one_that_was_touched(place: Place) -> None:
    database = Database(place.environment["LINLI_DATABASE_URL"])
    with database.transaction() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        key = seal_key("the key of the place")
        anchor_book(session, community.id, secret=key, now=MONDAY_MORNING)
    sound = place.look("points", "verify")
    assert (sound["sound"], sound["entries"], sound["anchors"]) == (True, 4, 1)
    kept = f"4:{sound['newest_seal']}"
    assert place.run_here("points", "verify", "--seal", kept).endswith("sound\n")
    place.run_here("points", "verify", "--seal", "4:0000-0000", expect=1)

    tamper(database, "UPDATE point_entry SET reason = 'x' WHERE number = 2")

    said = place.run_here("points", "verify", "--json", expect=1)
    assert json.loads(said)["findings"] == [{"fault": "changed", "at": "2"}]


def test_a_statement_of_a_year_and_the_honours_of_a_month(place: Place) -> None:
    year = place.look("points", "statement", "金桂兰", "--year", "2026")
    assert (year["opening"], year["spent"], year["closing"]) == (0, 10, 5)
    assert "closing" in place.run_here("points", "statement", "金桂兰", "--year", "2026")
    honours = place.look("points", "honours", "--month", "2026-11")
    assert honours["sections"] == []  # what was taken over from paper honours no month
    assert "everybody" in place.run_here("points", "honours")


def test_a_paper_with_mistakes_lists_them_and_books_nothing(place: Place) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][6] = "6"
    (place.folder / "wrong.csv").write_bytes(csv(rows))

    said = place.run_here("points", "import", "wrong.csv", "--recorder", "keeper", expect=1)
    checked = place.run_here(
        "points", "import", "wrong.csv", "--recorder", "keeper", "--check", "--json", expect=1
    )

    assert said.splitlines()[0].startswith("wrong.csv:2: 结余写的是6，算下来是5。")
    assert [one["line"] for one in json.loads(checked)["mistakes"]] == [2, 3, 4, 5]
    assert len(place.look("points", "ledger")) == 4
    place.run_here("points", "import", "paper.csv", "--recorder", "nobody", expect=1)
    said = place.run_here("points", "import", "paper.csv", "--recorder", "keeper", expect=1)
    assert said.startswith("paper.csv:2: 这一行以前记过了。")
