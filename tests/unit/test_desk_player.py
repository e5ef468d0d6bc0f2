"""The TwiML player, rule by rule, as the provider's pages describe it."""

import pytest

from telephony import twiml
from telephony.desk.document import Dial, Number, Pause, Play, Say
from telephony.desk.player import (
    BEEP,
    Ask,
    CannotPlay,
    Dialled,
    Event,
    Finished,
    HungUp,
    Key,
    Place,
    Report,
    Silence,
    Spoke,
    Turn,
    Wait,
    advance,
    begin,
)

DOOR = "https://line.example/ivr/turn?n=4"
GRANDMA_SPOKE = Spoke("RE1", "https://desk.invalid/recordings/RE1", 6, "#", "下水道堵了")


def played(inside: str) -> Turn:
    return begin(f"<Response>{inside}</Response>", DOOR)


def after(turn: Turn, event: Event) -> Turn:
    assert turn.place is not None
    following = advance(turn.place, event)
    assert following is not None
    return following


def nothing_after(turn: Turn, event: Event) -> bool:
    assert turn.place is not None
    return advance(turn.place, event) is None


def test_pieces_are_heard_in_order_and_the_line_waits_until_they_ran_out() -> None:
    turn = played('<Play>/a.wav</Play><Pause length="2"/><Say language="zh-CN">您好</Say><Hangup/>')

    assert turn.heard == (Play("https://line.example/a.wav"), Pause(2), Say("您好", "zh-CN"))
    assert turn.waits == Wait("ear")
    assert after(turn, Finished()) == Turn(ended="hangup")


def test_a_pause_without_a_length_is_one_second() -> None:
    assert played("<Pause/>").heard == (Pause(1),)


def test_a_document_that_runs_out_ends_the_call() -> None:
    assert played("") == Turn(ended="finished")
    assert after(played("<Say>再见</Say>"), Finished()) == Turn(ended="finished")


def test_a_redirect_asks_the_other_document_once_the_prompt_ran_out() -> None:
    turn = played("<Say>请等</Say><Redirect>/ivr/next</Redirect>")

    assert turn.asks is None
    assert after(turn, Finished()).asks == Ask("https://line.example/ivr/next", {})


def test_a_redirect_without_an_address_asks_the_document_itself_again() -> None:
    assert played("<Redirect/>").asks == Ask(DOOR, {})


def test_a_key_outside_gather_is_lost() -> None:
    assert nothing_after(played("<Say>您好</Say><Hangup/>"), Key("1"))


def test_hanging_up_during_a_prompt_asks_nothing_more() -> None:
    turn = played("<Say>您好</Say><Redirect>/ivr/next</Redirect>")

    assert after(turn, HungUp()) == Turn(ended="hung_up")


MENU = (
    '<Gather action="/ivr/key" numDigits="1" timeout="8" finishOnKey="">'
    "<Play>/menu.wav</Play></Gather><Redirect>/ivr/silent</Redirect>"
)
NUMBER = '<Gather action="/ivr/number" timeout="5"/><Redirect>/ivr/silent</Redirect>'


def test_gather_speaks_its_nested_pieces_while_keys_are_waited_for() -> None:
    turn = played(MENU)

    assert turn.heard == (Play("https://line.example/menu.wav"),)
    assert turn.waits == Wait("keys", 8)


def test_a_key_over_the_prompt_ends_gather_at_once() -> None:
    fields = {"Digits": "1", "FinishedOnKey": ""}

    assert after(played(MENU), Key("1")).asks == Ask("https://line.example/ivr/key", fields)


@pytest.mark.parametrize("key", ["0", "9", "*", "#"])
def test_every_key_is_a_digit_where_no_key_finishes(key: str) -> None:
    asks = after(played(MENU), Key(key)).asks

    assert asks is not None
    assert asks.fields["Digits"] == key


def test_silence_in_gather_falls_through_to_the_next_verb() -> None:
    assert after(played(MENU), Silence()).asks == Ask("https://line.example/ivr/silent", {})


def test_silence_in_gather_asks_the_action_where_the_document_says_so() -> None:
    turn = played('<Gather action="/ivr/key" actionOnEmptyResult="true"/>')

    fields = {"Digits": "", "FinishedOnKey": ""}
    assert after(turn, Silence()).asks == Ask("https://line.example/ivr/key", fields)


