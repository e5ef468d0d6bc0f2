"""Log lines: useful, with no whole number and none of a message's words."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from app.logs import configure_logs, without_numbers


@pytest.fixture(autouse=True)
def _logs_as_before() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield None
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_numbers_are_masked_and_words_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(as_json=True)
    structlog.stdlib.get_logger("door").info(
        "text taken", phone="+8613900000101", words="老头子躺地上叫不应了", about=["+869935800302"]
    )
    logging.getLogger("library").warning("calling +8613900000101 failed")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert ours["phone"] == "***01"
    assert ours["words"] == "(left out)"
    assert ours["about"] == ["***02"]
    assert theirs["event"] == "calling ***01 failed"


def test_a_number_in_a_traceback_is_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(as_json=False)
    try:
        raise ValueError("13900000101 is on the line")
    except ValueError:
        structlog.stdlib.get_logger("door").exception("a bug")
    line = capsys.readouterr().err
    assert "ValueError: ***01 is on the line" in line
    assert "13900000101" not in line


@pytest.mark.parametrize(
    "kept", ["2026-11-23T08:36:00+00:00", "CA0123456789abcdef", "took 15 ms", "127.0.0.1:8000"]
)
def test_what_is_no_number_stays(kept: str) -> None:
    assert without_numbers(kept) == kept
