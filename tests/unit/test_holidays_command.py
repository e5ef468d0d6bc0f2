"""``linli holidays FILE``: a new notice makes provisional promises firm."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from app.cli import linli

NOTICE = """
year = 2035
source = "invented for this test"
[[holiday]]
name = "元旦"
from = 2035-01-01
until = 2035-01-03
[[holiday]]
name = "国庆节"
from = 2035-10-01
until = 2035-10-07
"""


def run(database_url: str, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(linli, words, env={"LINLI_DATABASE_URL": database_url})
    return result.exit_code, result.output


def test_a_named_day_is_counted_once_the_notice_is_loaded(
    database_url: str, tmp_path: Path
) -> None:
    notice = tmp_path / "2035.toml"
    notice.write_text(NOTICE, "utf-8")

    code, printed = run(database_url, "holidays", str(notice))

    assert (code, len(printed.splitlines())) == (0, 10)
    assert "+ 放假 day off 2035-01-01 元旦" in printed
    _, looks = run(database_url, "workdays", "2034-12-31", "--no-local", "--json")
    # 1 to 3 January are days off now; the days after stay unknown until 2034 is announced too
    assert json.loads(looks) == [
        {"date": "2034-12-31", "due_on": "2035-01-08", "provisional": True}
    ]


def test_a_wrong_file_or_none_is_refused_with_a_sentence(database_url: str, tmp_path: Path) -> None:
    wrong = tmp_path / "2035.toml"
    wrong.write_text(NOTICE.replace("2035-10-07", "2035-09-07"), "utf-8")

    code, printed = run(database_url, "holidays", str(wrong))
    assert code == 1
    assert "2035.toml:11: holiday[2].until: 放假写成了" in printed
    code, printed = run(database_url, "holidays", str(tmp_path / "nowhere.toml"))
    assert code == 1
    assert "cannot be read" in printed