def test_digits_are_collected_until_the_finishing_key() -> None:
    first = after(played(NUMBER), Key("1"))
    second = after(first, Key("5"))

    assert first.heard == ()  # the first key ends the prompt
    assert first.waits == Wait("keys", 5, finish_on_key="#")
    fields = {"Digits": "15", "FinishedOnKey": "#"}
    assert after(second, Key("#")).asks == Ask("https://line.example/ivr/number", fields)


def test_digits_that_were_keyed_before_a_silence_are_posted() -> None:
    turn = after(after(played(NUMBER), Key("1")), Key("5"))

    asks = after(turn, Silence()).asks
    assert asks == Ask("https://line.example/ivr/number", {"Digits": "15", "FinishedOnKey": ""})


def test_the_finishing_key_alone_is_like_silence() -> None:
    assert after(played(NUMBER), Key("#")).asks == Ask("https://line.example/ivr/silent", {})


def test_several_digits_are_posted_when_the_last_one_is_keyed() -> None:
    turn = played('<Gather action="/ivr/code" numDigits="2"/>')

    asks = after(after(turn, Key("4")), Key("2")).asks
    assert asks == Ask("https://line.example/ivr/code", {"Digits": "42", "FinishedOnKey": ""})


def test_gather_waits_five_seconds_and_for_any_number_of_digits_by_itself() -> None:
    assert played("<Gather/>").waits == Wait("keys", 5, finish_on_key="#")


def test_gather_without_an_action_posts_to_its_own_document() -> None:
    asks = after(played('<Gather numDigits="1"/>'), Key("1")).asks

    assert asks == Ask(DOOR, {"Digits": "1", "FinishedOnKey": ""})


def test_hanging_up_in_gather_asks_nothing() -> None:
    assert after(after(played(NUMBER), Key("1")), HungUp()) == Turn(ended="hung_up")


RECORDER = (
    '<Record action="/ivr/recorded" timeout="5" maxLength="180" finishOnKey="#" '
    'recordingStatusCallback="/ivr/recording" recordingStatusCallbackEvent="completed absent"/>'
    "<Redirect>/ivr/silent</Redirect>"
)
REPORT = Report("https://line.example/ivr/recording", GRANDMA_SPOKE)


def test_record_sounds_a_tone_and_waits_for_speech() -> None:
    turn = played(RECORDER)

    assert turn.heard == (BEEP,)
    assert turn.waits == Wait("speech", 5, 180, "#")


def test_record_without_a_tone() -> None:
    assert played('<Record playBeep="false"/>').heard == ()


def test_record_by_itself_ends_by_any_key_five_seconds_of_silence_or_an_hour() -> None:
    assert played("<Record/>").waits == Wait("speech", 5, 3600, "1234567890*#")


def test_what_was_said_goes_to_the_action_and_to_the_recording_callback() -> None:
    turn = after(played(RECORDER), GRANDMA_SPOKE)

    assert turn.report == REPORT
    assert turn.asks == Ask(
        "https://line.example/ivr/recorded",
        {
            "RecordingSid": "RE1",
            "RecordingUrl": "https://desk.invalid/recordings/RE1",
            "RecordingDuration": "6",
            "Digits": "#",
            "LinliTypedWords": "下水道堵了",
        },
    )


def test_a_silent_record_asks_no_action_falls_through_and_is_reported_absent() -> None:
    turn = after(played(RECORDER), Silence())

    assert turn.asks == Ask("https://line.example/ivr/silent", {})
    assert turn.report == Report("https://line.example/ivr/recording", None)


def test_the_finishing_key_before_a_word_is_a_silent_record() -> None:
    assert after(played(RECORDER), Key("#")) == after(played(RECORDER), Silence())


def test_a_recording_without_a_second_of_sound_is_a_silent_record() -> None:
    assert after(played(RECORDER), Spoke("RE1", "", 0)) == after(played(RECORDER), Silence())


def test_another_key_does_not_end_a_recording() -> None:
    assert nothing_after(played(RECORDER), Key("5"))


def test_absence_is_reported_only_where_the_document_asks_for_it() -> None:
    turn = played('<Record recordingStatusCallback="/ivr/recording"/><Hangup/>')

    assert after(turn, Silence()).report is None


def test_hanging_up_while_recording_reports_the_recording_and_asks_no_action() -> None:
    turn = after(played(RECORDER), HungUp(GRANDMA_SPOKE))

    assert turn == Turn(ended="hung_up", report=REPORT)


def test_hanging_up_while_recording_may_ask_the_action_as_well() -> None:
    turn = after(played(RECORDER), HungUp(GRANDMA_SPOKE, asks_action=True))

    (owed,) = turn.owes
    assert owed.url == "https://line.example/ivr/recorded"
    assert owed.fields["Digits"] == "hangup"


