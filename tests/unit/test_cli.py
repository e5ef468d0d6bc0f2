"""Commands that a clerk types: what they print, and what they say to a mistake."""

from __future__ import annotations

import copy
import json
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.commands.secrets import keep_secret
from tests.line import DEMO_FILE
from tests.processes import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An SQLite installation with the demo community; nothing serves."""
    made = Place(tmp_path_factory.mktemp("place"))
    made.run_here("secrets")
    made.run_here("migrate")
    made.run_here("load", str(DEMO_FILE))
    return made


def test_secrets_are_readable_by_their_owner_alone_and_made_once(place: Place) -> None:
    kept = sorted((place.folder / "var/secrets").iterdir())
    assert [path.name for path in kept] == [
        "LINLI_BACKUP_KEY",
        "LINLI_DATA_KEY",
        "LINLI_SECRET_KEY",
        "PORT",
        "TWILIO_AUTH_TOKEN",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    before = [path.read_text() for path in kept]
    assert place.run_here("secrets") == ""
    assert [path.read_text() for path in kept] == before


def test_a_secret_that_others_could_read_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o644)
    keep_secret(path, "value")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_settings_show_secrets_only_when_asked(place: Place) -> None:
    token = (place.folder / "var/secrets/TWILIO_AUTH_TOKEN").read_text().strip()
    assert token not in place.run_here("config", "show")
    assert f"TWILIO_AUTH_TOKEN={token}" in place.run_here("config", "show", "--reveal")
    shown = json.loads(place.run_here("config", "show", "--json"))
    assert shown["LINLI_PUBLIC_URL"] == place.url


def test_a_command_in_another_terminal_finds_the_same_address(place: Place) -> None:
    elsewhere = {name: value for name, value in place.environment.items() if name != "PORT"}
    place_without_port = copy.copy(place)
    place_without_port.environment = elsewhere
    assert f"LINLI_PUBLIC_URL={place.url}\n" in place_without_port.run_here("config", "show")


def test_the_database_is_readable_by_its_owner_alone(place: Place) -> None:
    assert stat.S_IMODE((place.folder / "var/linli.sqlite3").stat().st_mode) == 0o600


def test_loading_again_changes_nothing_and_says_so(place: Place) -> None:
    assert "nothing changed" in place.run_here("load", str(DEMO_FILE))


def test_a_bad_file_is_refused_with_its_line_and_nothing_is_loaded(place: Place) -> None:
    bad = place.folder / "bad.toml"
    bad.write_text(
        DEMO_FILE.read_text().replace('key = "dongcheng"', 'key = "xicheng"', 1) + "\nx="
    )
    said = place.run_here("load", str(bad), expect=1)
    assert "bad.toml:" in said
    assert "Traceback" not in said
    assert [row["key"] for row in place.look("community", "list")] == ["dongcheng"]


def test_a_file_that_is_not_there_is_named(place: Place) -> None:
    assert "nowhere.toml" in place.run_here("load", "nowhere.toml", expect=1)


def test_the_looks_are_arrays_and_a_person_can_read_them(place: Place) -> None:
    (community,) = place.look("community", "list")
    assert (community["name"], community["numbers"]) == ("东城社区", ["+869935800000"])
    for name in ("case", "message", "call", "task"):
        assert place.look(name, "list") == []
        assert place.run_here(name, "list") == "none\n"


def test_a_case_that_is_not_there_is_refused_in_a_sentence(place: Place) -> None:
    assert "There is no case 12" in place.run_here("case", "show", "12", expect=1)
    assert "no case number" in place.run_here("case", "show", "twelve", expect=2)


def test_an_unknown_community_is_refused_with_the_known_ones(place: Place) -> None:
    said = place.run_here("case", "list", "--community", "xicheng", expect=2)
    assert "dongcheng" in said


def test_working_days_skip_the_national_holiday(place: Place) -> None:
    found = place.look("workdays", "--no-local", "2026-09-30")
    assert found == [{"date": "2026-09-30", "due_on": "2026-10-10", "provisional": False}]


def test_working_days_need_no_database_without_local_days(tmp_path: Path) -> None:
    empty = Place(tmp_path)
    (found,) = empty.look("workdays", "--no-local", "2030-01-01")
    assert found["provisional"] is True
    said = empty.run_here("workdays", "2026-09-30", expect=3)
    assert "linli migrate" in said
    assert str(tmp_path) in said  # which database was looked for


def test_a_date_that_is_none_is_refused(place: Place) -> None:
    assert "no date" in place.run_here("workdays", "2026-02-30", expect=2)


def test_a_text_is_shown_as_it_is_read(place: Place) -> None:
    found = place.look("understand", "老头子躺地上叫不应了")
    assert (found["emergency"], found["certainty"]) == ("medical", "sure")


def test_a_file_of_texts_is_read_or_refused_in_words(place: Place, tmp_path: Path) -> None:
    source = tmp_path / "texts.tsv"
    source.write_text('text\tquestion\n"没有问题\tsolved\n' + "字" * 140_000 + "\n", "utf-8")
    first, second = place.run_here("understand", "--file", str(source), "--json").splitlines()
    assert json.loads(first)["answer"] == "yes"
    assert len(json.loads(second)["text"]) == 140_000

    source.write_bytes(b"text\n\xff\xfe\n")
    assert "cannot be read" in place.run_here("understand", "--file", str(source), expect=1)
    assert "FOO is not SOLVED" in place.run_here("understand", "好", "--question", "foo", expect=2)


def test_the_addresses_for_the_provider_are_printed(place: Place) -> None:
    said = place.run_here("provider", "setup", "--print")
    assert f"{place.url}/sms/inbound#rc=3&rp=5xx,ct,rt" in said
    assert (place.folder / "var/fallback/+869935800000.xml").exists()


def test_a_clock_that_nobody_moves_is_the_machines(place: Place) -> None:
    assert place.run_here("clock").strip().endswith("+08:00")
    assert "only goes forward" in place.run_here(
        "clock", "forward", "--to", "2020-01-01T10:30", expect=2
    )


def test_with_several_communities_a_command_lists_the_keys_to_choose_from(tmp_path: Path) -> None:
    two = Place(tmp_path)
    second = tmp_path / "second.toml"
    text = DEMO_FILE.read_text().replace('key = "dongcheng"', 'key = "xicheng"', 1)
    second.write_text(text.replace('["0993-5800000"]', '["0993-5810000"]'))
    for command in (("secrets",), ("migrate",), ("load", str(DEMO_FILE)), ("load", str(second))):
        two.run_here(*command)

    for command in (("clock",), ("workdays", "2026-09-30")):
        said = two.run_here(*command, expect=2)
        assert "--community KEY (dongcheng, xicheng)" in said
    assert two.run_here("clock", "--community", "xicheng").strip().endswith("+08:00")


def test_a_new_demo_may_begin_while_its_office_is_open(tmp_path: Path) -> None:
    new = Place(tmp_path)
    for command in (("secrets",), ("migrate",), ("load", str(DEMO_FILE), "--in-office-hours")):
        said = new.run_here(*command)

    begun = datetime.fromisoformat(new.run_here("clock").strip())
    assert begun.hour in (10, 11, 12, 13, 16, 17, 18, 19)
    assert begun.weekday() < 5 or "begins" in said
    again = new.run_here("load", str(DEMO_FILE), "--in-office-hours")
    assert "begins" not in again


def test_health_is_red_where_nothing_serves(place: Place) -> None:
    assert "RED: no scheduler is at work" in place.run_here("health", expect=1)


def test_help_names_every_command_without_importing_one(place: Place) -> None:
    said = place.run("--help")
    for name in ("load", "serve", "web", "scheduler", "migrate", "phone", "workdays", "understand"):
        assert f"  {name} " in said
