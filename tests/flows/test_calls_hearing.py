"""How somebody is spoken to: louder for who is hard of hearing, and their name as it is read."""

from __future__ import annotations

import pytest

from core.loading.problems import BadFile
from tests.line import DEMO_FILE, Line
from tests.raw_calls import RawCall
from tests.world import GRANDMA_JIN, MA_YONGFU

DEMO = DEMO_FILE.read_text(encoding="utf-8")
CALLED = 'called = "金奶奶"\n'


def _plays(line: Line, phone: str) -> list[str]:
    call = RawCall(line, phone)
    return [play.text or "" for play in call.document.iter("Play")]


def test_every_prompt_is_louder_for_a_resident_who_is_hard_of_hearing(line: Line) -> None:
    line.client = line.app_with(voice="pyttsx3").test_client()

    loud, plain = _plays(line, GRANDMA_JIN.phone), _plays(line, MA_YONGFU.phone)

    assert loud
    assert all(url.endswith(".loud.wav") for url in loud)
    assert plain
    assert not any("loud" in url for url in plain)
    path = loud[-1].removeprefix("http://127.0.0.1:8000")
    louder = line.client.get(path)
    assert (louder.status_code, louder.mimetype) == (200, "audio/wav")
    assert louder.data != line.client.get(path.replace(".loud", "")).data
    assert line.client.get("/ivr/audio/loud.wav").status_code == 404


def test_a_name_is_spoken_as_the_community_file_says_and_shown_as_it_is_written(
    line: Line,
) -> None:
    line.load(DEMO.replace(CALLED, 'called = "盖奶奶"\nreading = "ge3"\n'))
    line.client = line.app_with(voice="pyttsx3").test_client()

    call = line.ring(GRANDMA_JIN)

    assert "盖奶奶您好" in call.heard
    assert "⟨" not in call.heard


def test_a_reading_that_is_no_pinyin_is_refused_in_words(line: Line) -> None:
    with pytest.raises(BadFile, match="带声调数字的拼音"):
        line.load(DEMO.replace(CALLED, CALLED + 'reading = "盖"\n'))