def test_hanging_up_in_silence_while_recording_is_reported_absent() -> None:
    turn = after(played(RECORDER), HungUp())

    assert turn.report == Report("https://line.example/ivr/recording", None)


DUTY = (
    '<Dial action="/ivr/dialled" timeout="20" callerId="+869935800000">'
    '<Number url="/ivr/duty">+8613900000001</Number></Dial><Say>没人接</Say>'
)


def test_dial_rings_the_number_with_its_whisper_and_waits_for_it() -> None:
    turn = played(DUTY)

    number = Number("+8613900000001", "https://line.example/ivr/duty")
    assert turn.dials == Dial((number,), "/ivr/dialled", 20, "+869935800000")
    assert turn.waits == Wait("callee", 20)


def test_dial_rings_thirty_seconds_by_itself_and_takes_a_bare_number() -> None:
    turn = played("<Dial>+8613900000001</Dial>")

    assert turn.dials == Dial((Number("+8613900000001"),), ring_seconds=30)


@pytest.mark.parametrize(
    ("outcome", "bridged"),
    [(Dialled("CA2", "no-answer"), "false"), (Dialled("CA2", "completed", 31, True), "true")],
)
def test_how_a_dial_came_out_goes_to_its_action(outcome: Dialled, bridged: str) -> None:
    assert after(played(DUTY), outcome).asks == Ask(
        "https://line.example/ivr/dialled",
        {
            "DialCallSid": "CA2",
            "DialCallStatus": outcome.status,
            "DialCallDuration": str(outcome.seconds),
            "DialBridged": bridged,
        },
    )


def test_a_dial_without_an_action_goes_on_with_the_next_verb() -> None:
    turn = played("<Dial>+8613900000001</Dial><Say>没人接</Say>")

    assert after(turn, Dialled("CA2", "busy")).heard == (Say("没人接"),)


def test_a_caller_who_hangs_up_while_it_rings_leaves_the_action_an_unheard_answer() -> None:
    turn = after(played(DUTY), HungUp(dialled=Dialled("CA2", "canceled")))

    assert turn.ended == "hung_up"
    assert [owed.url for owed in turn.owes] == ["https://line.example/ivr/dialled"]


def test_keys_mean_nothing_while_somebody_is_rung() -> None:
    assert nothing_after(played(DUTY), Key("1"))


@pytest.mark.parametrize(
    ("verb", "ended"),
    [("<Reject/>", "rejected"), ('<Reject reason="busy"/>', "busy"), ("<Hangup/>", "hangup")],
)
def test_reject_and_hangup_end_the_call(verb: str, ended: str) -> None:
    assert played(verb) == Turn(ended=ended)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "not xml",
        "<Answer/>",
        "<Response><Dance/></Response>",
        '<Response><Play volume="11">/a.wav</Play></Response>',
        "<Response><Gather><Hangup/></Gather></Response>",
        '<Response><Gather input="speech"/></Response>',
        '<Response><Gather timeout="long"/></Response>',
        '<Response><Redirect method="GET">/x</Redirect></Response>',
        "<Response><Dial/></Response>",
    ],
)
def test_what_a_provider_would_refuse_is_refused(document: str) -> None:
    with pytest.raises(CannotPlay):
        begin(document, DOOR)


def test_a_place_survives_being_stored() -> None:
    place = after(played(NUMBER), Key("1")).place

    assert place is not None
    assert Place.from_json(place.as_json()) == place


def test_every_document_that_we_write_can_be_played() -> None:
    spoken = (twiml.Play("/a.wav"), twiml.Pause(1), twiml.Say("您好", "zh_CN", slow=True))
    written = (
        twiml.ask(spoken, action="/k", wait_seconds=8, then="/t"),
        twiml.record(
            spoken, action="/r", status_url="/s", silence_seconds=5, longest_seconds=180, then="/t"
        ),
        twiml.dial(
            spoken,
            number="+8613900000001",
            caller_id="+869935800000",
            action="/d",
            whisper_url="/w",
            ring_seconds=20,
            status_url="/s",
        ),
        twiml.speak_then(spoken, then="/t"),
        twiml.speak_and_end(spoken),
        twiml.hang_up(),
        twiml.bridge(),
    )

    turns = [begin(document, DOOR) for document in written]

    assert [turn.waits.kind if turn.waits else turn.ended for turn in turns] == [
        "keys",
        "ear",
        "ear",
        "ear",
        "ear",
        "hangup",
        "finished",
    ]
