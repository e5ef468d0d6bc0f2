"""Words that no telephone was made for: spoken as far as they can be, never a broken document."""

from __future__ import annotations

import pytest

from core.sound.spoken import MOST_CLIPS, own_clips
from core.wording.clips import spoken_length
from core.wording.ear import language_of
from telephony.desk.document import read_voice
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.store import Speaker
from telephony.twiml import Play, speak_and_end
from tests.line import Line
from tests.unit.test_speaker import StoodClock
from tests.world import GRANDMA_JIN, GRANDMA_ZHANG, MASTER_WANG, local

LONG = "水管换好了还要等两天" * 300  # three thousand characters without a mark
BAD = {
    "control characters": "水\x00管\x1b修\x07好了\x9f",
    "a lone surrogate": "水管\ud83d修好了",
    "emoji": "修好了👍🏻👨‍👩‍👧",
    "markup": "<Hangup/> & ]]> <Say>修好了</Say>",
    "phonemes": "[[h@l'oU]] 修好了⟨xiu1⟩",
    "another script": "Привет, سالام, 修好了",
    "zero width": "修\u200b好\u200d了\ufeff",
    "a line for each hanzi": "修\n好\n了",
    "figures": "99:99 2026-13-45 ¥9999999999999999999 -0 1e400",
    "long": LONG,
}


@pytest.fixture(scope="module")
def speaker() -> Speaker:
    voice = Pyttsx3Voice()
    return Speaker(
        ahead=voice,
        at_once=voice,
        secret_key="a key of the tests",
        public_url="https://line.example",
        real_clock=StoodClock(),
        patient=True,
    )


def test_whatever_was_written_is_spoken_as_far_as_it_can_be(line: Line, speaker: Speaker) -> None:
    for kind, words in BAD.items():
        clips = own_clips(words, slow=False)
        with line.database.transaction() as session:
            spoken = [
                speaker.spoken(session, clip, language_of(clip), personal=True)
                for clip in clips[:MOST_CLIPS]
            ]
        assert len(read_voice(speak_and_end(spoken))) == len(spoken) + 1, kind
        assert all(isinstance(piece, Play) for piece in spoken), kind

    for words in ("👍🏻", "\x00", "‏", "Привет", "…"):  # no voice can say it: the provider's turn
        with line.database.transaction() as session:
            left = speaker.spoken(session, words, "zh_CN")
        assert not isinstance(left, Play)
        assert read_voice(speak_and_end([left]))


def test_three_thousand_characters_are_cut_into_breaths() -> None:
    clips = own_clips(LONG, slow=True)

    assert "".join(clips) == LONG
    assert max(map(spoken_length, clips)) <= 20


def test_the_progress_call_is_whole_whatever_staff_wrote(line: Line) -> None:
    for person in (GRANDMA_JIN, GRANDMA_ZHANG):
        line.text(person, "厨房下水道堵了")
    line.text(MASTER_WANG, f"接 1 {BAD['control characters']}")
    line.advance(minutes=4)
    line.text(MASTER_WANG, f"接 2 {LONG}")

    calls = [
        line.wait_for_ring(person, until=local("2026-11-26 13:00")).press("1")
        for person in (GRANDMA_JIN, GRANDMA_ZHANG)
    ]

    assert [call.waits_for for call in calls] == ["keys", "keys"]
    assert all("说一下" in call.heard for call in calls)
    assert "后面的" in calls[1].heard
