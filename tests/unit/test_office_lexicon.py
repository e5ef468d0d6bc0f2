"""An office's own words: refused by line, and the last good ones stay in force."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.lexicon import OfficeLexicon, lexicon_path
from core.understanding.additions import Additions, LexiconMistake, read_additions
from core.understanding.categories import suggest
from core.understanding.emergency import find_emergency
from core.understanding.in_force import read_by
from tests.processes import Place

_GOOD = """\
# 我们社区的土话
[categories.repair]
words = ["炕洞子"]
sentences = ["炕洞子不走烟了给捅捅"]

[dangers.medical]
sure = ["犯了癔怔"]

[urgency]
same_day = ["锅炉趴窝"]

[look_alikes]
words = ["火烧云"]
"""
_BAD = """\
[categories.repair]
words = ["炕洞子", "水"]

[categories.garden]
words = ["花草"]

[dangers.fire]
sure = ["{没有}…火"]
sometimes = ["火"]
possible = "火"

[weather]
"""


@pytest.fixture(autouse=True)
def _as_it_came() -> Iterator[None]:
    yield
    read_by(Additions())


def _is_sure() -> bool:
    found = find_emergency("他犯了癔怔")
    return found is not None and found.certainty == "sure"


def _write(path: Path, written: str) -> None:
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(written, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_what_the_office_adds_counts_from_the_next_text_on(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    lexicon = OfficeLexicon(path)
    lexicon.look()
    assert not _is_sure()

    _write(path, _GOOD)
    lexicon.look()

    assert _is_sure()
    assert suggest("炕洞子咋弄").category == "repair"
    assert suggest("锅炉趴窝").urgency == "P1"


def test_every_wrong_line_is_named() -> None:
    with pytest.raises(LexiconMistake) as refused:
        read_additions(_BAD)

    assert [line for line, _ in refused.value.problems] == [2, 4, 8, 9, 10, 12]


def test_what_is_no_toml_is_refused_at_its_line() -> None:
    with pytest.raises(LexiconMistake) as refused:
        read_additions('[categories.repair]\nwords = ["炕洞子"\n[dangers')

    assert [line for line, _ in refused.value.problems] == [3]


def test_a_mistake_leaves_the_last_good_one_in_force(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    lexicon = OfficeLexicon(path)
    _write(path, _GOOD)
    lexicon.look()

    _write(path, _BAD)
    with capture_logs() as logs:
        lexicon.look()
    assert _is_sure()
    assert "line 8" in logs[0]["reason"]

    read_by(Additions())  # another process, which starts while the file is wrong
    OfficeLexicon(path).look()
    assert _is_sure()


def test_a_lexicon_that_is_taken_away_is_out_of_force(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    lexicon = OfficeLexicon(path)
    _write(path, _GOOD)
    lexicon.look()
    path.unlink()
    lexicon.look()

    assert not _is_sure()


def test_the_command_checks_before_it_takes(tmp_path: Path) -> None:
    place = Place(tmp_path)
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(_GOOD, encoding="utf-8")
    bad.write_text(_BAD, encoding="utf-8")

    place.run_here("lexicon", "load", str(good))
    said = place.run_here("lexicon", "load", str(bad), expect=1)

    assert f"{bad}:4: garden is none of" in said
    assert lexicon_path(tmp_path / "var").read_text(encoding="utf-8") == _GOOD
    assert place.look("understand", "他犯了癔怔")["emergency"] == "medical"
