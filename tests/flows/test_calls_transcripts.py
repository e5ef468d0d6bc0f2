"""Every transcript of fixtures/calls is played through the real doors, each webhook twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.line import Line
from tests.transcripts import Stage, transcripts


@pytest.mark.parametrize("file", transcripts(), ids=lambda file: file.stem)
def test_a_call_goes_as_it_is_written_down(line: Line, file: Path) -> None:
    line.twice = True
    Stage(line).play(file)
