"""The desk's texts, and what its provider refuses."""

from __future__ import annotations

import pytest

from core.db import Database
from telephony.desk.exchange import CannotText
from telephony.desk.fields import HIDDEN
from telephony.ports import DeliveryFailed, TextToSend
from tests.village import (
    GRANDMA_JIN,
    GRANDPA_WANG,
    HERE,
    LINE,
    MORNING,
    Village,
)


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


def test_a_text_is_posted_and_its_reply_lies_in_the_inbox(village: Village) -> None:
    village.documents["/sms/inbound"] = "<Response><Message>记下了</Message></Response>"

    text = village.exchange.send_text(GRANDMA_JIN, LINE, "下水道堵了")

    assert text.status == "received"
    assert [reply.words for reply in village.exchange.inbox(GRANDMA_JIN)] == ["记下了"]
    (fields,) = village.fields("/sms/inbound")
    assert (fields["From"], fields["To"], fields["Body"]) == (GRANDMA_JIN, LINE, "下水道堵了")
    assert (fields["MessageSid"], fields["NumMedia"]) == (text.sid, "0")


def test_a_text_that_could_not_be_stored_is_tried_again(village: Village) -> None:
    village.documents["/sms/inbound"] = 503
    text = village.exchange.send_text(GRANDMA_JIN, LINE, "下水道堵了")
    assert text.status == "sending"

    village.documents["/sms/inbound"] = "<Response><Message>记下了</Message></Response>"
    village.pass_time(seconds=2)

    assert [reply.words for reply in village.exchange.inbox(GRANDMA_JIN)] == ["记下了"]
    sids = {fields["MessageSid"] for fields in village.fields("/sms/inbound")}
    assert sids == {text.sid}


def test_a_text_that_is_never_taken_is_shown_as_lost(village: Village) -> None:
    village.documents["/sms/inbound"] = 503
    village.exchange.send_text(GRANDMA_JIN, LINE, "下水道堵了")

    for _ in range(8):
        village.pass_time(minutes=2)

    assert [text.status for text in village.exchange.thread(GRANDMA_JIN)] == ["lost"]


@pytest.mark.parametrize("phone", [GRANDPA_WANG, HIDDEN])
def test_a_landline_and_a_hidden_number_send_no_text(village: Village, phone: str) -> None:
    with pytest.raises(CannotText):
        village.exchange.send_text(phone, LINE, "下水道堵了")


def test_a_text_of_ours_lies_on_the_phone_and_is_told_as_delivered(village: Village) -> None:
    message = TextToSend(LINE, GRANDMA_JIN, "修好了回1", f"{HERE}/sms/status?row=7")

    accepted = village.provider.send_text(message)
    village.exchange.run(village.at)

    assert [text.words for text in village.exchange.inbox(GRANDMA_JIN)] == ["修好了回1"]
    told = village.fields("/sms/status")
    assert [fields["MessageStatus"] for fields in told] == ["sent", "delivered"]
    assert {fields["MessageSid"] for fields in told} == {accepted.provider_id}
    found = village.provider.find_text(message, since=MORNING)
    assert found is not None
    assert found.provider_id == accepted.provider_id


def test_no_text_reaches_a_landline(village: Village) -> None:
    message = TextToSend(LINE, GRANDPA_WANG, "修好了回1", f"{HERE}/sms/status")

    with pytest.raises(DeliveryFailed) as refused:
        village.provider.send_text(message)

    assert (refused.value.reason, refused.value.retryable) == ("21614", False)


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/RE1", "https://desk.invalid/recordings/RE1"]
)
def test_only_the_desks_own_recordings_are_fetched(village: Village, url: str) -> None:
    with pytest.raises(DeliveryFailed):
        village.provider.fetch(url)


def test_retry_settings_after_a_hash_are_neither_posted_nor_signed(village: Village) -> None:
    message = TextToSend(LINE, GRANDMA_JIN, "好", f"{HERE}/sms/status?row=7#rc=3&rp=5xx,ct,rt")

    village.provider.send_text(message)
    village.exchange.run(village.at)

    assert len(village.fields("/sms/status")) == 2
