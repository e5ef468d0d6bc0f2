"""A notice whose scheduler is killed in the middle: nobody is left out, nobody has it twice."""

from __future__ import annotations

from pathlib import Path

from tests.notice_storm import storm


def test_kill_9_loses_nobody_and_doubles_nobody(empty_url: str, tmp_path: Path) -> None:
    came = storm(empty_url, tmp_path, phones=40, rate=20.0)
    assert (came.texted, came.twice) == (40, 0)
    assert (came.progress.reached, came.progress.unknown) == (40, 0)
    assert came.seconds >= 1  # 20 a second, and no more than one second ahead
