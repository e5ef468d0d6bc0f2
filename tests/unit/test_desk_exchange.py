"""The desk's exchange: calls between its phones and a service of a few documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.db import Database
from telephony.desk.exchange import Exchange, LineTaken
from telephony.desk.fields import HIDDEN
from telephony.desk.player import Key, Silence
from telephony.desk.sound import wav_seconds
from tests.village import (
    DUTY,
    GOODBYE,
    GRANDMA_JIN,
    HERE,
    LINE,
    MENU,
    MORNING,
    RECORDER,
    WHISPER,
    ZHANG_MIN,
    Village,
    callback,
)


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


def test_a_call_hears_the_menu_and_its_key_is_posted(village: Village) -> None:
    village.documents |= {"/ivr/inbound": MENU, "/ivr/turn": GOODBYE}

    call = village.exchange.start_call(GRANDMA_JIN, LINE)
    assert (call.words, call.waits["kind"], call.state) == ("报事请按1", "keys", "in-progress")
    call = village.exchange.step(call.id, Key("1"), turn=call.turn)

    first, second = village.fields("/ivr/inbound")[0], village.fields("/ivr/turn")[0]
    assert (first["From"], first["To"], first["Direction"]) == (GRANDMA_JIN, LINE, "inbound")
    assert (first["CallStatus"], second["CallStatus"]) == ("ringing", "in-progress")
    assert second["Digits"] == "1"
    assert first["CallSid"] == second["CallSid"] == call.sid
    assert call.words == "再见"
    assert not village.exchange.listen(call.id).is_live
    assert village.statuses() == ["completed"]


def test_a_key_from_an_older_turn_comes_too_late(village: Village) -> None:
    village.documents |= {"/ivr/inbound": MENU, "/ivr/turn": MENU}
    call = village.exchange.start_call(GRANDMA_JIN, LINE)

    village.exchange.step(call.id, Key("1"), turn=call.turn)
    village.exchange.step(call.id, Key("2"), turn=call.turn)

    assert [fields["Digits"] for fields in village.fields("/ivr/turn")] == ["1"]


def test_of_two_keys_at_the_same_moment_one_counts(village: Village) -> None:
    village.documents |= {"/ivr/inbound": MENU, "/ivr/turn": MENU}
    call = village.exchange.start_call(GRANDMA_JIN, LINE)

    def press(key: str) -> None:
        village.exchange.step(call.id, Key(key), turn=call.turn)

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(press, "1234"))

    assert len(village.fields("/ivr/turn")) == 1


def test_who_hangs_up_while_the_service_thinks_hears_no_answer(village: Village) -> None:
    def hang_up_meanwhile() -> str:
        village.exchange.hang_up(call.id)
        return MENU

    village.documents |= {"/ivr/inbound": MENU, "/ivr/turn": hang_up_meanwhile}
    call = village.exchange.start_call(GRANDMA_JIN, LINE)

    look = village.exchange.step(call.id, Key("1"), turn=call.turn)

    assert (look.state, look.heard) == ("completed", ())
    assert village.statuses() == ["completed"]


def test_a_hidden_number_is_told_as_anonymous_and_several_may_ring_at_once(
    village: Village,
) -> None:
    village.documents["/ivr/inbound"] = MENU

    calls = [village.exchange.start_call(HIDDEN, LINE) for _ in range(2)]

    assert [fields["From"] for fields in village.fields("/ivr/inbound")] == ["anonymous"] * 2
    assert calls[0].sid != calls[1].sid


def test_a_handset_holds_one_call(village: Village) -> None:
    village.documents["/ivr/inbound"] = MENU
    village.exchange.start_call(GRANDMA_JIN, LINE)

    with pytest.raises(LineTaken):
        village.exchange.start_call(GRANDMA_JIN, LINE)


def test_typed_words_become_a_recording_that_can_be_fetched(village: Village) -> None:
    village.documents |= {"/ivr/inbound": RECORDER, "/ivr/recorded": GOODBYE, "/ivr/recording": ""}
    call = village.exchange.start_call(GRANDMA_JIN, LINE)

    village.exchange.speak(call.id, words="厨房下水道堵了,水都漫出来了", key="#")

    (action,) = village.fields("/ivr/recorded")
    (report,) = village.fields("/ivr/recording")
    assert action["LinliTypedWords"] == report["LinliTypedWords"] == "厨房下水道堵了,水都漫出来了"
    assert action["RecordingSid"] == report["RecordingSid"]
    assert (action["Digits"], report["RecordingStatus"]) == ("#", "completed")
    media = village.provider.fetch(report["RecordingUrl"])
    assert media.media_type == "audio/wav"
    assert wav_seconds(media.content) == int(report["RecordingDuration"]) > 0


def test_silence_at_the_tone_is_reported_absent_and_goes_on(village: Village) -> None:
    village.documents |= {"/ivr/inbound": RECORDER, "/ivr/silent": GOODBYE, "/ivr/recording": ""}
    call = village.exchange.start_call(GRANDMA_JIN, LINE)

    call = village.exchange.step(call.id, Silence())

    assert call.words == "再见"
    assert village.fields("/ivr/recorded") == []
    assert village.fields("/ivr/recording")[0]["RecordingStatus"] == "absent"


def test_hanging_up_into_the_recorder_reports_what_was_said_and_asks_no_action(
    village: Village,
) -> None:
    village.documents |= {"/ivr/inbound": RECORDER, "/ivr/recording": ""}
    call = village.exchange.start_call(GRANDMA_JIN, LINE)

    call = village.exchange.hang_up(call.id, words="下水道")

    assert call.state == "completed"
    assert village.fields("/ivr/recorded") == []
    assert village.fields("/ivr/recording")[0]["LinliTypedWords"] == "下水道"
    assert village.statuses() == ["completed"]


def test_the_duty_phone_rings_hears_the_whisper_and_talks_after_its_key(village: Village) -> None:
    village.documents |= {
        "/ivr/inbound": DUTY,
        "/ivr/duty": WHISPER,
        "/ivr/duty-key": "<Response/>",
        "/ivr/dialled": GOODBYE,
    }
    caller = village.exchange.start_call(GRANDMA_JIN, LINE)
    assert caller.waits["kind"] == "callee"

    (leg,) = village.exchange.ringing(ZHANG_MIN)
    assert (leg.kind, leg.caller) == ("leg", LINE)
    assert village.exchange.answer(leg.id).words == "居民来电,接听请按1"
    leg = village.exchange.step(leg.id, Key("1"))
    assert leg.waits["kind"] == village.exchange.look(caller.id).waits["kind"] == "talk"
    assert village.fields("/ivr/duty")[0]["ParentCallSid"] == caller.sid
    village.at += timedelta(seconds=40)
    village.exchange.hang_up(leg.id)

    (outcome,) = village.fields("/ivr/dialled")
    assert (outcome["DialCallStatus"], outcome["DialBridged"]) == ("completed", "true")
    assert outcome["DialCallDuration"] == "40"
    assert village.exchange.look(caller.id).words == "再见"


def test_whoever_answers_and_presses_nothing_takes_nobody(village: Village) -> None:
    village.documents |= {"/ivr/inbound": DUTY, "/ivr/duty": WHISPER, "/ivr/dialled": GOODBYE}
    caller = village.exchange.start_call(GRANDMA_JIN, LINE)
    (leg,) = village.exchange.ringing(ZHANG_MIN)

    village.exchange.answer(leg.id)
    village.exchange.step(leg.id, Silence())

    (outcome,) = village.fields("/ivr/dialled")
    assert (outcome["DialCallStatus"], outcome["DialBridged"]) == ("completed", "false")
    assert village.exchange.look(caller.id).words == "再见"


def test_a_duty_phone_that_nobody_answers_rings_out_by_the_clock(village: Village) -> None:
    village.documents |= {"/ivr/inbound": DUTY, "/ivr/dialled": GOODBYE}
    caller = village.exchange.start_call(GRANDMA_JIN, LINE)

    village.pass_time(seconds=19)
    assert village.exchange.look(caller.id).waits["kind"] == "callee"
    village.pass_time(seconds=1)

    assert village.fields("/ivr/dialled")[0]["DialCallStatus"] == "no-answer"
    assert village.exchange.look(caller.id).words == "再见"
    assert village.exchange.ringing() == []


def test_a_duty_phone_that_is_busy_is_passed_over_at_once(village: Village) -> None:
    village.documents |= {"/ivr/inbound": DUTY, "/ivr/dialled": GOODBYE, "/ivr/answered": MENU}
    village.provider.place_call(callback(ZHANG_MIN))

    village.exchange.start_call(GRANDMA_JIN, LINE)

    assert village.fields("/ivr/dialled")[0]["DialCallStatus"] == "busy"


def test_a_caller_who_hangs_up_ends_the_ringing_too(village: Village) -> None:
    village.documents |= {"/ivr/inbound": DUTY, "/ivr/dialled": "<Response/>"}
    caller = village.exchange.start_call(GRANDMA_JIN, LINE)

    village.exchange.hang_up(caller.id)

    assert village.exchange.live_calls() == []
    (outcome,) = village.fields("/ivr/dialled")
    assert (outcome["DialCallStatus"], outcome["CallStatus"]) == ("canceled", "completed")


def test_a_callback_rings_is_answered_and_told(village: Village) -> None:
    village.documents |= {"/ivr/answered": MENU, "/ivr/turn": GOODBYE}
    accepted = village.provider.place_call(callback())
    village.exchange.run(village.at)

    (call,) = village.exchange.ringing(GRANDMA_JIN)
    assert (call.sid, call.caller) == (accepted.provider_id, LINE)
    village.exchange.answer(call.id)
    village.exchange.step(call.id, Key("1"))
    village.exchange.listen(call.id)

    assert village.fields("/ivr/answered")[0]["Direction"] == "outbound-api"
    assert village.statuses() == ["ringing", "in-progress", "completed"]


def test_a_callback_that_nobody_answers_rings_out(database: Database, village: Village) -> None:
    village.provider.place_call(callback())

    with database.reading() as session:
        assert village.exchange.next_due(session) == MORNING + timedelta(seconds=30)
    village.pass_time(seconds=30)

    assert village.statuses() == ["ringing", "no-answer"]


def test_a_callback_that_is_refused_is_busy(village: Village) -> None:
    village.provider.place_call(callback())

    village.exchange.reject(village.exchange.ringing()[0].id)

    assert village.statuses() == ["ringing", "busy"]


@pytest.mark.parametrize(("machine", "label"), [(True, "machine_start"), (False, "human")])
def test_who_answered_is_labelled_where_the_service_asks(
    village: Village, machine: bool, label: str
) -> None:
    village.documents |= {"/ivr/answered": MENU, "/ivr/machine": ""}
    village.provider.place_call(callback(machine_url=f"{HERE}/ivr/machine"))

    village.exchange.answer(village.exchange.ringing()[0].id, machine=machine)

    assert [fields["AnsweredBy"] for fields in village.fields("/ivr/machine")] == [label]


def test_a_call_that_we_end_stops_ringing(village: Village) -> None:
    accepted = village.provider.place_call(callback())

    village.provider.end_call(accepted.provider_id)
    village.provider.end_call(accepted.provider_id)
    village.exchange.run(village.at)

    assert village.exchange.ringing() == []
    assert village.statuses() == ["ringing", "canceled"]


@pytest.mark.parametrize("broken", [0, 500, 503])
def test_a_service_that_does_not_answer_ends_the_call_as_failed(
    village: Village, broken: int
) -> None:
    village.documents["/ivr/inbound"] = broken

    assert village.exchange.start_call(GRANDMA_JIN, LINE).state == "failed"


def test_the_fallback_speaks_where_the_service_does_not_answer(
    database: Database, village: Village
) -> None:
    village.documents |= {"/ivr/inbound": 503, "/fallback": MENU}
    exchange = Exchange(
        database,
        village,
        real_clock=village,
        webhooks=village.provider,
        public_url=HERE,
        post=village.answer,
        fallback_url=f"{HERE}/fallback",
    )

    assert exchange.start_call(GRANDMA_JIN, LINE).words == "报事请按1"
    assert village.fields("/fallback")[0]["ErrorUrl"] == f"{HERE}/ivr/inbound"


def test_documents_that_redirect_in_a_ring_end_the_call(village: Village) -> None:
    village.documents["/ivr/inbound"] = "<Response><Redirect>/ivr/inbound</Redirect></Response>"

    assert village.exchange.start_call(GRANDMA_JIN, LINE).state == "failed"


def test_a_handset_that_was_forgotten_hangs_up_at_last(village: Village) -> None:
    village.documents["/ivr/inbound"] = MENU
    village.exchange.start_call(GRANDMA_JIN, LINE)

    village.pass_time(minutes=31)

    assert village.exchange.live_calls() == []
    assert village.statuses() == ["completed"]
