"""The provider with Twilio's API, against a server that takes only what the API describes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from telephony.ports import Accepted, CallToPlace, DeliveryFailed, Found, TextToSend
from telephony.setup import webhook_addresses
from telephony.twilio_provider import TwilioProvider
from tests.provider_api import (
    ACCOUNT,
    TOKEN,
    Answer,
    Answering,
    ProviderApi,
    credentials,
    provider_api,
    resource,
)

SENT_AT = datetime(2026, 3, 3, 4, 0, 0, 500_000, tzinfo=UTC)
LINE = "+869935800000"
GRANDMA_JIN = "+8613900000101"
SID = "SM" + "1" * 32
CALL_SID = "CA" + "2" * 32
TEXT = TextToSend(
    LINE,
    GRANDMA_JIN,
    "【东城社区】记下了,0158号。",
    "https://line.example/sms/status?row=5&attempt=1",
)
CALL = CallToPlace(
    sender=LINE,
    to=GRANDMA_JIN,
    answer_url="https://line.example/ivr/answered?row=6&attempt=1",
    status_url="https://line.example/ivr/status?row=6&attempt=1",
    ring_seconds=25,
    machine_url="https://line.example/ivr/machine?row=6&attempt=1",
)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def _api(stack: ExitStack, answering: Answering) -> ProviderApi:
    return stack.enter_context(provider_api(answering))


def _provider(api: ProviderApi, total_seconds: float = 5.0) -> TwilioProvider:
    return TwilioProvider(ACCOUNT, TOKEN, api.base, total_seconds=total_seconds)


def _always(*answers: Answer) -> Answering:
    left = list(answers)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


def test_a_text_is_sent_as_the_api_describes(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(201, resource(SID))))

    accepted = _provider(api).send_text(TEXT)

    assert accepted == Accepted(provider_id=SID, status="queued")
    assert api.mistakes == []
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert asked.form == {
        "To": [GRANDMA_JIN],
        "From": [LINE],
        "Body": ["【东城社区】记下了,0158号。"],
        "StatusCallback": ["https://line.example/sms/status?row=5&attempt=1"],
    }
    assert asked.authorization == credentials()


def test_words_that_no_telephone_can_show_are_left_out(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(201, resource(SID))))

    _provider(api).send_text(TextToSend(LINE, GRANDMA_JIN, "水\x00管\ud83d漏", TEXT.status_url))

    assert api.asked[0].one("Body") == "水管漏"


def test_a_call_is_placed_as_the_api_describes(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(201, resource(CALL_SID))))

    accepted = _provider(api).place_call(CALL)

    assert accepted == Accepted(provider_id=CALL_SID, status="queued")
    assert api.mistakes == []
    assert api.asked[0].form == {
        "To": [GRANDMA_JIN],
        "From": [LINE],
        "Url": [CALL.answer_url],
        "Method": ["POST"],
        "Timeout": ["25"],
        "StatusCallback": [CALL.status_url],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "MachineDetection": ["Enable"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": [CALL.machine_url],
        "AsyncAmdStatusCallbackMethod": ["POST"],
    }


def test_the_check_refuses_what_the_api_does_not_know(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(201, resource(SID))))
    bad = TextToSend(LINE, "not a number", "您好", "not an address")

    with pytest.raises(DeliveryFailed):
        _provider(api).send_text(bad)

    assert api.mistakes == [
        "To='not a number' does not fit",
        "StatusCallback='not an address' does not fit",
    ]


@pytest.mark.parametrize(
    ("status", "code", "retryable", "unknown"),
    [
        (429, 20429, True, False),
        (429, None, True, False),
        (400, 20429, True, False),
        (500, None, True, True),
        (502, 0, True, True),
        (503, 20503, True, True),
        (400, 21614, False, False),
        (400, 21610, False, False),
        (400, 21211, False, False),
        (404, 20404, False, False),
        (401, 20003, True, False),
    ],
)
def test_each_refusal_tells_what_to_do_next(
    stack: ExitStack, status: int, code: int | None, retryable: bool, unknown: bool
) -> None:
    api = _api(stack, _always(Answer(status, {"code": code, "message": f"To {GRANDMA_JIN}"})))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api).send_text(TEXT)

    assert (failed.value.retryable, failed.value.unknown) == (retryable, unknown)
    assert GRANDMA_JIN not in failed.value.reason
    if code:
        assert str(code if status < 500 else status) in failed.value.reason


@pytest.mark.parametrize(
    "answer",
    [
        Answer(wait_seconds=3.0, body=resource(SID)),
        Answer(breaks=True),
        Answer(trickles=True),
        Answer(201, b"<html>busy</html>"),
        Answer(201, b""),
        Answer(201, {"status": "queued"}),
        Answer(201, {"sid": None}),
        Answer(500, b"<html>down</html>"),
    ],
    ids=["late", "broken", "trickle", "html", "nothing", "no sid", "null", "html 500"],
)
def test_an_outcome_nobody_knows_is_unknown(stack: ExitStack, answer: Answer) -> None:
    api = _api(stack, _always(answer))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api, total_seconds=1.0).send_text(TEXT)

    assert (failed.value.retryable, failed.value.unknown) == (True, True)
    assert len(api.asked) == 1


def test_our_credentials_follow_no_redirect_of_the_api(stack: ExitStack) -> None:
    other = _api(stack, _always(Answer(201, resource(SID))))
    moved = Answer(302, b"", {"Location": f"{other.base}/2010-04-01"})
    api = _api(stack, _always(moved))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api).send_text(TEXT)

    assert (failed.value.retryable, failed.value.unknown) == (True, False)
    assert other.asked == []


def test_a_provider_that_was_never_reached_took_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(DeliveryFailed) as failed:
            TwilioProvider(ACCOUNT, TOKEN, base).send_text(TEXT)

    assert (failed.value.retryable, failed.value.unknown) == (True, False)


def _listing(name: str, *made: dict[str, Any], more: str | None = None) -> Answer:
    return Answer(200, {name: list(made), "next_page_uri": more, "page": 0})


def _message(sid: str, words: str, seconds: float, **fields: Any) -> dict[str, Any]:
    return resource(sid, body=words, created=SENT_AT + timedelta(seconds=seconds), **fields)


def test_a_text_is_found_by_receiver_words_and_time(stack: ExitStack) -> None:
    api = _api(
        stack,
        _always(
            _listing(
                "messages",
                _message("SM" + "a" * 32, "别的话", 3),
                _message(SID, TEXT.words, 1, status="undelivered", error_code=30003),
                _message("SM" + "b" * 32, TEXT.words, -3600),
            )
        ),
    )

    found = _provider(api).find_text(TEXT, since=SENT_AT)

    assert found == Found(provider_id=SID, status="undelivered", reason="30003")
    assert api.mistakes == []
    assert (api.asked[0].query["To"], api.asked[0].query["From"]) == ([GRANDMA_JIN], [LINE])


def test_the_same_words_of_an_earlier_day_are_not_this_text(stack: ExitStack) -> None:
    api = _api(stack, _always(_listing("messages", _message(SID, TEXT.words, -60))))

    assert _provider(api).find_text(TEXT, since=SENT_AT) is None


def test_whole_seconds_of_another_clock_are_still_this_text(stack: ExitStack) -> None:
    api = _api(stack, _always(_listing("messages", _message(SID, TEXT.words, -0.5))))

    assert _provider(api).find_text(TEXT, since=SENT_AT) == Found(SID, "queued")


def test_a_text_on_a_later_page_is_found(stack: ExitStack) -> None:
    more = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1&PageSize=50&PageToken=x"
    api = _api(
        stack,
        _always(
            _listing("messages", _message("SM" + "a" * 32, "别的话", 9), more=more),
            _listing("messages", _message(SID, TEXT.words, 1)),
        ),
    )

    assert _provider(api).find_text(TEXT, since=SENT_AT) == Found(SID, "queued")
    assert api.mistakes == []


def test_a_call_is_found_by_receiver_and_time(stack: ExitStack) -> None:
    call = resource(CALL_SID, status="no-answer", created=SENT_AT)
    api = _api(stack, _always(_listing("calls", call)))

    assert _provider(api).find_call(CALL, since=SENT_AT) == Found(CALL_SID, "no-answer")
    assert _provider(api).find_call(CALL, since=SENT_AT + timedelta(minutes=1)) is None
    assert api.mistakes == []


def test_a_look_up_that_fails_can_be_tried_again(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(503, {"code": 20503})))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api).find_text(TEXT, since=SENT_AT)

    assert failed.value.retryable


def test_a_call_is_ended(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(200, resource(CALL_SID, status="completed"))))

    _provider(api).end_call(CALL_SID)

    assert api.mistakes == []
    assert api.asked[0].form == {"Status": ["completed"]}


@pytest.mark.parametrize(("status", "code"), [(404, 20404), (400, 21220)])
def test_a_call_that_has_ended_stays_as_it_is(stack: ExitStack, status: int, code: int) -> None:
    api = _api(stack, _always(Answer(status, {"code": code, "message": "not in progress"})))

    _provider(api).end_call(CALL_SID)

    assert len(api.asked) == 1


def test_a_number_is_pointed_at_us(stack: ExitStack) -> None:
    found = {"sid": "PN" + "3" * 32, "phone_number": LINE}
    listing = Answer(200, {"incoming_phone_numbers": [found], "next_page_uri": None})
    api = _api(stack, _always(listing, Answer(200, found)))

    _provider(api).point_number(LINE, webhook_addresses("https://line.example"))

    assert api.mistakes == []
    assert api.asked[0].query["PhoneNumber"] == [LINE]
    retries = "#rc=3&rp=5xx,ct,rt"
    assert api.asked[1].form == {
        "VoiceUrl": [f"https://line.example/ivr/inbound{retries}"],
        "VoiceMethod": ["POST"],
        "VoiceFallbackUrl": [f"https://line.example/ivr/fallback{retries}"],
        "VoiceFallbackMethod": ["POST"],
        "StatusCallback": [f"https://line.example/ivr/status{retries}"],
        "StatusCallbackMethod": ["POST"],
        "SmsUrl": [f"https://line.example/sms/inbound{retries}"],
        "SmsMethod": ["POST"],
        "SmsFallbackUrl": [f"https://line.example/sms/inbound{retries}"],
        "SmsFallbackMethod": ["POST"],
    }


def test_a_number_of_somebody_else_is_refused(stack: ExitStack) -> None:
    listing = Answer(200, {"incoming_phone_numbers": [], "next_page_uri": None})
    api = _api(stack, _always(listing))

    with pytest.raises(DeliveryFailed, match="no such number"):
        _provider(api).point_number(LINE, webhook_addresses("https://line.example"))


@pytest.mark.parametrize(
    ("account", "token"), [("", TOKEN), (" ", TOKEN), (ACCOUNT, ""), (ACCOUNT, " ")]
)
def test_a_blank_account_or_token_is_refused(account: str, token: str) -> None:
    with pytest.raises(ValueError, match=r"account|token"):
        TwilioProvider(account, token)


def test_genuine_webhooks_are_told_from_forged_ones() -> None:
    provider = TwilioProvider(ACCOUNT, TOKEN)
    url = "https://line.example/sms/inbound"
    signature = provider.sign(url, {"Body": "您好"})

    assert provider.is_genuine(url, {"Body": "您好"}, signature)
    assert not provider.is_genuine(url, {"Body": "您坏"}, signature)
    assert not provider.is_genuine(url, {"Body": "您好"}, None)
