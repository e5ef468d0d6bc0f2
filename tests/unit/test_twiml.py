"""What we ask of a telephone, document by document."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony import twiml
from telephony.twiml import Pause, Play, Say
from tests.twiml_schema import unknown_parts

GREETING = (Play("https://line.example/ivr/audio/aa.wav"), Pause(1), Say("想找人,请按0。", "zh_CN"))
EVERY_DOCUMENT = {
    "ask": twiml.ask(GREETING, action="/a", wait_seconds=8, then="/b"),
    "ask several": twiml.ask(
        GREETING, action="/a", wait_seconds=8, digits=None, finish_on_key="#", then="/b"
    ),
    "record": twiml.record(
        GREETING, action="/a", status_url="/s", silence_seconds=5, longest_seconds=180, then="/b"
    ),
    "dial": twiml.dial(
        GREETING,
        number="+8613900000001",
        caller_id="+869935800000",
        action="/a",
        whisper_url="/w",
        ring_seconds=20,
        status_url="/s",
    ),
    "bridge": twiml.bridge(),
    "speak then": twiml.speak_then(GREETING, then="/b"),
    "speak and end": twiml.speak_and_end(GREETING),
    "hang up": twiml.hang_up(),
    "message": twiml.message("记下了,0158号。"),
    "no message": twiml.message(None),
    "empty": twiml.empty(),
    "fallback": twiml.fallback(
        GREETING,
        numbers=["+8613900000001", "+8613900000006"],
        caller_id="+869935800000",
        ring_seconds=20,
        whisper_url="/w",
        leave_words=GREETING,
        longest_seconds=180,
        after_url="/e",
        status_url="/s",
    ),
}


@pytest.mark.parametrize("document", EVERY_DOCUMENT.values(), ids=EVERY_DOCUMENT)
def test_every_document_holds_only_what_the_provider_knows(document: str) -> None:
    assert unknown_parts(document) == []


def test_the_schema_check_finds_what_is_wrong() -> None:
    bad = '<Response><Gather colour="red"><Record/></Gather></Response>'

    assert unknown_parts(bad) == ["Gather@colour", "Gather/Record"]


def test_a_question_waits_for_one_key_over_the_prompt_and_goes_on_in_silence() -> None:
    gather, redirect = ElementTree.fromstring(EVERY_DOCUMENT["ask"])

    assert gather.attrib == {
        "input": "dtmf",
        "action": "/a",
        "method": "POST",
        "timeout": "8",
        "finishOnKey": "",
        "numDigits": "1",
    }
    assert [piece.tag for piece in gather] == ["Play", "Pause", "Say"]
    assert (redirect.tag, redirect.text) == ("Redirect", "/b")


def test_a_recorder_is_always_followed_by_a_redirect() -> None:
    *spoken, record, redirect = ElementTree.fromstring(EVERY_DOCUMENT["record"])

    assert [piece.tag for piece in spoken] == ["Play", "Pause", "Say"]
    assert record.attrib["recordingStatusCallbackEvent"] == "completed absent"
    assert record.attrib["trim"] == "do-not-trim"
    assert (record.attrib["timeout"], record.attrib["maxLength"]) == ("5", "180")
    assert (redirect.tag, redirect.text) == ("Redirect", "/b")


def test_a_duty_phone_hears_the_whisper_before_it_is_bridged() -> None:
    dial = ElementTree.fromstring(EVERY_DOCUMENT["dial"])[-1]
    (number,) = dial

    assert (dial.attrib["timeout"], dial.attrib["action"]) == ("20", "/a")
    assert (number.text, number.attrib["url"]) == ("+8613900000001", "/w")


def test_slow_words_have_a_second_between_clauses() -> None:
    document = twiml.speak_and_end([Say("修好了，请按1。没修好，请按2。", "zh_CN", slow=True)])

    spoken = [(piece.tag, piece.text) for piece in ElementTree.fromstring(document)]

    assert spoken[:3] == [("Say", "修好了，"), ("Pause", None), ("Say", "请按1。")]


def test_the_language_is_named_to_the_provider() -> None:
    document = twiml.speak_and_end([Say("Hello", "en"), Say("您好", "zh_CN")])

    assert [piece.get("language") for piece in ElementTree.fromstring(document)] == [
        "en-US",
        "zh-CN",
        None,
    ]


@given(st.text())
def test_no_words_break_a_document(words: str) -> None:
    for document in (
        twiml.speak_and_end([Say(words, "zh_CN"), Say(words, "en", slow=True)]),
        twiml.message(words),
    ):
        assert unknown_parts(document) == []
        document.encode()


def test_control_characters_and_lone_surrogates_are_left_out() -> None:
    (message,) = ElementTree.fromstring(twiml.message("水\x00管\x1b漏\ud83d了\uffff<b>&"))

    assert message.text == "水管漏了<b>&"
