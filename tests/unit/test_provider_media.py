"""Recordings and pictures: fetched from the provider, and our name given to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from telephony.ports import DeliveryFailed, Media
from telephony.twilio_media import LARGEST_MEDIA
from telephony.twilio_provider import TwilioProvider
from tests.provider_api import (
    ACCOUNT,
    TOKEN,
    Answer,
    Answering,
    Asked,
    ProviderApi,
    credentials,
    provider_api,
)

RECORDING = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'4' * 32}"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def _api(stack: ExitStack, answering: Answering) -> ProviderApi:
    return stack.enter_context(provider_api(answering))


def _provider(
    api: ProviderApi, total_seconds: float = 5.0, *, stores: tuple[ProviderApi, ...] = ()
) -> TwilioProvider:
    hosts = [store.base.removeprefix("http://") for store in stores]
    return TwilioProvider(ACCOUNT, TOKEN, api.base, total_seconds=total_seconds, media_hosts=hosts)


def _always(answer: Answer) -> Answering:
    return lambda _asked: answer


def test_a_recording_is_fetched_with_our_name(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(200, b"RIFF", {"Content-Type": "audio/x-wav; codec=1"})))

    media = _provider(api).fetch(api.base + RECORDING)

    assert media == Media(content=b"RIFF", media_type="audio/x-wav")
    assert api.asked[0].authorization == credentials()


def test_a_recording_that_is_not_there_yet_is_tried_again(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(404, {})))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api).fetch(api.base + RECORDING)

    assert failed.value.retryable


def test_nothing_is_fetched_from_another_host(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(200, b"")))
    other = _api(stack, _always(Answer(200, b"")))
    port = api.base.rpartition(":")[2]

    for url in (
        other.base + RECORDING,
        f"http://127.0.0.1:{port}@{other.base.removeprefix('http://')}{RECORDING}",
        f"{other.base}\\@127.0.0.1:{port}{RECORDING}",
        f"https://127.0.0.1:{port}{RECORDING}",
        "file:///etc/passwd",
        "//127.0.0.1/x",
        "",
    ):
        with pytest.raises(DeliveryFailed) as failed:
            _provider(api).fetch(url)
        assert not failed.value.retryable

    assert api.asked == other.asked == []


def test_a_redirect_to_a_store_on_the_list_is_followed_without_our_name(
    stack: ExitStack,
) -> None:
    store = _api(stack, _always(Answer(200, b"picture", {"Content-Type": "image/jpeg"})))
    moved = Answer(307, b"", {"Location": f"{store.base}/kept?signature=x"})
    api = _api(stack, _always(moved))

    media = _provider(api, stores=(store,)).fetch(api.base + RECORDING)

    assert media == Media(content=b"picture", media_type="image/jpeg")
    assert api.asked[0].authorization == credentials()
    assert store.asked[0].authorization is None


def test_a_redirect_to_anybody_else_asks_nobody(stack: ExitStack) -> None:
    other = _api(stack, _always(Answer(200, b"secret", {"Content-Type": "image/jpeg"})))
    api = _api(stack, _always(Answer(302, b"", {"Location": f"{other.base}/latest/meta-data"})))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api).fetch(api.base + RECORDING)

    assert not failed.value.retryable
    assert other.asked == []


@pytest.mark.parametrize("said", ["text/html", "image/svg+xml", "application/zip"])
def test_what_is_neither_sound_nor_picture_is_refused(stack: ExitStack, said: str) -> None:
    api = _api(stack, _always(Answer(200, b"<script>", {"Content-Type": said})))

    with pytest.raises(DeliveryFailed, match="neither a sound nor a picture"):
        _provider(api).fetch(api.base + RECORDING)


def test_a_redirect_at_home_keeps_our_name(stack: ExitStack) -> None:
    def answering(asked: Asked) -> Answer:
        if asked.path == RECORDING:
            return Answer(302, b"", {"Location": f"{RECORDING}.wav"})
        return Answer(200, b"RIFF", {"Content-Type": "audio/wav"})

    api = _api(stack, answering)

    assert _provider(api).fetch(api.base + RECORDING).content == b"RIFF"
    assert [asked.authorization for asked in api.asked] == [credentials()] * 2


def test_redirects_without_end_are_given_up(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(302, b"", {"Location": RECORDING})))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api).fetch(api.base + RECORDING)

    assert not failed.value.retryable
    assert len(api.asked) == 4


def test_media_over_20_mb_is_refused(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(200, bytes(LARGEST_MEDIA + 1))))

    with pytest.raises(DeliveryFailed, match="20 MB") as failed:
        _provider(api, total_seconds=15).fetch(api.base + RECORDING)

    assert not failed.value.retryable


def test_media_that_trickles_is_given_up_in_time(stack: ExitStack) -> None:
    api = _api(stack, _always(Answer(trickles=True)))

    with pytest.raises(DeliveryFailed) as failed:
        _provider(api, total_seconds=1.0).fetch(api.base + RECORDING)

    assert failed.value.retryable
