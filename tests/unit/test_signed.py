"""Genuine webhooks come in, all others meet 403 and never a fault of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from telephony.signatures import TokenSignatures
from telephony.signed import signed

TOKEN = "a-token-of-the-tests"
PUBLIC = "https://line.example"
FIELDS = {"From": "+8613900000101", "Body": "下水道堵了", "MessageSid": "SM1"}


@pytest.fixture
def door() -> FlaskClient:
    return _door(PUBLIC)


def _door(public_url: str) -> FlaskClient:
    app = Flask(__name__)
    lock = signed(TokenSignatures(TOKEN), public_url)

    @app.route("/sms/<path:rest>", methods=["GET", "POST"])
    @lock
    def view(rest: str) -> str:
        return f"heard {request.form.get('Body', '')}"

    return app.test_client()


def _sign(url: str, fields: dict[str, str]) -> str:
    """Sign as the provider's documentation describes it, without its library."""
    spoken = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(TOKEN.encode(), spoken.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _post(door: FlaskClient, path: str, signature: str | None, **how: Any) -> int:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    return door.post(path, headers=headers, **how).status_code


def test_a_genuine_webhook_comes_in(door: FlaskClient) -> None:
    signature = _sign(f"{PUBLIC}/sms/inbound", FIELDS)

    answer = door.post("/sms/inbound", data=FIELDS, headers={"X-Twilio-Signature": signature})

    assert (answer.status_code, answer.text) == (200, "heard 下水道堵了")


@pytest.mark.parametrize(
    "signature", [None, "", "forged", "签名", "\u00ff" * 28, _sign(f"{PUBLIC}/sms/other", FIELDS)]
)
def test_a_missing_or_forged_signature_gets_403(door: FlaskClient, signature: str | None) -> None:
    sent = signature.encode().decode("latin-1") if signature else signature

    assert _post(door, "/sms/inbound", sent, data=FIELDS) == 403


def test_a_changed_field_gets_403(door: FlaskClient) -> None:
    signature = _sign(f"{PUBLIC}/sms/inbound", FIELDS)

    assert _post(door, "/sms/inbound", signature, data=FIELDS | {"Body": "取消"}) == 403


def test_an_added_field_gets_403(door: FlaskClient) -> None:
    signature = _sign(f"{PUBLIC}/sms/inbound", FIELDS)

    assert _post(door, "/sms/inbound", signature, data=FIELDS | {"Extra": "1"}) == 403


@pytest.mark.parametrize(
    "target",
    [
        "/sms/status?row=5&attempt=1",
        "/sms/status?words=%E4%B8%8B%E6%B0%B4&at=10%3A30",
        "/sms/a%2Fb?c=%2F%3A",
        "/sms/status?q=a+b&empty=",
    ],
)
def test_path_and_query_are_checked_as_they_came_over_the_wire(
    door: FlaskClient, target: str
) -> None:
    signature = _sign(PUBLIC + target, FIELDS)

    assert _post(door, target, signature, data=FIELDS) == 200


def test_the_public_address_counts_and_not_the_host_that_a_proxy_asks(door: FlaskClient) -> None:
    signature = _sign(f"{PUBLIC}/sms/inbound", FIELDS)

    status = _post(door, "/sms/inbound", signature, data=FIELDS, base_url="http://10.0.0.7:8000")

    assert status == 200


def test_a_public_address_with_a_path_of_its_own_works() -> None:
    signature = _sign("https://line.example/linli/sms/inbound", FIELDS)

    assert (
        _post(_door("https://line.example/linli/"), "/sms/inbound", signature, data=FIELDS) == 200
    )


@pytest.mark.parametrize("with_port", [True, False])
def test_the_port_may_be_signed_or_not(door: FlaskClient, with_port: bool) -> None:
    host = "https://line.example:443" if with_port else PUBLIC

    assert _post(door, "/sms/inbound", _sign(f"{host}/sms/inbound", FIELDS), data=FIELDS) == 200


def test_a_json_body_gets_403_even_with_a_signature_over_the_bare_address(
    door: FlaskClient,
) -> None:
    signature = _sign(f"{PUBLIC}/sms/inbound", {})

    assert _post(door, "/sms/inbound", signature, json=FIELDS) == 403


def test_a_signed_address_with_a_body_hash_opens_nothing_for_json(door: FlaskClient) -> None:
    target = f"/sms/inbound?bodySHA256={hashlib.sha256(b'{}').hexdigest()}"

    assert _post(door, target, _sign(PUBLIC + target, {}), json={}) == 403


def test_a_field_sent_twice_is_signed_with_both_values(door: FlaskClient) -> None:
    body = "MediaUrl=b&MediaUrl=a"
    signature = _sign(f"{PUBLIC}/sms/inbound", {"MediaUrl": "aMediaUrlb"})

    kind = "application/x-www-form-urlencoded"
    assert _post(door, "/sms/inbound", signature, data=body, content_type=kind) == 200


def test_a_get_is_signed_over_its_address(door: FlaskClient) -> None:
    url = "/sms/status?row=5"
    signature = _sign(PUBLIC + url, {})

    assert door.get(url, headers={"X-Twilio-Signature": signature}).status_code == 200
    assert door.get(url).status_code == 403


@pytest.mark.parametrize("token", ["", "   ", "\n"])
def test_a_blank_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="blank token"):
        TokenSignatures(token)


@pytest.mark.parametrize("url", ["https://line.example:99999/x", "http://[::1", "\ud83d", ""])
def test_an_unreadable_address_is_not_genuine_and_raises_nothing(url: str) -> None:
    assert TokenSignatures(TOKEN).is_genuine(url, {}, "c2lnbmF0dXJl") is False


def test_what_we_sign_is_what_the_provider_would_sign() -> None:
    url = f"{PUBLIC}/ivr/turn?n=4"

    assert TokenSignatures(TOKEN).sign(url, FIELDS) == _sign(url, FIELDS)


def test_a_signed_view_says_so_for_the_test_on_routes() -> None:
    lock = signed(TokenSignatures(TOKEN), PUBLIC)

    assert getattr(lock(lambda: ""), "is_signed", False) is True
