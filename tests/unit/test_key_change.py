"""Keys that are changed while the line works: the old one serves until the new one does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr
from twilio.request_validator import HMAC_SHA256, RequestValidator

from app.config import Settings
from core.points.chain import anchor_due
from core.points.links import seal_key
from core.points.verifying import Fault, verify_book
from telephony.refusals import take_refusals
from telephony.signatures import SigningKeys, TokenSignatures
from telephony.signed import signed
from tests.console import Clerk
from tests.line import DEMO_FILE, Line
from tests.points_line import credit
from tests.processes import Place
from tests.world import DIRECTOR_GUO, GRANDMA_CAO

PUBLIC = "https://line.example"
FIELDS = {"From": "+8613900000101", "Body": "下水道堵了"}
KEYS = SigningKeys(("the new token", "the old token"), {"WK1": "first", "WK2": "second"})


def _signed_by(secret: str, *, algorithm: str = "") -> str:
    validator, url = RequestValidator(secret), f"{PUBLIC}/sms/inbound"
    made = validator.compute_signature(url, FIELDS, *([algorithm] if algorithm else []))
    return str(made)


@pytest.mark.parametrize(
    ("signature", "said", "status"),
    [
        (_signed_by("the new token"), "", 200),
        (_signed_by("the old token"), "", 200),  # until the provider has changed over
        (_signed_by("an older token"), "", 403),
        (_signed_by("first"), "key=WK1,algorithm=HMAC_SHA1", 200),
        (_signed_by("second", algorithm=HMAC_SHA256), "key=WK2, algorithm=HMAC_SHA256", 200),
        (_signed_by("first"), "key=WK2", 403),  # another's key
        (_signed_by("first"), "", 403),  # a shared key is named
        (_signed_by("the new token"), "key=WK9", 403),  # whom nobody knows
        (_signed_by("first"), "key=WK1,algorithm=none", 403),
        (_signed_by("first"), "=,,==", 403),
    ],
)
def test_webhooks_are_believed_by_either_token_and_by_the_shared_key_they_name(
    signature: str, said: str, status: int
) -> None:
    app = Flask(__name__)
    door = signed(TokenSignatures(KEYS), PUBLIC)
    app.add_url_rule("/sms/inbound", view_func=door(lambda: "heard"), methods=["POST"])
    take_refusals()
    headers = {"X-Twilio-Signature": signature}
    headers |= {"X-Twilio-Webhooks-Signature-Settings": said} if said else {}

    answer = app.test_client().post("/sms/inbound", data=FIELDS, headers=headers)

    assert answer.status_code == status
    refused = {} if status == 200 else {"forged by shared key" if said else "forged": 1}
    assert {reason: times for (_, reason), times in take_refusals().items()} == refused


def test_what_is_no_pair_of_name_and_secret_is_no_shared_key() -> None:
    settings = Settings(twilio_shared_keys=SecretStr("WK1=a=b, WK2= , ,WK3"))
    assert settings.shared_keys == {"WK1": "a=b"}
    with pytest.raises(ValueError, match="blank"):
        TokenSignatures(SigningKeys(("token",), {"WK1": " "}))


def test_seals_of_points_stay_provable_and_open_pages_usable_under_a_new_secret_key(
    line: Line,
) -> None:
    credit(line, GRANDMA_CAO, "扫雪 20")
    line.advance(days=1)
    clerk = Clerk(line).enter(DIRECTOR_GUO)
    new_key = {"secret_key": SecretStr("another")}
    for earlier, status in (("", 409), (line.settings.secret_key.get_secret_value(), 303)):
        clerk.client.application = line.app_with(**new_key, secret_key_old=SecretStr(earlier))
        assert clerk.post("/staff/sign-out").status_code == status

    old, new = seal_key(line.settings.secret_key.get_secret_value()), seal_key("another")
    with line.database.transaction() as session:
        assert anchor_due(session, secret=new, now=line.now + timedelta(days=1), limit=5) == 1
        community = line.community(session).id
        assert verify_book(session, community, secret=new, earlier=[old]).findings == ()
        found = verify_book(session, community, secret=new).findings
        assert {finding.fault for finding in found} == {Fault.ANCHOR}


def test_a_new_data_key_seals_everything_anew_and_the_old_one_can_go(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for command in (["secrets"], ["migrate"], ["load", str(DEMO_FILE)]):
        place.run_here(*command)
    secrets = tmp_path / "var" / "secrets"
    before = (secrets / "LINLI_DATA_KEY").read_text()

    place.run_here("keys", "change", "LINLI_DATA_KEY")
    assert (secrets / "LINLI_DATA_KEY").read_text() != before
    assert (secrets / "LINLI_DATA_KEY_OLD").read_text() == before
    assert (secrets / "LINLI_DATA_KEY_OLD").stat().st_mode & 0o777 == 0o600
    said = place.run_here("keys", "rotate")
    assert "resident.needs: 11 values, 11 sealed anew" in said
    assert "11 values, 0 sealed anew" in place.run_here("keys", "rotate")

    (secrets / "LINLI_DATA_KEY_OLD").unlink()
    place.run_here("resident", "export", "mayongfu", "--into", str(tmp_path / "his"))
    assert "dialysis" in (tmp_path / "his" / "resident.json").read_text("utf-8")
    (secrets / "LINLI_DATA_KEY").write_text("0" * 64)
    assert "LINLI_DATA_KEY" in place.run_here(
        "resident", "export", "mayongfu", "--into", str(tmp_path / "his"), expect=2
    )
    (secrets / "LINLI_DATA_KEY").write_text("no key")
    assert "64 hexadecimal" in place.run_here("case", "list", expect=2)
